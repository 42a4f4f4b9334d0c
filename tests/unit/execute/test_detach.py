"""Detach keys: how they are spelt, and how they are recognised however they arrive."""

from __future__ import annotations

import pytest

from composer.errors import UsageError
from composer.execute.detach import DetachKeys, parse_keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("ctrl-p,ctrl-q", b"\x10\x11"),
        ("ctrl-A", b"\x01"),
        ("a,ctrl-],DEL", b"a\x1d\x7f"),
        ("ctrl-@,ctrl-[,ctrl-\\,ctrl-^,ctrl-_", b"\x00\x1b\x1c\x1e\x1f"),
    ],
)
def test_spellings(text: str, keys: bytes) -> None:
    assert parse_keys(text) == keys


@pytest.mark.parametrize("text", ["", "ctrl-", "ctrl-1", "ab", "ctrl-p,", "é"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(UsageError, match="invalid detach keys"):
        parse_keys(text)


@pytest.mark.parametrize(
    ("typed", "passed", "detached"),
    [
        ([b"hello"], b"hello", False),
        ([b"\x10\x11"], b"", True),
        ([b"ab\x10", b"\x11cd"], b"ab", True),
        ([b"\x10"], b"", False),
        ([b"\x10", b"x"], b"\x10x", False),
        ([b"\x10", b"\x10", b"\x11"], b"\x10", True),
        ([b"\x11\x10"], b"\x11", False),
    ],
)
def test_recognised(typed: list[bytes], passed: bytes, detached: bool) -> None:
    keys = DetachKeys(b"\x10\x11")
    said = [keys.feed(piece) for piece in typed]
    assert (b"".join(data for data, _ in said), said[-1][1]) == (passed, detached)
