"""A value behaves as a frozen dataclass does, but for the price."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import MISSING, field, fields, replace

import pytest

import composer
from composer import values
from composer.values import COMPILED_AFTER, entity, layout_of, value


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


def test_fields_are_matched_by_place() -> None:
    match Place(1, 2, name="there"):
        case Place(x, _, (), name):
            assert (x, name) == (1, "there")
        case other:
            pytest.fail(f"{other} does not match")


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


@entity()
class Tally:
    name: str
    counted: int = 0


def test_an_entity_changes_and_stays_itself() -> None:
    tally, other = Tally("a"), Tally("a")
    tally.counted += 1
    assert (tally.counted, other.counted) == (1, 0)
    assert tally != Tally("a", 1)
    assert {tally: 1}[tally] == 1


def test_the_same_whether_made_seldom_or_often() -> None:
    @value()
    class Often:
        size: int
        parts: list[int] = field(default_factory=list)
        unit: str = "s"

    made = [Often(number, unit="ms") for number in range(COMPILED_AFTER + 5)]
    assert made == [Often(size=number, parts=[], unit="ms") for number in range(COMPILED_AFTER + 5)]
    assert len({id(one.parts) for one in made}) == len(made), "every one has a list of its own"


@pytest.mark.parametrize(
    ("args", "named", "said"),
    [
        ((), {}, "missing 1 required positional argument: 'x'"),
        ((1, 2, (), 4), {}, "takes from 2 to 4 positional arguments but 5 were given"),
        ((1,), {"x": 2}, "got multiple values for argument 'x'"),
        ((1,), {"z": 2}, "got an unexpected keyword argument 'z'"),
        ((), {"y": 1, "z": 2}, "got an unexpected keyword argument 'z'"),
    ],
)
def test_what_does_not_fit_is_refused_as_by_any_function(
    args: tuple[object, ...], named: dict[str, object], said: str
) -> None:
    @value()
    class Fresh:
        x: int
        y: int = 0
        tags: tuple[str, ...] = ()

    with pytest.raises(TypeError, match=re.escape(f"Fresh.__init__() {said}")):
        Fresh(*args, **named)  # type: ignore[arg-type]


def test_fields_are_read_as_dataclasses_reads_them() -> None:
    """For every class of the program: names, annotations, defaults, and what may be given by place."""
    for module in pkgutil.walk_packages(composer.__path__, "composer."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    made = list(values._KW_ONLY)
    assert len(made) > 250
    for cls in made:
        layout, known = layout_of(cls), fields(cls)
        assert layout.annotations == {one.name: one.type for one in known}
        assert layout.defaults == {one.name: one.default for one in known if one.default is not MISSING}
        makers = {one.name: one.default_factory for one in known if one.default_factory is not MISSING}
        assert layout.makers == makers
        assert len(set(getattr(cls, "__match_args__", ()))) == len(layout.positional)
        assert set(layout.positional) == {one.name for one in known if not one.kw_only}
