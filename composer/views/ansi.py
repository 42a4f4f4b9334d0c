"""Colour by hand: the few styles views use, as escape sequences, where loading rich would cost too much."""

from __future__ import annotations

from typing import Literal

Style = Literal["", "bold", "dim", "red", "green", "yellow", "blue", "magenta", "cyan", "bold red"]

CODES: dict[str, str] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
    "bold red": "1;31",
}


def paint(text: str, style: Style, *, colour: bool) -> str:
    """`text` in `style`, or as it is without `colour`."""
    code = CODES.get(style) if colour and text else None
    return f"\033[{code}m{text}\033[0m" if code else text
