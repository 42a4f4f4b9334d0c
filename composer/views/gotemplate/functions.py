"""The functions a template may call: Go's own, and those that the docker command line adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from composer.views.gotemplate.problem import CallError
from composer.views.gotemplate.texts import Struct, go_printf, go_text, kind_of, template_json

_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}


def is_true(held: object) -> bool:
    """Go: whatever is not its type's zero value; a struct always is."""
    return isinstance(held, Struct) or bool(held)


def _and(*arguments: object) -> object:
    return next((held for held in arguments if not is_true(held)), arguments[-1])


def _or(*arguments: object) -> object:
    return next((held for held in arguments if is_true(held)), arguments[-1])


def _same(one: object, other: object) -> bool:
    if one is not None and other is not None and kind_of(one) != kind_of(other):
        raise CallError(f"{kind_of(one)} and {kind_of(other)} cannot be compared")
    return one == other


def _equal(one: object, *others: object) -> bool:
    if not others:
        raise CallError("there is nothing to compare with")
    return any(_same(one, other) for other in others)


def _less(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    if isinstance(one, int | float) and isinstance(other, int | float) and kind_of(one) == kind_of(other) != "bool":
        return one < other
    raise CallError(f"{kind_of(one)} and {kind_of(other)} cannot be compared")


def _length(held: object) -> int:
    if isinstance(held, str):
        return len(held.encode())
    if isinstance(held, Sequence | Mapping):
        return len(held)
    raise CallError(f"{kind_of(held)} has no length")


def _index(held: object, *places: object) -> object:
    for place in places:
        if isinstance(held, Mapping):
            held = held.get(place)
        elif isinstance(held, Sequence) and isinstance(place, int):
            if not 0 <= place < len(held):
                raise CallError(f"there is no item {place}: there are {len(held)}")
            held = held[place]
        else:
            raise CallError(f"{kind_of(held)} has no items")
    return held


def _slice(held: object, *ends: object) -> object:
    if not isinstance(held, Sequence):
        raise CallError(f"{kind_of(held)} cannot be sliced")
    numbers = [end for end in ends if isinstance(end, int)]
    if len(numbers) != len(ends) or len(ends) > 2 or any(not 0 <= number <= len(held) for number in numbers):
        raise CallError(f"these are no ends within {len(held)} items")
    return held[slice(*numbers)] if len(numbers) == 2 else held[slice(numbers[0] if numbers else 0, None)]


def _print(*arguments: object) -> str:
    """Spaces stand between two neighbours of which neither is a string."""
    said = ""
    for place, held in enumerate(arguments):
        if place and not isinstance(held, str) and not isinstance(arguments[place - 1], str):
            said += " "
        said += go_text(held)
    return said


def _println(*arguments: object) -> str:
    return " ".join(map(go_text, arguments)) + "\n"


def _text(held: object) -> str:
    if not isinstance(held, str):
        raise CallError(f"a string is wanted, not {kind_of(held)}")
    return held


def _number(held: object) -> int:
    if not isinstance(held, int):
        raise CallError(f"a whole number is wanted, not {kind_of(held)}")
    return held


def _join(items: object, separator: object) -> str:
    if isinstance(items, str) or not isinstance(items, Sequence):
        raise CallError(f"a list is wanted, not {kind_of(items)}")
    return _text(separator).join(map(go_text, items))


def _title(held: object) -> str:
    return re.sub(r"(?<![\w'])\w", lambda found: found[0].upper(), _text(held))


def _pad(held: object, before: object, after: object) -> str:
    text = _text(held)
    return " " * _number(before) + text + " " * _number(after) if text else ""


def _urlquery(*arguments: object) -> str:
    from urllib.parse import quote_plus  # noqa: PLC0415 - rare

    return quote_plus(_print(*arguments))


FUNCTIONS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "and": _and,
        "or": _or,
        "not": lambda held: not is_true(held),
        "eq": _equal,
        "ne": lambda one, other: not _same(one, other),
        "lt": _less,
        "le": lambda one, other: _less(one, other) or _same(one, other),
        "gt": lambda one, other: _less(other, one),
        "ge": lambda one, other: _less(other, one) or _same(one, other),
        "len": _length,
        "index": _index,
        "slice": _slice,
        "print": _print,
        "printf": lambda pattern, *arguments: go_printf(_text(pattern), arguments),
        "println": _println,
        "html": lambda *arguments: "".join(_HTML.get(letter, letter) for letter in _print(*arguments)),
        "urlquery": _urlquery,
        "json": template_json,
        "split": lambda text, separator: _text(text).split(_text(separator)) if separator else list(_text(text)),
        "join": _join,
        "title": _title,
        "lower": lambda held: _text(held).lower(),
        "upper": lambda held: _text(held).upper(),
        "pad": _pad,
        "truncate": lambda held, length: _text(held)[: _number(length)],
    }
)

# In the header of a table these leave the column's name as it is.
HEADER_FUNCTIONS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        **FUNCTIONS,
        **dict.fromkeys(
            ("json", "split", "join", "title", "lower", "upper", "pad", "truncate"), lambda held, *_further: held
        ),
    }
)
