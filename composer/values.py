"""`@value`: a frozen, slotted dataclass that is cheap to define. Must not know: anything of Composer.

`dataclass(frozen=True, slots=True)` compiles six methods for every class: about 0.5 ms each, so a hundred
classes cost more start-up time than parsing the command line. A value gets one compiled method, its
`__init__`; comparison, hashing and text are shared and read the fields. Type checkers see a frozen
dataclass (PEP 681) and refuse assignment; `dataclasses.fields` and `replace` work as usual.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def _equal(self: Any, other: Any) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return all(getattr(self, name) == getattr(other, name) for name in self.__dataclass_fields__)


def _hash(self: Any) -> int:
    return hash((type(self).__name__, *(getattr(self, name) for name in self.__dataclass_fields__)))


def _text(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__name__}({fields})"


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Class decorator, always called: `@value()` or `@value(kw_only=True)`."""

    def make(cls: type[T]) -> type[T]:
        made = dataclass(eq=False, repr=False, slots=True, kw_only=kw_only)(cls)
        made.__eq__ = _equal  # type: ignore[method-assign]
        made.__hash__ = _hash  # type: ignore[method-assign]
        made.__repr__ = _text  # type: ignore[method-assign]
        return made

    return make
