"""A template as values: what `parse` makes and `evaluate` walks. `at` is the offset in the text, for errors."""

from __future__ import annotations

from composer.values import value


@value()
class Text:
    text: str


@value()
class Literal:
    held: object
    at: int


@value()
class Dot:
    at: int


@value()
class Variable:
    """`$name`; `$` alone is what the template was given."""

    name: str
    at: int


@value()
class Function:
    name: str
    at: int


@value()
class Field:
    """`.Name` of `base`."""

    base: Operand
    name: str
    at: int


@value()
class Command:
    """A function, field or value, and its arguments."""

    operands: tuple[Operand, ...]
    at: int


@value()
class Pipe:
    """Each command gets the answer of the one before as its last argument. `names`: variables that are given the
    answer, made anew if `declares`."""

    commands: tuple[Command, ...]
    at: int
    names: tuple[str, ...] = ()
    declares: bool = True


@value()
class If:
    pipe: Pipe
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@value()
class With:
    pipe: Pipe
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@value()
class Range:
    pipe: Pipe
    then: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@value()
class Jump:
    """`break` or `continue`."""

    word: str
    at: int


Operand = Literal | Dot | Variable | Function | Field | Pipe
Node = Text | Pipe | If | With | Range | Jump
