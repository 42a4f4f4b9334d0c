"""What the YAML parser could not read, said with place, line and a cure.

Must not know: how trees are built. The parser's exceptions come in as objects with marks.
"""

from __future__ import annotations

import re
from typing import Any

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.texts import excerpt, split_lines

# What YAML forbids in a stream; tab, line breaks and everything printable are allowed.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"

_CURES = {
    "mapping values are not allowed": "quote a value that holds `: `, or check the indentation",
    "did not find expected key": "check that this line is indented like its neighbours",
    "did not find expected '-' indicator": "check that this item is indented like the one before it",
    "unexpected end of stream": "a quote is opened and never closed",
    "could not find expected ':'": "a key needs `: ` after it",
    "did not find expected ',' or": "a bracket is opened and never closed, or a comma is missing",
    "undefined tag handle": "quote a value that starts with `!`",
}


def unreadable(text: str, file: str) -> Diagnostic | None:
    """A character that no YAML text may hold, None when there is none."""
    if text.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():  # nearly always
        return None
    found = re.search(_FORBIDDEN, text)
    if found is None:
        return None
    before = split_lines(text[: found.start()] + "|")
    span = Span(file, len(before), len(before[-1]))
    code = ord(found.group())
    message = f"control characters are not allowed (U+{code:04X})"
    hint = 'write it as an escape in double quotes, such as "\\x1b"'
    if 0xDC80 <= code <= 0xDCFF:  # how undecodable bytes come in
        message, hint = f"invalid UTF-8: byte {code - 0xDC00:#04x}", "save the file as UTF-8"
    return _diagnostic(message, span, split_lines(text), hint)


def syntax_error(error: Any, text: str, file: str) -> Diagnostic:
    """The diagnostic for an exception of the YAML parser."""
    lines = split_lines(text)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    span = _inside(Span(file, mark.line + 1, mark.column + 1), lines) if mark is not None else Span(file, 1, 1)
    line = lines[span.line - 1]
    context = str(getattr(error, "context", None) or "")
    message = f"invalid YAML: {problem}"
    if opened is not None and opened.line + 1 != span.line and context:
        message += f" {context} that starts at line {opened.line + 1}"
    return _diagnostic(message, span, lines, hint=_cure(problem, line, span.column))


def _cure(problem: str, line: str, column: int) -> str:
    rest = line[column - 1 :]
    if "cannot start any token" in problem:
        if rest[:1] == "\t":
            return "YAML is indented with spaces, never with tabs"
        return f"quote a value that starts with `{rest[:1]}`"
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "YAML is indented with spaces, never with tabs"
    return next((cure for part, cure in _CURES.items() if part in problem), "")


def _inside(span: Span, lines: list[str]) -> Span:
    """The parser may point behind the last line; the nearest place with text is more use."""
    line = min(span.line, len(lines))
    while line > 1 and line == len(lines) and not lines[line - 1]:
        lines = lines[:-1]
        line -= 1
    length = len(lines[line - 1])
    return Span(span.file, line, span.column if line == span.line and span.column <= length + 1 else length + 1)


def _diagnostic(message: str, span: Span, lines: list[str], hint: str) -> Diagnostic:
    source = excerpt(lines[span.line - 1])
    return Diagnostic(Severity.ERROR, "CMP-1001", message, span, "", hint, source)
