"""What a test needs and this machine does not have: a skip, or a failure where everything was promised."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Ends the test. `tests/run` promises everything (`COMPOSER_TESTS_ENGINE=required`), and so does CI."""
    if os.environ.get("COMPOSER_TESTS_ENGINE") == "required" or os.environ.get("CI"):
        pytest.fail(f"{what}, and it was promised", pytrace=False)
    pytest.skip(what)
