"""Carrying a template out on a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Self

from composer.values import value
from composer.views.gotemplate.functions import FUNCTIONS, is_true
from composer.views.gotemplate.nodes import (
    Command,
    Dot,
    Field,
    Function,
    If,
    Jump,
    Literal,
    Node,
    Pipe,
    Range,
    Text,
    With,
)
from composer.views.gotemplate.nodes import Variable as VariableNode
from composer.views.gotemplate.parse import parse
from composer.views.gotemplate.problem import CallError, TemplateError
from composer.views.gotemplate.texts import Struct, go_text, kind_of

if TYPE_CHECKING:
    from composer.views.gotemplate.nodes import Operand

    Functions = Mapping[str, Callable[..., object]]


@value()
class Template:
    """`parse` once, `render` for every row.

    >>> Template.parse("{{.Name | upper}}").render(Struct({"Name": "web"}))
    'WEB'
    """

    text: str
    nodes: tuple[Node, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises TemplateError for what is no template, a function that is unknown included."""
        nodes = parse(text)
        _check(nodes, text)
        return cls(text, nodes)

    def render(self, dot: object, *, functions: Functions = FUNCTIONS) -> str:
        """Raises TemplateError for a field that `dot` does not have, or values that a function cannot take."""
        run = _Run(self.text, functions)
        run.carry_out(self.nodes, dot, Scope({"$": dot}))
        return "".join(run.said)


def _check(nodes: Iterable[Node | Operand | Command], text: str) -> None:
    """Refuses unknown functions before anything is printed."""
    for node in nodes:
        if isinstance(node, Function) and node.name not in FUNCTIONS:
            hint = f"Functions are: {', '.join(sorted(FUNCTIONS))}."
            raise TemplateError(f"there is no function '{node.name}'", text, node.at, hint=hint)
        if isinstance(node, Pipe):
            _check(node.commands, text)
        elif isinstance(node, Command):
            _check(node.operands, text)
        elif isinstance(node, Field):
            _check((node.base,), text)
        elif isinstance(node, If | With | Range):
            _check((node.pipe, *node.then, *node.otherwise), text)


class _Jumped(Exception):
    """On the way to the range that `break` or `continue` belongs to."""


class Scope(dict[str, object]):
    """The variables of a block: those outside can be read and reassigned, those made here end with it."""

    def __init__(self, outer: dict[str, object]) -> None:
        super().__init__(outer)
        self._outer = outer
        self._own: set[str] = set()

    def __setitem__(self, name: str, held: object) -> None:
        self._own.add(name)
        super().__setitem__(name, held)

    def reassign(self, name: str, held: object) -> None:
        super().__setitem__(name, held)
        if name not in self._own and isinstance(self._outer, Scope):
            self._outer.reassign(name, held)


class _Run:
    """One rendering."""

    def __init__(self, text: str, functions: Functions) -> None:
        self._text = text
        self._functions = functions
        self.said: list[str] = []

    def carry_out(self, nodes: Sequence[Node], dot: object, scope: Scope) -> None:
        for node in nodes:
            if isinstance(node, Text):
                self.said.append(node.text)
            elif isinstance(node, Pipe):
                held = self._pipe(node, dot, scope)
                if not node.names:
                    self.said.append(go_text(held))
            elif isinstance(node, Range):
                self._range(node, dot, scope)
            elif isinstance(node, Jump):
                raise _Jumped(node.word)
            else:
                self._choice(node, dot, scope)

    def _choice(self, node: If | With, dot: object, scope: Scope) -> None:
        inner = Scope(scope)
        held = self._pipe(node.pipe, dot, inner)
        chosen = node.then if is_true(held) else node.otherwise
        self.carry_out(chosen, held if isinstance(node, With) and is_true(held) else dot, inner)

    def _range(self, node: Range, dot: object, scope: Scope) -> None:
        held = self._pipe(Pipe(node.pipe.commands, node.pipe.at), dot, scope)
        pairs = self._pairs(held, node.pipe.at)
        for key, item in pairs:
            inner = Scope(scope)
            for name, one in zip(node.pipe.names, (key, item) if len(node.pipe.names) == 2 else (item,), strict=False):
                inner[name] = one
            try:
                self.carry_out(node.then, item, inner)
            except _Jumped as jumped:
                if str(jumped) == "break":
                    break
        if not pairs:
            self.carry_out(node.otherwise, dot, Scope(scope))

    def _pairs(self, held: object, at: int) -> list[tuple[object, object]]:
        if held is None:
            return []
        if isinstance(held, bool) or not isinstance(held, Mapping | Sequence | int) or isinstance(held, str):
            raise TemplateError(f"{kind_of(held)} has no items to range over", self._text, at)
        if isinstance(held, Mapping):
            return sorted(held.items())
        return list(enumerate(range(held) if isinstance(held, int) else held))

    def _pipe(self, pipe: Pipe, dot: object, scope: Scope) -> object:
        last: tuple[object, ...] = ()
        for command in pipe.commands:
            last = (self._command(command, dot, scope, last),)
        for name in pipe.names:
            self._assign(pipe, name, last[0], scope)
        return last[0]

    def _assign(self, pipe: Pipe, name: str, held: object, scope: Scope) -> None:
        if pipe.declares:
            scope[name] = held
        elif name in scope:
            scope.reassign(name, held)
        else:
            raise self._undefined(name, pipe.at)

    def _command(self, command: Command, dot: object, scope: Scope, last: tuple[object, ...]) -> object:
        first, *further = command.operands
        arguments = [self._operand(operand, dot, scope) for operand in further]
        arguments += last
        if isinstance(first, Function):
            return self._call(self._functions[first.name], first.name, arguments, first.at)
        if isinstance(first, Field):
            return self._field(first, dot, scope, arguments)
        if arguments:
            raise TemplateError("this is no function and takes no arguments", self._text, command.at)
        return self._operand(first, dot, scope)

    def _operand(self, operand: Operand, dot: object, scope: Scope) -> object:
        if isinstance(operand, Literal):
            return operand.held
        if isinstance(operand, Dot):
            return dot
        if isinstance(operand, VariableNode):
            if operand.name not in scope:
                raise self._undefined(operand.name, operand.at)
            return scope[operand.name]
        if isinstance(operand, Function):
            return self._call(self._functions[operand.name], operand.name, [], operand.at)
        if isinstance(operand, Field):
            return self._field(operand, dot, scope, [])
        return self._pipe(operand, dot, scope)

    def _field(self, field: Field, dot: object, scope: Scope, arguments: list[object]) -> object:
        base = self._operand(field.base, dot, scope)
        if isinstance(base, Struct) and field.name in base.methods:
            return self._call(base.methods[field.name], f".{field.name}", arguments, field.at)
        if arguments:
            raise TemplateError(f"'.{field.name}' takes no arguments", self._text, field.at)
        if isinstance(base, Struct):
            if field.name not in base.fields:
                known = ", ".join(f".{name}" for name in (*base.fields, *base.methods))
                raise TemplateError(
                    f"there is no '.{field.name}' here", self._text, field.at, hint=f"There is {known}."
                )
            return base.fields[field.name]
        if isinstance(base, Mapping):
            return base.get(field.name)
        raise TemplateError(f"{kind_of(base)} has no field '{field.name}'", self._text, field.at)

    def _call(self, function: Callable[..., object], name: str, arguments: list[object], at: int) -> object:
        try:
            return function(*arguments)
        except CallError as error:
            raise TemplateError(f"{name}: {error}", self._text, at) from None
        except (TypeError, IndexError):
            raise TemplateError(f"{name}: wrong number of arguments: {len(arguments)}", self._text, at) from None

    def _undefined(self, name: str, at: int) -> TemplateError:
        return TemplateError(f"the variable '{name}' is not defined", self._text, at)
