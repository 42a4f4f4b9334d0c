"""Problems in the user's files, and errors that end a command, as text or JSON-able objects.

`compose.yaml:4:5: error: …` as compilers write it (editors jump to it), then the source line with a
caret, the hint and the trail that led there. All of them, sorted. Colour by hand: an error must be
fast, so rich is not loaded. Must not know: how a problem was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.diagnostics import Severity
from composer.errors import LoadError, PlanError
from composer.views.ansi import Style, paint
from composer.views.cells import clean
from composer.views.numbers import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.diagnostics import Diagnostic, Span
    from composer.errors import ComposerError

EXCERPT = 100  # source columns shown of a long line
STYLES: dict[Severity, Style] = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def diagnostics_text(diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """Every diagnostic once, in the order of the files; counted when there are several errors."""
    ordered = sorted_diagnostics(diagnostics)
    lines = [line for diagnostic in ordered for line in _lines(diagnostic, colour=colour)]
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in ordered)
    if errors > 1:
        lines.append(paint(count_text(errors, "error"), "bold", colour=colour))
    return "".join(line + "\n" for line in lines)


def sorted_diagnostics(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """By file, line, column, message; each once; those without a place last."""
    return sorted(dict.fromkeys(diagnostics), key=_place)


def diagnostic_objects(diagnostics: Sequence[Diagnostic]) -> list[dict[str, object]]:
    return [_object(diagnostic) for diagnostic in sorted_diagnostics(diagnostics)]


def error_text(error: ComposerError, *, colour: bool = False) -> str:
    """`error: … [CMP-3001]` and the hint; for errors in files every diagnostic."""
    if isinstance(error, LoadError | PlanError) and error.diagnostics:
        return diagnostics_text(error.diagnostics, colour=colour)
    first, *more = error.message.strip().splitlines() or [type(error).__name__]
    lines = [f"{paint('error:', 'bold red', colour=colour)} {first} {paint(f'[{error.code}]', 'dim', colour=colour)}"]
    lines.extend(f"  {line}" for line in more)
    lines.extend(_hint(error.hint, colour=colour))
    return "".join(line.rstrip() + "\n" for line in lines)


def error_object(error: ComposerError) -> dict[str, object]:
    """The reference's `{"error":true,"message":…}` with code, hint and diagnostics added."""
    told: dict[str, object] = {"error": True, "message": error.message, "code": error.code}
    if error.hint:
        told["hint"] = error.hint
    if isinstance(error, LoadError | PlanError) and error.diagnostics:
        told["diagnostics"] = diagnostic_objects(error.diagnostics)
    return told


def _place(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str]:
    span = diagnostic.span
    if span is None:
        return (True, "", 0, 0, diagnostic.message)
    return (False, span.file, span.line, span.column, diagnostic.message)


def _lines(diagnostic: Diagnostic, *, colour: bool) -> Iterable[str]:
    place = f"{paint(_whereabouts(diagnostic.span), 'bold', colour=colour)}: " if diagnostic.span else ""
    word = paint(f"{diagnostic.severity}:", STYLES[diagnostic.severity], colour=colour)
    first, *more = diagnostic.message.splitlines() or [""]
    path = diagnostic.path if diagnostic.path not in first else ""
    code = paint(f" [{diagnostic.code}]", "dim", colour=colour) if diagnostic.code else ""
    yield f"{place}{word} {f'{path}: ' if path else ''}{first}{code}"
    yield from (f"  {line}" for line in more)
    if diagnostic.span and diagnostic.source.strip():
        yield from _excerpt(diagnostic.span, diagnostic.source, colour=colour)
    yield from _hint(diagnostic.hint, colour=colour)
    if diagnostic.span:
        yield from (f"  via {span}" for span in trail(diagnostic.span))


def _whereabouts(span: Span) -> str:
    """`compose.yaml:4:5`; neither the environment nor the command line has lines."""
    return span.file if span.file in ("<environment>", "<command line>") else str(span)


def trail(span: Span) -> list[Span]:
    """Every place the value came through, nearest first; nested trails are followed, none told twice."""
    found: dict[str, Span] = {}
    waiting = list(span.via)
    while waiting:
        step = waiting.pop(0)
        if str(step) not in found:
            found[str(step)] = step
            waiting[:0] = step.via
    return list(found.values())


def _hint(hint: str, *, colour: bool) -> Iterable[str]:
    for number, line in enumerate(hint.splitlines()):
        yield f"  {paint('hint:', 'cyan', colour=colour)} {line}" if number == 0 else f"        {line}"


def _excerpt(span: Span, source: str, *, colour: bool) -> Iterable[str]:
    """The source line and a caret under the word at the column; a long line is cut around it."""
    text = clean(source.rstrip("\r\n"))
    at = min(max(span.column - 1, 0), len(text))
    start = at - EXCERPT // 2 if len(text) > EXCERPT and at > EXCERPT - 20 else 0
    shown = ("…" if start else "") + text[start : start + EXCERPT] + ("…" if len(text) > start + EXCERPT else "")
    caret = at - start + (1 if start else 0)
    number = str(span.line)
    bar = paint("|", "dim", colour=colour)
    yield f"  {number} {bar} {shown}"
    yield f"  {'':<{len(number)}} {bar} {' ' * caret}{paint('^' * _length(text, at), 'bold red', colour=colour)}"


def _length(text: str, at: int) -> int:
    """How much to underline: the quoted text or the word that begins at `at`; at least one column."""
    rest = text[at:]
    if rest[:1] in ("'", '"') and rest[:1] in rest[1:]:
        return rest.index(rest[0], 1) + 1
    for length, character in enumerate(rest):
        if character in " ,]}" or (character == ":" and rest[length + 1 : length + 2] in ("", " ")):
            return max(length, 1)
    return max(len(rest), 1)


def _object(diagnostic: Diagnostic) -> dict[str, object]:
    span = diagnostic.span
    told: dict[str, object] = {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
    }
    if span is not None:
        told |= {"file": span.file, "line": span.line, "column": span.column}
        if span.via:
            told["via"] = [str(step) for step in trail(span)]
    if diagnostic.path:
        told["path"] = diagnostic.path
    if diagnostic.hint:
        told["hint"] = diagnostic.hint
    return told
