"""Times as users write them for `--since` and `--until`."""

from __future__ import annotations

import pytest

from composer.cli.moments import moment
from composer.errors import UsageError
from tests.support.time_zone import time_zone

NOW = 1_795_281_143.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10m", "1795280543.000000000"),
        ("1h30m", "1795275743.000000000"),
        ("1.5s", "1795281141.500000000"),
        ("1795281143", "1795281143"),
        ("1795281143.25", "1795281143.25"),
        ("2026-11-21T17:12:23Z", "1795281143.000000000"),
        ("2026-11-21T17:12:23.5+00:00", "1795281143.500000000"),
        ("2026-11-21T18:12:23+01:00", "1795281143.000000000"),
        ("", ""),
    ],
)
def test_what_the_engine_gets(text: str, seconds: str) -> None:
    assert moment(text, now=NOW) == seconds


def test_a_time_without_a_zone_is_local() -> None:
    with time_zone("EST+5"):
        assert moment("2026-11-21T12:12:23", now=NOW) == "1795281143.000000000"
        assert moment("2026-11-21", now=NOW) == "1795237200.000000000"


@pytest.mark.parametrize("text", ["yesterday", "1h3", "2026-13-01", "12:00"])
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(UsageError, match="cannot read the time"):
        moment(text, now=NOW)
