"""The collector that every stage of loading writes its diagnostics to.

Owns: `Findings`, and the codes of what the tree stages find. Nothing is raised before all stages that can
still say something have run. Must not know: how a diagnostic is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from composer.diagnostics import Span

UNKNOWN_KEY = "CMP-1101"
WRONG_TYPE = "CMP-1102"
BAD_VALUE = "CMP-1103"
MISSING_KEY = "CMP-1104"
NOT_HONOURED = "CMP-1105"
OBSOLETE = "CMP-1106"
UNDEFINED = "CMP-1110"
CYCLE = "CMP-1111"
CONFLICT = "CMP-1112"
NO_FILE = "CMP-1113"
NOTHING = "CMP-1114"


class Findings:
    """Errors and warnings in the order found. `tagged` is set once a `!reset` or `!override` was seen. With
    `lenient` text that holds a `$` may stand anywhere: variables are not replaced."""

    __slots__ = ("_known", "failed", "incomplete", "items", "lenient", "tagged")

    def __init__(self, *, lenient: bool = False) -> None:
        self.items: list[Diagnostic] = []
        self.failed = False
        self.lenient = lenient
        self.tagged = False
        self.incomplete: set[str] = set()  # services whose base could not be had: nothing is said of what they lack
        self._known: set[tuple[str, str, Span | None]] = set()

    def error(self, code: str, message: str, span: Span | None, *, path: str = "", hint: str = "") -> None:
        self.failed = True
        self._add(Diagnostic(Severity.ERROR, code, message, span, path, hint))

    def warn(self, code: str, message: str, span: Span | None, *, path: str = "", hint: str = "") -> None:
        self._add(Diagnostic(Severity.WARNING, code, message, span, path, hint))

    def extend(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.failed = self.failed or diagnostic.severity is Severity.ERROR
            self._add(diagnostic)

    def has_error_at(self, span: Span) -> bool:
        """Whether this very place was reported already."""
        return any(item.severity is Severity.ERROR and _same(item.span, span) for item in self.items)

    def _add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.message, diagnostic.span)
        if key not in self._known:  # an anchor used twice, a base extended twice: said once
            self._known.add(key)
            self.items.append(diagnostic)


def _same(span: Span | None, other: Span) -> bool:
    return span is not None and (span.file, span.line, span.column) == (other.file, other.line, other.column)
