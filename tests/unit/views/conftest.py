"""A terminal for views."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.live_screen import Screen


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    if not made.stream.closed:
        made.close()
