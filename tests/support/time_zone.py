"""The local time zone of this process, for a while: what the C library keeps outlives the variable it is from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def time_zone(zone: str) -> Iterator[None]:
    """`zone`: as in TZ."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        try:
            yield
        finally:
            patch.undo()
            time.tzset()
