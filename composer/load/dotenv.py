"""The grammar of `.env`, `--env-file`, `env_file` and `label_file`, and the plain one of `format: raw`.

Text → variables with their lines, and diagnostics. Owns statements, quotes and escapes; `load.template` owns
what follows a `$`. Must not know: files on disk, precedence between files.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.environment import Environment, Variable
from composer.load.template import (
    Evaluation,
    Lookup,
    RequiredError,
    TemplateError,
    TooLongError,
    parse_template,
)
from composer.load.texts import SourceText, excerpt

BAD_LINE = "CMP-1030"
UNSET = "CMP-1022"
IGNORED = "CMP-1032"

MAX_ERRORS = 20  # of one file
MAX_EXPANDED = 64 * 1024 * 1024  # characters of all values together

_BLANKS = "\t\v\f\r \x85\xa0"
_EXPORT = re.compile(r"export[\t\n\f\r ]+")
_KEY_END = re.compile(r"[=:\n]")
_ESCAPE = r'\\([abcfnrtv$"\\]|0[0-9]{0,3})'
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", '"': '"', "\\": "\\"}
_TAIL = re.compile(r"[^\n]*")


def parse(
    text: str, file: str, lookup: Lookup, before: Mapping[str, Variable] | None = None
) -> tuple[dict[str, Variable], list[Diagnostic]]:
    """The variables of `text`, in order; the last of a name wins. `file` is what spans call the text.

    `$` asks `lookup` first, then the variables above, then those of the files `before` this one. A bare `NAME`
    takes its value from `lookup` and is left out when there is none. A line with an error gives no variable;
    reading goes on after it.
    """
    reader = _Reader(_clean(text), file, lookup, before or {})
    reader.run()
    return reader.variables, reader.diagnostics


def parse_raw(text: str, file: str, lookup: Lookup) -> tuple[dict[str, Variable], list[Diagnostic]]:
    """`format: raw`: everything after `=` is the value, without quotes, comments or `$`; as `docker run --env-file`."""
    variables: dict[str, Variable] = {}
    diagnostics: list[Diagnostic] = []
    for number, raw in enumerate(_clean(text).split("\n"), 1):
        line = raw.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        span = Span(file, number, len(raw) - len(raw.lstrip()) + 1)
        name, equals, value = line.partition("=")
        problem = _raw_problem(name, line)
        if problem:
            diagnostics.append(Diagnostic(Severity.ERROR, BAD_LINE, problem, span, source=excerpt(raw)))
            continue
        found = value if equals else lookup(name)
        if found is not None:
            variables[name] = Variable(name, found, span)
    return variables, diagnostics[:MAX_ERRORS]


def parse_layer(
    sources: Iterable[SourceText], environment: Environment
) -> tuple[dict[str, Variable], list[Diagnostic]]:
    """Several files as one layer below `environment`: later files win, and `$` sees the files above."""
    layer: dict[str, Variable] = {}
    diagnostics: list[Diagnostic] = []

    for source in sources:
        variables, found = parse(source.text, source.name, environment.get, layer)
        layer.update(variables)
        diagnostics.extend(found)
    return layer, diagnostics


def _clean(text: str) -> str:
    """Without a byte-order mark; bytes that were no UTF-8 become U+FFFD, as they do on the way to the engine."""
    text = text.removeprefix("\ufeff")
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _raw_problem(name: str, line: str) -> str:
    if not name:
        return f"no variable name on line '{line}'"
    if any(char in name for char in " \t\v\f\r\n"):
        return f"variable '{name}' contains whitespaces"
    return ""


class _LineError(Exception):
    """What is wrong with a statement, and where."""

    def __init__(self, message: str, at: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint


class _Reader:
    """One text. `at` is the offset of what is read next."""

    def __init__(self, text: str, file: str, lookup: Lookup, before: Mapping[str, Variable]) -> None:
        self.text = text
        self.file = file
        self.lookup = lookup
        self.before = before
        self.at = 0
        self.variables: dict[str, Variable] = {}
        self.diagnostics: list[Diagnostic] = []
        self.expanded = 0
        self.failed = 0
        self.warned: set[str] = set()
        self._starts: list[int] = []

    def run(self) -> None:
        while self._to_statement() and self.failed < MAX_ERRORS:
            start = self.at
            try:
                self._statement()
            except _LineError as error:
                self.failed += 1
                self._report(Severity.ERROR, BAD_LINE, error.message, error.at, error.hint)
                self.at = self._line_end(max(start, self.at))

    # --- statements

    def _to_statement(self) -> bool:
        """Move over blank lines and comments; False at the end of the text."""
        text = self.text
        while self.at < len(text):
            char = text[self.at]
            if char == "#":
                self.at = self._line_end(self.at)
            elif char.isspace():
                self.at += 1
            else:
                return True
        return False

    def _statement(self) -> None:
        start = self.at
        exported = _EXPORT.match(self.text, self.at)
        if exported:
            start = exported.end()
        name, end = self._name(start)
        if end == len(self.text) or self.text[end] == "\n":  # a bare name: taken over from outside
            self.at = end
            value = self.lookup(name)
            if value is not None:
                self.variables[name] = Variable(name, value, self._span(start))
            return
        self.at = self._over_blanks(end + 1)
        value = self._value()
        if name:
            self.variables[name] = Variable(name, value, self._span(start))
        else:
            self._report(Severity.WARNING, IGNORED, "a value without a variable name is ignored", start)

    def _name(self, start: int) -> tuple[str, int]:
        """The name of a statement and the offset of what ends it."""
        found = _KEY_END.search(self.text, start)
        end = found.start() if found else len(self.text)
        for offset in range(start, end):
            char = self.text[offset]
            if not (char in "_.-[]" or char in _BLANKS or char.isalpha() or char.isnumeric()):
                line = self.text[start : self._line_end(start)].rstrip("\r")
                message = f'unexpected character "{char}" in variable name "{line[:_SHOWN]}"'
                raise self._error(message, offset, "write NAME=value, one to a line; # starts a comment")
        name = self.text[start:end].rstrip()
        if " " in name:
            hint = "write NAME=value, one to a line; # starts a comment"
            raise self._error("key cannot contain a space", start + name.index(" "), hint)
        return name, end

    # --- values

    def _value(self) -> str:
        quote = self.text[self.at : self.at + 1]
        if quote in {"'", '"'}:
            return self._quoted(quote)
        start = self.at
        end = self._line_end(start)
        self.at = end
        value = self.text[start:end].partition(" #")[0].rstrip()
        return self._expand(value, start)

    def _quoted(self, quote: str) -> str:
        start = self.at
        end = self._closing_quote(quote, start)
        body = self.text[start + 1 : end].replace(f"\\{quote}", quote) if quote == "'" else self.text[start + 1 : end]
        self.at = end + 1
        self._after_quote()
        if quote == "'":
            return body
        return self._expand(_unescaped(body), start)

    def _closing_quote(self, quote: str, start: int) -> int:
        offset = start + 1
        text = self.text
        while offset < len(text):
            char = text[offset]
            if char == quote:
                return offset
            offset += 2 if char == "\\" else 1
        line = text[start : self._line_end(start)].rstrip("\r")
        self.at = len(text)
        raise self._error(f"unterminated quoted value {line[:_SHOWN]}", start, f"close it with {quote}")

    def _after_quote(self) -> None:
        """What may follow a closing quote: nothing, a comment, or another `NAME=value`."""
        offset = self._over_blanks(self.at)
        end = self._line_end(offset)
        rest = self.text[offset:end]
        if not rest or rest.startswith("#"):
            self.at = end
            return
        if "=" in rest or ":" in rest:
            self.at = offset
            return
        raise self._error(f"unexpected text after a quoted value: {rest.rstrip()[:_SHOWN]}", offset, "remove it")

    def _expand(self, value: str, start: int) -> str:
        if "$" not in value:
            return value
        evaluation = Evaluation(self._known)
        try:
            expanded = evaluation.text(parse_template(value))
        except TemplateError as error:
            hint = "write \\$ or use single quotes for a dollar sign"
            raise _LineError(str(error)[:_SHOWN], start, hint) from None
        except (RequiredError, TooLongError) as error:
            raise _LineError(str(error)[:_SHOWN], start) from None
        self.expanded += len(expanded)
        if self.expanded > MAX_EXPANDED:
            raise _LineError("the values of this file grow without end", start)
        for part in evaluation.unset:
            if part.name in self.warned:
                continue
            self.warned.add(part.name)
            message = f'The "{part.name}" variable is not set. Defaulting to a blank string.'
            self._report(Severity.WARNING, UNSET, message, max(self.text.find(part.source, start), start))
        return expanded

    def _known(self, name: str) -> str | None:
        value = self.lookup(name)
        if value is None:
            known = self.variables.get(name) or self.before.get(name)
            return known.value if known is not None else None
        return value

    # --- places

    def _line_end(self, offset: int) -> int:
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def _over_blanks(self, offset: int) -> int:
        while offset < len(self.text) and self.text[offset] in _BLANKS:
            offset += 1
        return offset

    def _span(self, offset: int) -> Span:
        if not self._starts:
            self._starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        line = bisect_right(self._starts, offset)
        return Span(self.file, line, offset - self._starts[line - 1] + 1)

    def _error(self, message: str, at: int, hint: str) -> _LineError:
        return _LineError(f"line {self._span(at).line}: {message}", at, hint)

    def _report(self, severity: Severity, code: str, message: str, at: int, hint: str = "") -> None:
        span = self._span(at)
        start = self._starts[span.line - 1]
        source = self.text[start : self._line_end(start)].rstrip("\r")
        self.diagnostics.append(Diagnostic(severity, code, message, span, hint=hint, source=excerpt(source)))


_SHOWN = 200


def _unescaped(text: str) -> str:
    """Escapes of a double-quoted value; an escaped dollar becomes `$$`, which the template keeps as one."""
    return re.sub(_ESCAPE, lambda found: _unescape(found.group(1)), text) if "\\" in text else text


def _unescape(code: str) -> str:
    if code == "$":
        return "$$"
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code[0] == "0":  # octal: three digits after the 0, at most 0377
        digits = code[1:]
        octal = len(digits) == 3 and all(digit in "01234567" for digit in digits) and int(digits, 8) < 256
        return chr(int(digits, 8)) if octal else f"\\{digits}"
    return f"\\{code}"
