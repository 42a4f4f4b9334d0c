"""How wide a text is on a terminal, and cutting or padding it to a width. Pure; knows no styles."""

from __future__ import annotations

from functools import lru_cache

ELLIPSIS = "…"


def clean(text: str) -> str:
    """One line without control characters: tabs and line ends become spaces, the rest goes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c in "\t\n\r\v\f" else "" for c in text)


def width(text: str) -> int:
    """Terminal columns that `text` (one line, no control characters) takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def clip(text: str, columns: int) -> str:
    """`text`, cut to at most `columns`, with an ellipsis as its last column if something was cut."""
    if columns <= 0:
        return ""
    if width(text) <= columns:
        return text
    used, end = 0, 0
    for character in text:
        used += _columns(character)
        if used > columns - 1:
            break
        end += 1
    return text[:end] + ELLIPSIS


def fill(text: str, columns: int) -> str:
    """`text`, cut or padded with spaces to exactly `columns` (one fewer wide character may need a space)."""
    cut = clip(text, columns)
    return cut + " " * max(0, columns - width(cut))


@lru_cache(maxsize=1024)
def _columns(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width  # noqa: PLC0415 - most texts are ASCII

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
