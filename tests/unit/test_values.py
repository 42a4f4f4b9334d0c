"""A value behaves as a frozen dataclass does, but for the price."""

from __future__ import annotations

from dataclasses import field, fields, replace

import pytest

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


@value()
class Place(Point):
    name: str = "here"
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen.append(self.name)


def test_a_kind_of_another_value() -> None:
    place = Place(1, name="there")
    assert (place.x, place.y, place.seen) == (1, 0, ["there"])
    assert Place(1).seen == ["here"], "every one has a list of its own"
    assert Point(2).x == 2


def test_wrong_arguments_are_named_at_the_first_use_and_later() -> None:
    @value()
    class Fresh:
        size: int

    for _ in range(2):
        with pytest.raises(TypeError, match=r"Fresh.__init__\(\) missing 1 required positional argument: 'size'"):
            Fresh()  # type: ignore[call-arg]
    assert Fresh(3) == Fresh(size=3)


def test_a_value_has_the_text_it_was_given_or_none() -> None:
    @value()
    class Told:
        """What it is."""

    assert (Told.__doc__, Point.__doc__) == ("What it is.", None)


def test_no_room_for_other_attributes() -> None:
    assert not hasattr(Point(1), "__dict__")
