"""Leaves of the canonical tree as Python values: numbers, booleans, durations, sizes, commands.

One function per `Kind`; each takes the YAML value and raises ValueError with a message for the user. Must not
know: spans, attributes by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.casts import to_boolean, to_float, to_integer
from composer.load.shape import Kind
from composer.load.words import split_words
from composer.units import format_number, parse_bytes, parse_duration, single_precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.load.node import ScalarValue


def as_text(value: ScalarValue) -> str:
    """A YAML scalar as docker compose writes it into an environment."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else format_number(value)


def _text(value: ScalarValue) -> str:
    return as_text(value)


def _integer(value: ScalarValue) -> int:
    if isinstance(value, str):
        return to_integer(value)
    try:
        return int(value or 0)
    except (OverflowError, ValueError):
        raise ValueError("it is not a finite number") from None


def _float(value: ScalarValue) -> float:
    number = to_float(value) if isinstance(value, str) else float(value or 0)
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124  NaN
        raise ValueError("it is not a finite number")
    return single_precision(number)


def _boolean(value: ScalarValue) -> bool:
    return value if isinstance(value, bool) else to_boolean(str(value))


def _duration(value: ScalarValue) -> int:
    return parse_duration(str(value))


def _bytes(value: ScalarValue) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{format_number(value)} has a fraction (write a whole number of bytes, or text such as 1.5g)")
    return int(value) if isinstance(value, (int, float)) else parse_bytes(str(value))


def _mode(value: ScalarValue) -> int:
    if isinstance(value, (int, float)):
        return int(value)
    try:
        return int(str(value), 8)
    except ValueError:
        raise ValueError(f"{value!r} is not a file mode (octal, such as 0440)") from None


def _count(value: ScalarValue) -> int:
    """How many devices; -1 is all."""
    if isinstance(value, str) and value.lower() == "all":
        return -1
    try:
        return _integer(value)
    except ValueError:
        raise ValueError(f"{value!r} is neither a number nor `all`") from None


def words(value: ScalarValue) -> tuple[str, ...]:
    return split_words(str(value))


READERS: dict[str, Callable[[ScalarValue], object]] = {
    Kind.TEXT: _text,
    Kind.TEXT_OR_NUMBER: _text,
    Kind.TEXT_OR_BOOLEAN: _text,
    Kind.INTEGER: _integer,
    Kind.FLOAT: _float,
    Kind.BOOLEAN: _boolean,
    Kind.STRICT_BOOLEAN: _boolean,
    Kind.EXTERNAL: _boolean,
    Kind.DURATION: _duration,
    Kind.BYTES: _bytes,
    Kind.MODE: _mode,
    Kind.COUNT: _count,
    Kind.COMMAND: words,
    Kind.TEST: lambda value: ("CMD-SHELL", str(value)),
}
