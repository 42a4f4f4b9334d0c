"""What every model value shares. Must not know: files, spans, the engine.

Model values are frozen, slotted, keyword-only dataclasses holding canonical (long) forms only. They are
validated on the way in by pydantic's core (`model.schema`), which builds its validators from these
annotations: full pydantic model classes cost about 100 ms at every start, the dataclasses nothing. A class
that few files need is imported only when one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Constraint:
    """A bound on a value, written in an `Annotated[…]` field. `check` returns the value or raises ValueError."""

    __slots__ = ("check",)

    def __init__(self, check: Callable[[object], object]) -> None:
        self.check = check


def one_of(*words: str) -> Constraint:
    """Exactly one of these words (or unset)."""

    def check(value: object) -> object:
        if value is not None and value not in words:
            raise ValueError(f"{value!r} is not one of {', '.join(words)}")
        return value

    return Constraint(check)


def matching(pattern: str, said: str) -> Constraint:
    """Text in which the regular expression `pattern` is found; `said` tells the user what fits."""

    def check(value: object) -> object:
        import re  # noqa: PLC0415  only for the few fields that have a pattern

        if isinstance(value, str) and not re.search(pattern, value):
            raise ValueError(f"{value!r} is not {said}")
        return value

    return Constraint(check)


def between(least: int, most: int | None = None) -> Constraint:
    """A number from `least` to `most`, both included."""

    def check(value: object) -> object:
        if isinstance(value, (int, float)) and (value < least or (most is not None and value > most)):
            raise ValueError(f"{value} is not between {least} and {most}" if most else f"{value} is below {least}")
        return value

    return Constraint(check)
