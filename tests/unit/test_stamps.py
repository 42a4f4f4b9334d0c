"""Stamps of log lines, reckoned with as bytes."""

from __future__ import annotations

import pytest

from composer.stamps import before


@pytest.mark.parametrize(
    ("stamp", "earlier"),
    [
        (b"2026-01-02T03:04:05.678901234Z", b"2026-01-02T03:04:05.628901234Z"),
        (b"2026-01-02T03:04:05.050000000Z", b"2026-01-02T03:04:05.000000000Z"),
        (b"2026-03-01T00:00:00.000000001Z", b"2026-02-28T23:59:59.950000001Z"),
        (b"0001-01-01T00:00:00.000000000Z", b""),
    ],
)
def test_a_moment_before(stamp: bytes, earlier: bytes) -> None:
    assert before(stamp, 50_000_000) == earlier
