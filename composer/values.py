"""`@value`: a frozen, slotted dataclass that is cheap to define. Must not know: anything of Composer.

`dataclass(frozen=True, slots=True)` compiles six methods for every class: about 0.5 ms each, so a hundred
classes cost more start-up time than parsing the command line. A value gets one compiled method, its
`__init__`, and that only when the first one is made: most commands define many more kinds of value than they
make. Comparison, hashing and text are shared and read the fields. Type checkers see a frozen dataclass
(PEP 681) and refuse assignment; `dataclasses.fields` and `replace` work as usual.
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
        text, namespace = cls.__doc__, dict(cls.__dict__)
        cls.__doc__ = text or cls.__name__  # a class without gets its signature as text, and that takes long
        made = dataclass(init=False, eq=False, repr=False, slots=True, kw_only=kw_only)(cls)
        made.__doc__ = text
        made.__eq__ = _equal  # type: ignore[method-assign]
        made.__hash__ = _hash  # type: ignore[method-assign]
        made.__repr__ = _text  # type: ignore[method-assign]
        made.__init__ = _compiled_when_called(made, namespace, kw_only=kw_only)  # type: ignore[method-assign]
        return made

    return make


def _compiled_when_called(made: type, namespace: dict[str, Any], *, kw_only: bool) -> Callable[..., None]:
    """Stands for the `__init__` of `made` until it is first called. `namespace`: of the class as it was written."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 - so it is called
        double = type(made.__name__, made.__bases__, _as_written(namespace))
        compiled: Any = vars(dataclass(eq=False, repr=False, kw_only=kw_only)(double))["__init__"]
        compiled.__qualname__ = f"{made.__qualname__}.__init__"
        type.__setattr__(made, "__init__", compiled)
        compiled(self, *args, **named)

    return __init__


def _as_written(namespace: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in namespace.items() if name not in ("__dict__", "__weakref__")}
