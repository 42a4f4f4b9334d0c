"""The screen the tests look at: what a person would see after cursor movement and erasing."""

from __future__ import annotations

import pytest

from tests.support.terminal import render


@pytest.mark.parametrize(
    ("received", "seen"),
    [
        ("one\r\ntwo", ["one", "two"]),
        ("10%\r100%", ["100%"]),
        ("a\r\nb\r\n\x1b[2A\x1b[2Kc\r\n\x1b[2Kd", ["c", "d", ""]),
        ("long line\r\x1b[Kshort", ["short"]),
        ("one\r\ntwo\r\nthree\x1b[2A\r\x1b[Jnew", ["new"]),
        ("\x1b[31mred\x1b[0m \x1b]0;title\x07plain\x1b[?25l", ["red plain"]),
        ("123456789", ["12345678", "9"]),
    ],
)
def test_what_is_seen(received: str, seen: list[str]) -> None:
    assert render(received, width=8 if received.isdigit() else 80) == seen
