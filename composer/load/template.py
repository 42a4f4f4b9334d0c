"""The variable grammar: `$NAME`, `${NAME:-default}` and its relatives, `$$`.

Text → parts, and parts + a look-up → text. Arguments (defaults, alternates, messages) are templates again;
they are parsed at once but evaluated only when they are needed. Pure; must not know: trees, positions in files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Lookup = Callable[[str], str | None]

MAX_NESTING = 100
MAX_LENGTH = 16 * 1024 * 1024  # of a result; variables made of variables can grow without end

_DOLLAR = re.compile(r"\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|(\{))")
_BRACED = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(\})|(:?[-+?]))")
_BRACE = re.compile(r"[{}\n]")


class TemplateError(ValueError):
    """The text is no template. `offset` is where the bad `$` stands."""

    def __init__(self, template: str, offset: int) -> None:
        super().__init__(f'Invalid template: "{template}"')
        self.template = template
        self.offset = offset


class RequiredError(ValueError):
    """`${NAME?message}` of a variable without a value."""

    def __init__(self, substitution: Substitution, reason: str) -> None:
        suffix = f": {reason}" if reason else ""
        super().__init__(f"required variable {substitution.name} is missing a value{suffix}")
        self.substitution = substitution
        self.reason = reason


class TooLongError(ValueError):
    """A result that no configuration can mean."""

    def __init__(self) -> None:
        super().__init__(f"the value grows beyond {MAX_LENGTH} characters")


class Substitution:
    """One `$…`: `source` is its text, `offset` its place in the template.

    `operator` is "", "-", "+", "?" or these with a colon before; `argument` is what follows it as written.
    """

    __slots__ = ("argument", "inner", "name", "offset", "operator", "source")

    def __init__(
        self, name: str, offset: int, source: str, *, operator: str = "", argument: str = "", inner: Template = ()
    ) -> None:
        self.name = name
        self.offset = offset
        self.source = source
        self.operator = operator
        self.argument = argument
        self.inner = inner


Template = tuple[str | Substitution, ...]


def parse_template(text: str) -> Template:
    """The literal and variable parts of `text`. A lone `$` is literal. Raises TemplateError.

    >>> [part if isinstance(part, str) else part.name for part in parse_template("$A-${B:-x}$$")]
    ['A', '-', 'B', '$']
    """
    return _parse(text, text, 0, 0)


def _parse(text: str, whole: str, base: int, depth: int) -> Template:
    """`base` is the offset of `text` in `whole`."""
    if depth > MAX_NESTING:
        raise TemplateError(whole, base)
    parts: list[str | Substitution] = []
    done = 0
    while (found := _DOLLAR.search(text, done)) is not None:
        start = found.start()
        if start > done:
            parts.append(text[done:start])
        escaped, name, _brace = found.groups()
        done = found.end()
        if escaped:
            parts.append("$")
        elif name:
            parts.append(Substitution(name, base + start, found.group()))
        else:
            part, done = _braced(text, start, whole, base, depth)
            parts.append(part)
    if done < len(text):
        parts.append(text[done:])
    return tuple(parts)


def _braced(text: str, start: int, whole: str, base: int, depth: int) -> tuple[Substitution, int]:
    """The `${…}` at `start`, and where the text goes on."""
    head = _BRACED.match(text, start + 2)
    if head is None:
        raise TemplateError(whole, base + start)
    name, plain, operator = head.groups()
    if plain:
        return Substitution(name, base + start, text[start : head.end()]), head.end()
    end = _closing(text, head.end())
    if end < 0:
        raise TemplateError(whole, base + start)
    argument = text[head.end() : end]
    inner = _parse(argument, whole, base + head.end(), depth + 1) if "$" in argument else (argument,)
    source = text[start : end + 1]
    return Substitution(name, base + start, source, operator=operator, argument=argument, inner=inner), end + 1


def _closing(text: str, start: int) -> int:
    """The brace that closes an argument: the balancing one, or the last of the line when none balances; else -1."""
    depth = 1
    last = -1
    for found in _BRACE.finditer(text, start):
        brace = found.group()
        if brace == "\n":
            break
        if brace == "{":
            depth += 1
            continue
        depth -= 1
        last = found.start()
        if depth == 0:
            break
    return last


class Evaluation:
    """One pass over a template: what was used and what was missing, besides the text."""

    __slots__ = ("lookup", "unset", "used")

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.used: list[str] = []
        self.unset: list[Substitution] = []

    def text(self, template: Template) -> str:
        """Raises RequiredError (the first in reading order) and TooLongError."""
        parts = [part if isinstance(part, str) else self._value(part) for part in template]
        if len(parts) == 1:
            return parts[0]
        if sum(map(len, parts)) > MAX_LENGTH:
            raise TooLongError
        return "".join(parts)

    def _value(self, part: Substitution) -> str:
        value = self.lookup(part.name)
        if value is not None:
            self.used.append(part.name)
        operator = part.operator
        if not operator:
            if value is None:
                self.unset.append(part)
            return value or ""
        present = bool(value) if operator[0] == ":" else value is not None
        if operator[-1] == "+":
            return self.text(part.inner) if present else value or ""
        if present:
            return value or ""
        if operator[-1] == "?":
            raise RequiredError(part, self.text(part.inner))
        return self.text(part.inner)


def substitute(text: str, lookup: Lookup) -> str:
    """`text` with its variables replaced; unset ones by "". Raises TemplateError, RequiredError, TooLongError."""
    return Evaluation(lookup).text(parse_template(text)) if "$" in text else text


def substitutions(template: Template) -> Iterator[Substitution]:
    """Every `$…` of a template, nested ones after the one that holds them."""
    for part in template:
        if not isinstance(part, str):
            yield part
            yield from substitutions(part.inner)
