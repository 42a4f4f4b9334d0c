"""The texts that were read, by the name a `Span` calls them: lines for excerpts, exact columns.

Owns `SourceText` and `Texts`. Lines break where YAML breaks them. Must not know: where texts come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from composer.diagnostics import Diagnostic, Span
from composer.values import value

_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
_UNSHOWN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]"
_LONGEST_LINE = 2000  # an excerpt never needs more, and a diagnostic must stay small
_REACH = 200  # how many lines down a value may hold what is looked for


def split_lines(text: str) -> list[str]:
    """Lines without their ends; at least one. A leading byte-order mark belongs to no line."""
    return re.split(_BREAK, text.removeprefix("\ufeff"))


def excerpt(line: str) -> str:
    """A line as it can be shown: not endless, and without what a terminal obeys or cannot take."""
    line = line[:_LONGEST_LINE]
    return line if line.isprintable() else re.sub(_UNSHOWN, "\ufffd", line)


@value()
class SourceText:
    """`path` is absolute (or `-`), `name` is what the user would write and what spans carry."""

    path: str
    name: str
    text: str


class Texts:
    """All texts of one load, growing while includes and env files are read."""

    def __init__(self, sources: Iterable[SourceText] = ()) -> None:
        self._texts: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}
        for source in sources:
            self.add(source)

    def add(self, source: SourceText) -> None:
        self._texts[source.name] = source.text
        self._lines.pop(source.name, None)

    def lines(self, name: str) -> list[str]:
        """All lines of a text, [] when it is not known."""
        if name not in self._lines:
            if name not in self._texts:
                return []
            self._lines[name] = split_lines(self._texts[name])
        return self._lines[name]

    def line(self, span: Span | None) -> str:
        """The text line at `span`, "" when not known."""
        if span is None:
            return ""
        lines = self.lines(span.file)
        return excerpt(lines[span.line - 1]) if 0 < span.line <= len(lines) else ""

    def locate(self, span: Span, fragment: str) -> Span:
        """The place of `fragment` at or after `span`; `span` itself when it cannot be seen there."""
        lines = self.lines(span.file)
        fragment = re.split(_BREAK, fragment, maxsplit=1)[0]
        for number in range(span.line, min(len(lines), span.line + _REACH) + 1):
            column = lines[number - 1].find(fragment, span.column - 1 if number == span.line else 0)
            if column >= 0:
                return replace(span, line=number, column=column + 1)
        return span

    def filled(self, diagnostic: Diagnostic) -> Diagnostic:
        """The same, with its source line if that was missing."""
        if diagnostic.source or diagnostic.span is None:
            return diagnostic
        return replace(diagnostic, source=self.line(diagnostic.span))
