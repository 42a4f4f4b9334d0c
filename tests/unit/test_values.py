"""A value behaves as a frozen dataclass does, but for the price."""

from __future__ import annotations

from dataclasses import field, fields, replace

from composer.values import value


@value()
class Point:
    x: int
    y: int = 0
    tags: tuple[str, ...] = ()


@value(kw_only=True)
class Named:
    name: str
    extra: dict[str, str] = field(default_factory=dict)


def test_equal_when_all_fields_are() -> None:
    assert Point(1, 2) == Point(1, 2)
    assert Point(1, 2) != Point(2, 1)
    assert Point(1) != (1, 0, ())


def test_usable_as_a_key() -> None:
    assert {Point(1): "a"}[Point(1)] == "a"


def test_text_names_every_field() -> None:
    assert repr(Point(1, tags=("a",))) == "Point(x=1, y=0, tags=('a',))"


def test_dataclass_tools_work() -> None:
    assert [f.name for f in fields(Point)] == ["x", "y", "tags"]
    assert replace(Point(1), y=5) == Point(1, 5)
    assert Named(name="n").extra == {}


def test_no_room_for_other_attributes() -> None:
    assert not hasattr(Point(1), "__dict__")
