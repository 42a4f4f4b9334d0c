"""The collector that every stage of loading writes its diagnostics to.

Owns: `Findings`, and the codes of what the tree stages find. Nothing is raised before all stages that can
still say something have run. Must not know: how a diagnostic is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.diagnostics import Diagnostic, Severity
from composer.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.diagnostics import Span

UNKNOWN_KEY = "CMP-1101"
WRONG_TYPE = "CMP-1102"
BAD_VALUE = "CMP-1103"
MISSING_KEY = "CMP-1104"
OBSOLETE = "CMP-1106"
UNDEFINED = "CMP-1110"
CYCLE = "CMP-1111"
CONFLICT = "CMP-1112"
NO_FILE = "CMP-1113"
NOTHING = "CMP-1114"


MAX_SUGGESTIONS = 50
MAX_TEXT = 1000  # characters of a message: it may quote a value, and values may be books
MAX_PORTS = 70_000  # one range over all of them fits


class Findings:
    """Errors and warnings in the order found. `tagged` is set once a `!reset` or `!override` was seen. With
    `lenient` text that holds a `$` may stand anywhere: variables are not replaced."""

    __slots__ = ("_known", "_places", "_ports", "_suggested", "failed", "incomplete", "items", "lenient", "tagged")

    def __init__(self, *, lenient: bool = False) -> None:
        self.items: list[Diagnostic] = []
        self.failed = False
        self.lenient = lenient
        self.tagged = False
        self.incomplete: set[str] = set()  # services whose base could not be had: nothing is said of what they lack
        self._known: set[tuple[str, str, str]] = set()
        self._places: set[tuple[str, int, int]] = set()
        self._suggested = 0
        self._ports = 0

    def error(self, code: str, message: str, span: Span | None, *, path: str = "", hint: str = "") -> None:
        self.failed = True
        self._add(Diagnostic(Severity.ERROR, code, _clipped(message), span, path, _clipped(hint)))

    def warn(self, code: str, message: str, span: Span | None, *, path: str = "", hint: str = "") -> None:
        self._add(Diagnostic(Severity.WARNING, code, _clipped(message), span, path, _clipped(hint)))

    def extend(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.failed = self.failed or diagnostic.severity is Severity.ERROR
            self._add(diagnostic)

    def has_error_at(self, span: Span) -> bool:
        """Whether this very place was reported already."""
        return (span.file, span.line, span.column) in self._places

    def near(self, name: str, known: Iterable[str]) -> str:
        """`did you mean …`, for the first mistakes: more are not read, and names may be many."""
        self._suggested += 1
        return did_you_mean(name, known) if self._suggested <= MAX_SUGGESTIONS else ""

    def may_expand(self, ports: int) -> bool:
        """Whether so many more ports fit into one project; ranges can stand for millions."""
        self._ports += ports
        return self._ports <= MAX_PORTS

    def _add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.message, str(diagnostic.span))
        if key in self._known:  # an anchor used twice, a base extended twice: said once
            return
        self._known.add(key)
        self.items.append(diagnostic)
        span = diagnostic.span
        if span is not None and diagnostic.severity is Severity.ERROR:
            self._places.add((span.file, span.line, span.column))


def _clipped(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
