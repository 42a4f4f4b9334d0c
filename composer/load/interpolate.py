"""Variables replaced in a tree: values only, never keys, never what a variable brought.

Every problem becomes a diagnostic with the place of its `$`; each replaced value's span names where its
variables were set. Must not know: files, merge rules, what a key means beyond its cast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.casts import CASTS, NO, YES, Cast, to_boolean
from composer.load.environment import Environment
from composer.load.node import Mapping, Node, Scalar, ScalarValue, Sequence
from composer.load.path import PatternNode, path_text
from composer.load.template import (
    Evaluation,
    RequiredError,
    Substitution,
    TemplateError,
    TooLongError,
    parse_template,
    substitutions,
)
from composer.load.texts import Texts
from composer.suggest import did_you_mean
from composer.values import value

INVALID = "CMP-1020"
REQUIRED = "CMP-1021"
UNSET = "CMP-1022"
BAD_CAST = "CMP-1023"
OLD_BOOLEAN = "CMP-1024"
TOO_LONG = "CMP-1025"

MAX_PRODUCED = 64 * 1024 * 1024  # characters of all values of one tree; beyond this the input is hostile


def interpolate_tree(
    node: Node,
    environment: Environment,
    texts: Texts,
    *,
    casts: PatternNode[Cast] | None = CASTS,
    warned: set[str] | None = None,
    strict: bool = False,
) -> tuple[Node, list[Diagnostic]]:
    """`node` with its variables replaced and typed places cast; untouched parts are shared with `node`.

    `warned` holds the unset variables already spoken of, and grows: give the same set for all files of a
    project. With `strict` an unset variable is an error.
    """
    work = _Work(environment, texts, warned if warned is not None else set(), strict=strict)
    return work.tree(node, casts), work.diagnostics


class _Work:
    """One walk. `path` is where the walk is."""

    def __init__(self, environment: Environment, texts: Texts, warned: set[str], *, strict: bool) -> None:
        self.environment = environment
        self.texts = texts
        self.warned = warned
        self.unset_severity = Severity.ERROR if strict else Severity.WARNING
        self.diagnostics: list[Diagnostic] = []
        self.path: list[str | int] = []
        self.produced = 0  # characters of all replaced values

    def tree(self, node: Node, casts: PatternNode[Cast] | None) -> Node:
        if node.tag == "!reset":
            return node  # nobody will read its value
        if isinstance(node, Scalar):
            if isinstance(node.value, str) and ("$" in node.value or (casts is not None and casts.value is not None)):
                return self._scalar(node, node.value, casts.value if casts is not None else None)
            return node
        if isinstance(node, Mapping):
            return self._mapping(node, casts)
        return self._sequence(node, casts)

    def _mapping(self, node: Mapping, casts: PatternNode[Cast] | None) -> Node:
        changed: dict[str, Node] = {}
        path = self.path
        for key, child in node.items.items():
            below = casts.key(key) if casts is not None else None
            if below is None and type(child) is Scalar and (type(child.value) is not str or "$" not in child.value):
                continue
            path.append(key)
            new = self.tree(child, below)
            path.pop()
            if new is not child:
                changed[key] = new
        return Mapping({**node.items, **changed}, node.span, node.keys, node.tag) if changed else node

    def _sequence(self, node: Sequence, casts: PatternNode[Cast] | None) -> Node:
        below = casts.item() if casts is not None else None
        items: list[Node] = []
        changed = False
        for position, child in enumerate(node.items):
            self.path.append(position)
            new = self.tree(child, below)
            self.path.pop()
            changed = changed or new is not child
            items.append(new)
        return Sequence(tuple(items), node.span, node.tag) if changed else node

    def _scalar(self, node: Scalar, text: str, cast: Cast | None) -> Node:
        evaluation = Evaluation(self.environment.get)
        value: ScalarValue = text
        if "$" in text:
            try:
                if self.produced > MAX_PRODUCED:
                    return node
                value = evaluation.text(parse_template(text))
                self._count(value)
            except (TemplateError, RequiredError, TooLongError) as error:
                self._failed(error, node.span)
                return node
            for part in evaluation.unset:
                self._warn_unset(part, node.span)
        span = self._through(node.span, evaluation.used)
        if cast is not None:
            value = self._cast(str(value), cast, span, text)
        return Scalar(value, span, node.tag)

    def _count(self, value: str) -> None:
        self.produced += len(value)
        if self.produced > MAX_PRODUCED:
            raise TooLongError

    def _through(self, span: Span, names: Iterable[str]) -> Span:
        """`span` with the places that set these variables at the head of its trail."""
        places = tuple(dict.fromkeys(self.environment.span(name) for name in names))
        return Span(span.file, span.line, span.column, (*places, *span.via)) if places else span

    def _cast(self, value: str, cast: Cast, span: Span, text: str) -> ScalarValue:
        where = path_text(self.path)
        if cast is to_boolean and value.lower() in (*YES, *NO):
            right = "true" if value.lower() in YES else "false"
            message = f'"{value}" for boolean is not supported by YAML 1.2, please use `{right}`'
            self._report(Severity.WARNING, OLD_BOOLEAN, message, span)
        try:
            return cast(value)
        except ValueError as error:
            message = f"error while interpolating {where}: failed to cast to expected type: {error}"
            hint = f"{text} is {value!r} here" if "$" in text else ""
            self._report(Severity.ERROR, BAD_CAST, message, span, hint)
            return value

    def _failed(self, error: TemplateError | RequiredError | TooLongError, span: Span) -> None:
        where = path_text(self.path)
        if isinstance(error, TemplateError):
            message = (
                f"invalid interpolation format for {where}.\n"
                f"You may need to escape any $ with another $.\n{_shortened(error.template)}"
            )
            fragment = error.template[error.offset :]
            hint = (
                "write $$ for a dollar sign; a variable is ${NAME}, ${NAME:-default}, ${NAME:?message}, ${NAME:+text}"
            )
            self._report(Severity.ERROR, INVALID, message, self.texts.locate(span, fragment[:_SOUGHT]), hint)
        elif isinstance(error, RequiredError):
            part = error.substitution
            place = self.texts.locate(span, part.source[:_SOUGHT])
            hint = self._alike(part.name) or f"set {part.name} in the shell or in .env"
            self._report(Severity.ERROR, REQUIRED, f"error while interpolating {where}: {error}", place, hint)
        else:
            self._report(Severity.ERROR, TOO_LONG, f"error while interpolating {where}: {error}", span)

    def _warn_unset(self, part: Substitution, span: Span) -> None:
        if part.name in self.warned:
            return
        self.warned.add(part.name)
        message = f'The "{part.name}" variable is not set. Defaulting to a blank string.'
        if self.unset_severity is Severity.ERROR:
            message = f'The "{part.name}" variable is not set.'
        hint = self._alike(part.name) or f"set it, or give a default: ${{{part.name}:-…}}"
        self._report(self.unset_severity, UNSET, message, self.texts.locate(span, part.source[:_SOUGHT]), hint)

    def _alike(self, name: str) -> str:
        """Every short name is near another; only longer ones are worth a guess."""
        known = [other for other in self.environment.values if len(other) > 3]
        return did_you_mean(name, known) if len(name) > 3 else ""

    def _report(self, severity: Severity, code: str, message: str, span: Span, hint: str = "") -> None:
        source = self.texts.line(span)
        self.diagnostics.append(Diagnostic(severity, code, message, span, path_text(self.path), hint, source))


_SOUGHT = 60  # characters of a variable that are enough to find it in its line
_SHOWN = 500  # characters of a bad template that are worth showing


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@value()
class VariableUse:
    """A variable as a file asks for it; `default` and `alternate` as written. `span`: its first place."""

    name: str
    required: bool
    default: str
    alternate: str
    span: Span


def variables_of(node: Node, texts: Texts) -> dict[str, VariableUse]:
    """Every variable a tree names, by name, nested ones too; what any use says about it counts."""
    found: dict[str, VariableUse] = {}
    for scalar in _texts_with_dollar(node):
        try:
            template = parse_template(str(scalar.value))
        except TemplateError:
            continue
        for part in substitutions(template):
            use = _use(part, texts.locate(scalar.span, part.source[:_SOUGHT]))
            found[part.name] = _combined(found[part.name], use) if part.name in found else use
    return found


def _texts_with_dollar(node: Node) -> Iterable[Scalar]:
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and "$" in node.value:
            yield node
        return
    for child in node.items.values() if isinstance(node, Mapping) else node.items:
        yield from _texts_with_dollar(child)


def _use(part: Substitution, span: Span) -> VariableUse:
    kind = part.operator[-1:]
    return VariableUse(
        part.name,
        required=kind == "?",
        default=part.argument if kind == "-" else "",
        alternate=part.argument if kind == "+" else "",
        span=span,
    )


def _combined(first: VariableUse, second: VariableUse) -> VariableUse:
    return replace(
        first,
        required=first.required or second.required,
        default=first.default or second.default,
        alternate=first.alternate or second.alternate,
    )
