"""What every model value shares. Must not know: files, spans, the engine.

Model values are frozen, keyword-only dataclasses holding canonical (long) forms only. Pydantic's core
(`model.schema`) builds a validator from their annotations and is the arbiter of what is valid; but loading it
costs as much as the rest of a small file's load, so the binder, which has read every value by its shape, checks
the bounds itself (`bounds_of`) and asks the validator only to explain a failure. A class that few files need is
imported only when one does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from composer.values import layout_of

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


def bounds_of(model: Any) -> dict[str, Callable[[object], object]]:
    """Field → what checks its value and returns it, for the fields of a model class whose annotation is
    `Annotated[…, Constraint]`, and for those whose default is a member of an enumeration: that one's."""
    scope = vars(sys.modules[model.__module__])
    bounds: dict[str, Callable[[object], object]] = {}
    layout = layout_of(model)
    for name, annotation in layout.annotations.items():
        default = layout.defaults.get(name)
        if annotation.startswith("Annotated["):
            for item in eval(annotation, scope).__metadata__:  # noqa: S307  our own annotations
                bounds[name] = item.check
        elif hasattr(type(default), "__members__"):
            bounds[name] = type(default)
    return bounds
