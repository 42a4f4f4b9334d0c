"""`@value`: a frozen, slotted dataclass that is cheap to define. Must not know: anything of Composer.

`dataclass(frozen=True, slots=True)` compiles six methods for every class: about 0.5 ms each, so a hundred
classes cost more start-up time than parsing the command line. A value gets one compiled method, its
`__init__`, and that only when the first one is made: most commands define many more kinds of value than they
make. Comparison, hashing and text are shared and read the fields. Type checkers see a frozen dataclass
(PEP 681) and refuse assignment; `dataclasses.fields` and `replace` work as usual.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
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
        text = cls.__doc__
        cls.__doc__ = text or cls.__name__  # a class without gets its signature as text, and that takes long
        made = dataclass(init=False, eq=False, repr=False, slots=True, kw_only=kw_only)(cls)
        made.__doc__ = text
        made.__eq__ = _equal  # type: ignore[method-assign]
        made.__hash__ = _hash  # type: ignore[method-assign]
        made.__repr__ = _text  # type: ignore[method-assign]
        made.__init__ = _compiled_when_called(made)  # type: ignore[method-assign]
        return made

    return make


def _compiled_when_called(made: type) -> Callable[..., None]:
    """Stands for the `__init__` of `made` until it is first called."""

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 - so it is called
        compiled = _initialiser(made)
        type.__setattr__(made, "__init__", compiled)
        compiled(self, *args, **named)

    return __init__


def _initialiser(made: type) -> Callable[..., None]:
    """As `dataclass` would compile it, without annotations: nobody asks for them, and they take half the time."""
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, named, lines = ["self"], ["*"], []
    for one in fields(made):
        name, parameter, held = one.name, one.name, one.name
        if one.default_factory is not MISSING:
            known[f"make_{name}"] = one.default_factory
            parameter, held = f"{name}=MISSING", f"make_{name}() if {name} is MISSING else {name}"
        elif one.default is not MISSING:
            known[f"default_{name}"] = one.default
            parameter = f"{name}=default_{name}"
        (named if one.kw_only else parameters).append(parameter)
        lines.append(f"self.{name} = {held}")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters += named if len(named) > 1 else ()
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 - our own names
    compiled: Callable[..., None] = known["__init__"]
    compiled.__qualname__ = f"{made.__qualname__}.__init__"
    return compiled
