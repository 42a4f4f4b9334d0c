"""From tokens to nodes. Which functions there are is not known here; what cannot be a template is refused."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from composer.views.gotemplate.nodes import (
    Command,
    Dot,
    Field,
    Function,
    If,
    Jump,
    Literal,
    Node,
    Operand,
    Pipe,
    Range,
    Text,
    Variable,
    With,
)
from composer.views.gotemplate.problem import TemplateError
from composer.views.gotemplate.scan import Action, Token, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS: Mapping[str, type[If | With | Range]] = MappingProxyType({"if": If, "with": With, "range": Range})
_WORDS = {"true": True, "false": False, "nil": None}
_UNSUPPORTED = ("define", "template", "block")


def parse(text: str) -> tuple[Node, ...]:
    """Raises TemplateError."""
    reader = _Reader(text)
    nodes, stop = reader.nodes(in_range=False)
    if stop is not None:
        raise TemplateError(f"'{_word(stop)}' belongs to no block", text, stop.at)
    return nodes


def _word(action: Action) -> str:
    first = action.tokens[0] if action.tokens else None
    return first.text if first is not None and first.kind == "word" else ""


class _Reader:
    """Reads one template front to back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._parts: Iterator[str | Action] = scan(text)

    def nodes(self, *, in_range: bool) -> tuple[tuple[Node, ...], Action | None]:
        """Up to the `else` or `end` that belongs to somebody outside, which is returned too."""
        found: list[Node] = []
        for part in self._parts:
            if isinstance(part, str):
                found.append(Text(part))
                continue
            word = _word(part)
            if word in ("else", "end"):
                return tuple(found), part
            found.append(self._node(part, word, in_range=in_range))
        return tuple(found), None

    def _node(self, action: Action, word: str, *, in_range: bool) -> Node:
        if word in _UNSUPPORTED:
            raise TemplateError(f"'{word}' is not supported", self._text, action.tokens[0].at)
        if word in _BLOCKS:
            return self._block(word, action, action.tokens[1:], in_range=in_range)
        if word in ("break", "continue") and len(action.tokens) == 1:
            if not in_range:
                raise TemplateError(f"'{word}' belongs to no range", self._text, action.at)
            return Jump(word, action.at)
        return _Pipes(self._text, action, action.tokens).whole()

    def _block(self, word: str, action: Action, tokens: tuple[Token, ...], *, in_range: bool) -> Node:
        pipe = _Pipes(self._text, action, tokens).whole(pairs=word == "range")
        then, stop = self.nodes(in_range=in_range or word == "range")
        otherwise: tuple[Node, ...] = ()
        if stop is not None and _word(stop) == "else":
            further = stop.tokens[1:]
            if further and further[0].text in ("if", "with"):  # `else if` is closed by the same `end`
                otherwise = (self._block(further[0].text, stop, further[1:], in_range=in_range),)
                return _BLOCKS[word](pipe, then, otherwise)
            otherwise, stop = self.nodes(in_range=in_range)
        if stop is None or _word(stop) != "end":
            raise TemplateError(f"'{word}' has no end", self._text, action.at)
        return _BLOCKS[word](pipe, then, otherwise)


class _Pipes:
    """Reads the tokens of one action."""

    def __init__(self, text: str, action: Action, tokens: tuple[Token, ...]) -> None:
        self._text = text
        self._action = action
        self._tokens = tokens
        self._next = 0

    def whole(self, *, pairs: bool = False) -> Pipe:
        """All tokens as one pipe; `pairs`: it may set two variables."""
        names, declares = self._names(pairs=pairs)
        pipe = self._pipe()
        if self._next < len(self._tokens):
            raise self._wrong("this is not expected here")
        return Pipe(pipe.commands, pipe.at, names, declares)

    def _names(self, *, pairs: bool) -> tuple[tuple[str, ...], bool]:
        """`$x :=`, `$i, $x :=` or `$x =` at the beginning."""
        texts = [token.text for token in self._tokens[:4]]
        kinds = [token.kind for token in self._tokens[:3]]
        if kinds[:1] == ["variable"] and texts[1:2] in ([":="], ["="]):
            self._next = 2
            return (texts[0],), texts[1] == ":="
        if kinds == ["variable", "sign", "variable"] and texts[1] == "," and texts[3:] in ([":="], ["="]):
            if not pairs:
                raise TemplateError("only range gives two values", self._text, self._tokens[1].at)
            self._next = 4
            return (texts[0], texts[2]), texts[3] == ":="
        return (), True

    def _pipe(self) -> Pipe:
        start = self._place()
        commands = [self._command()]
        while self._take("|"):
            commands.append(self._command())
        for command in commands[1:]:
            if not isinstance(command.operands[0], Function | Field):
                raise TemplateError("a pipe leads into a function", self._text, command.at)
        return Pipe(tuple(commands), start)

    def _command(self) -> Command:
        start = self._place()
        operands: list[Operand] = []
        while (operand := self._operand()) is not None:
            operands.append(operand)
        if not operands:
            raise self._wrong("something is missing here")
        return Command(tuple(operands), start)

    def _operand(self) -> Operand | None:
        if self._next >= len(self._tokens):
            return None
        token = self._tokens[self._next]
        if token.text == "(":
            self._next += 1
            base: Operand = self._pipe()
            if not self._take(")"):
                raise TemplateError("the bracket is not closed", self._text, token.at)
        elif token.kind == "sign":
            return None
        else:
            self._next += 1
            base = self._simple(token)
        while self._next < len(self._tokens) and self._tokens[self._next].kind == "field":
            further = self._tokens[self._next]
            if not further.adjoins:
                break
            base = Field(base, further.text[1:], further.at)
            self._next += 1
        return base

    def _simple(self, token: Token) -> Operand:
        if token.kind == "field":
            return Field(Dot(token.at), token.text[1:], token.at)
        if token.kind == "dot":
            return Dot(token.at)
        if token.kind == "variable":
            return Variable(token.text, token.at)
        if token.kind == "word" and token.text not in _WORDS:
            return Function(token.text, token.at)
        return Literal(self._literal(token), token.at)

    def _literal(self, token: Token) -> object:
        if token.kind == "word":
            return _WORDS[token.text]
        if token.text.startswith("`"):
            return token.text[1:-1]
        try:
            # Go writes strings, characters and numbers as Python does, but for octal numbers.
            held = ast.literal_eval(token.text.lstrip("+").replace("\t", "\\t"))
        except (ValueError, SyntaxError):
            raise TemplateError(f"{token.text} is no value", self._text, token.at) from None
        return ord(held) if token.kind == "char" else held

    def _take(self, sign: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next].text == sign:
            self._next += 1
            return True
        return False

    def _place(self) -> int:
        if self._next < len(self._tokens):
            return self._tokens[self._next].at
        return self._tokens[-1].at if self._tokens else self._action.at

    def _wrong(self, problem: str) -> TemplateError:
        return TemplateError(problem, self._text, self._place())
