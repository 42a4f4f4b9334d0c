"""Where something stands in the user's files, and what is to be said about it.

Owns: `Span`, `Severity`, `Diagnostic`. Values only: nothing here prints, reads files or raises.
Must not know: which stage found the problem, how it will be shown (see `views.diagnostics`).
"""

from __future__ import annotations

from enum import StrEnum

from composer.values import value


@value()
class Span:
    """A place in a source text.

    `line` and `column` count from 1 (as editors do); `file` is the path as the user would write it,
    or `<stdin>` / `<environment>`. `via` is the trail that led here, nearest first: the `extends`,
    `include`, anchor or variable definition through which the value came.
    """

    file: str
    line: int
    column: int
    via: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@value()
class Diagnostic:
    """One thing to tell the user about their input.

    `code` is stable (`CMP-…`), `path` the dotted tree path (`services.web.ports[1]`), `source` the
    text line at `span` (for the caret excerpt), `hint` what to do next.
    """

    severity: Severity
    code: str
    message: str
    span: Span | None = None
    path: str = ""
    hint: str = ""
    source: str = ""
