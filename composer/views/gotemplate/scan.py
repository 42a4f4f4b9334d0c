"""The text of a template cut into plain text and the tokens of its actions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from composer.values import value
from composer.views.gotemplate.problem import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Kinds by their group's name; what comes first wins.
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    |(?P<char>'(?:[^'\\\n]|\\.)')
    |(?P<number>[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?))
    |(?P<field>\.[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<variable>\$\w*)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>:=|[=|(),])
    """,
    re.VERBOSE,
)


@value()
class Token:
    """`adjoins`: nothing stands between it and the one before (`$x.Name`)."""

    kind: str
    text: str
    at: int
    adjoins: bool = False


@value()
class Action:
    """What stands between `{{` and `}}`."""

    tokens: tuple[Token, ...]
    at: int


def scan(text: str) -> Iterator[str | Action]:
    """Texts and actions in turn, trimmed as `{{-` and `-}}` ask for; comments are left out."""
    position, trims = 0, False
    while True:
        start = text.find("{{", position)
        plain = text[position:] if start < 0 else text[position:start]
        opens = start >= 0 and bool(re.match(r"\{\{-\s", text[start:]))
        plain = plain.lstrip() if trims else plain
        plain = plain.rstrip() if opens else plain
        if plain:
            yield plain
        if start < 0:
            return
        inside = start + (3 if opens else 2)
        comment = re.compile(r"\s*/\*.*?\*/\s*?(\s-)?\}\}", re.DOTALL).match(text, inside)
        if comment:
            position, trims = comment.end(), comment[1] is not None
            continue
        tokens, position, trims = _action(text, inside)
        yield Action(tokens, start)


def _action(text: str, position: int) -> tuple[tuple[Token, ...], int, bool]:
    """The tokens up to the end of the action, where it ends, and whether it trims what follows."""
    tokens: list[Token] = []
    adjoins = False
    closing = re.compile(r"(\s+-)?\}\}")
    while True:
        if end := closing.match(text, position):
            return tuple(tokens), end.end(), end[1] is not None
        found = _TOKEN.match(text, position)
        if found is None:
            problem = "the action is not closed with '}}'" if position >= len(text) else "this is not understood"
            raise TemplateError(problem, text, min(position, max(len(text) - 1, 0)))
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, found[0], position, adjoins))
        adjoins = kind != "space"
        position = found.end()
