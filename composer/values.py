"""`@value` and `@entity`: dataclasses that are cheap to define. Must not know: anything of Composer.

`dataclass(frozen=True, slots=True)` compiles six methods for every class: about 0.5 ms each, so a hundred
classes cost more start-up time than parsing the command line. Here defining a class costs next to nothing: its
fields are read when the first one is made, an `__init__` is compiled for it only when many are (`COMPILED_AFTER`;
most commands define many more kinds than they make, and make few of each), comparison, hashing and text are
shared, and what `dataclasses.fields` and `replace` go by is made when they ask. Type checkers see a dataclass
(PEP 681), of a value a frozen one, and refuse assignment.
"""

from __future__ import annotations

from _thread import RLock
from dataclasses import MISSING, Field, dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
COMPILED_AFTER = 40  # compiling costs about as much as it saves in so many calls


class Layout:
    """The fields of a class, those of its bases first. `annotations`: name → annotation as written. `positional`:
    names that may be given by place. `defaults` and `makers`: what a field is that is not given. `read`: an object
    of the class → what its fields hold."""

    __slots__ = ("annotations", "defaults", "makers", "positional", "read")

    def __init__(self) -> None:
        self.annotations: dict[str, str] = {}
        self.positional: tuple[str, ...] = ()
        self.defaults: dict[str, Any] = {}
        self.makers: dict[str, Callable[[], Any]] = {}
        self.read: Callable[[Any], Any] = lambda _: ()

    def take_in(self, annotations: Mapping[str, str], given: Mapping[str, Any], *, kw_only: bool) -> None:
        """The fields of one class; `given`: its attributes, defaults among them."""
        if not kw_only:
            self.positional += tuple(name for name in annotations if name not in self.annotations)
        self.annotations.update(annotations)
        for name in annotations.keys() & given.keys():
            default = given[name]
            if not isinstance(default, Field):
                self.defaults[name] = default
            elif default.default_factory is not MISSING:
                self.makers[name] = default.default_factory
            elif default.default is not MISSING:
                self.defaults[name] = default.default


_KW_ONLY: dict[type, bool] = {}  # every class made here
_LAYOUTS: dict[type, Layout] = {}
_ASKING = RLock()  # one thread at a time makes dataclasses


def layout_of(cls: type) -> Layout:
    """The fields of a value or an entity; an empty layout for any other class."""
    known = _LAYOUTS.get(cls)
    if known is None:
        known = Layout()
        for one in reversed(cls.__mro__):
            if one in _KW_ONLY:
                known.take_in(one.__annotations__, one.__dict__, kw_only=_KW_ONLY[one])
        if known.annotations:
            known.read = attrgetter(*known.annotations)
        _LAYOUTS[cls] = known
    return known


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Class decorator, always called: `@value()` or `@value(kw_only=True)`. Nobody changes one; equal when all
    fields are."""

    def make(cls: type[T]) -> type[T]:
        cls.__eq__ = _equal  # type: ignore[method-assign]
        cls.__hash__ = _hash  # type: ignore[method-assign]
        return _prepared(cls, kw_only=kw_only)

    return make


@dataclass_transform(eq_default=False, field_specifiers=(field,))
def entity(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]:
    """Class decorator, always called: `@entity()`. Its fields may change; equal to nothing but itself."""
    return lambda cls: _prepared(cls, kw_only=kw_only)


def _prepared(cls: type[T], *, kw_only: bool) -> type[T]:
    _KW_ONLY[cls] = kw_only
    if not kw_only:
        cls.__match_args__ = (*getattr(cls, "__match_args__", ()), *cls.__annotations__)  # type: ignore[attr-defined, misc]
    cls.__repr__ = _text  # type: ignore[method-assign]
    cls.__init__ = _filled_then_compiled(cls)  # type: ignore[method-assign]
    cls.__dataclass_fields__ = _FieldsWhenAsked(cls)  # type: ignore[attr-defined]
    return cls


def _equal(self: Any, other: Any) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    read = layout_of(type(self)).read
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash((type(self).__name__, layout_of(type(self)).read(self)))


def _text(self: Any) -> str:
    told = ", ".join(f"{name}={getattr(self, name)!r}" for name in layout_of(type(self)).annotations)
    return f"{type(self).__name__}({told})"


class _FieldsWhenAsked:
    """Stands for `__dataclass_fields__` until somebody reads it."""

    def __init__(self, made: type) -> None:
        self.made = made

    def __get__(self, instance: object, owner: type) -> Any:
        with _ASKING:
            if self.made.__dict__["__dataclass_fields__"] is self:
                _make_dataclass(self.made)
        return owner.__dataclass_fields__  # type: ignore[attr-defined]


def _make_dataclass(made: type) -> None:
    layout_of(made)  # reads defaults that `dataclass` takes away
    text = made.__doc__
    made.__doc__ = text or made.__name__  # a class without gets its signature as text, and that takes long
    dataclass(init=False, eq=False, repr=False, kw_only=_KW_ONLY[made])(made)
    made.__doc__ = text


def _filled_then_compiled(made: type) -> Callable[..., None]:
    """Stands for the `__init__` of `made` until it has been called often, or wrongly: the compiled one says how."""
    calls = 0

    def __init__(self: Any, *args: Any, **named: Any) -> None:  # noqa: N807 - so it is called
        nonlocal calls
        calls += 1
        if calls > COMPILED_AFTER or not _fill(self, layout_of(made), args, named):
            compiled = _initialiser(made)
            type.__setattr__(made, "__init__", compiled)
            compiled(self, *args, **named)
        elif hasattr(self, "__post_init__"):
            self.__post_init__()

    return __init__


def _fill(self: Any, layout: Layout, args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Sets every field; False, and nothing set, if the arguments do not fit."""
    given = dict(zip(layout.positional, args, strict=False))
    if len(given) != len(args) or not given.keys().isdisjoint(named):
        return False
    given.update(named)
    held = {**layout.defaults, **given}
    for name, make in layout.makers.items():
        if name not in given:
            held[name] = make()
    if held.keys() != layout.annotations.keys():
        return False
    for name, one in held.items():
        setattr(self, name, one)
    return True


def _initialiser(made: type) -> Callable[..., None]:
    """As `dataclass` would compile it, without annotations: nobody asks for them, and they take half the time."""
    layout = layout_of(made)
    known: dict[str, Any] = {"MISSING": MISSING}
    parameters, named, lines = ["self"], ["*"], []
    for name in layout.annotations:
        parameter, held = name, name
        if name in layout.makers:
            known[f"make_{name}"] = layout.makers[name]
            parameter, held = f"{name}=MISSING", f"make_{name}() if {name} is MISSING else {name}"
        elif name in layout.defaults:
            known[f"default_{name}"] = layout.defaults[name]
            parameter = f"{name}=default_{name}"
        (parameters if name in layout.positional else named).append(parameter)
        lines.append(f"self.{name} = {held}")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    parameters += named if len(named) > 1 else ()
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 - our own names
    compiled: Callable[..., None] = known["__init__"]
    compiled.__qualname__ = f"{made.__qualname__}.__init__"
    return compiled
