"""Which view for which stream and wish."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest

from composer.errors import UsageError
from composer.views.choose import Terminal, make_view, progress_mode, screen_size


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def mode(environment: Mapping[str, str], *, asked: str = "", ansi: str = "", tty: bool = True) -> tuple[str, bool]:
    """The chosen mode, and whether colours are used."""
    terminal = Terminal.of(Screen() if tty else io.StringIO(), environment, ansi=ansi)
    return progress_mode(asked, environment, terminal), terminal.colour


@pytest.mark.parametrize(
    ("environment", "ansi", "chosen"),
    [
        ({}, "", ("tty", True)),
        ({"CI": "true"}, "", ("plain", True)),
        ({"CI": "false"}, "", ("tty", True)),
        ({"NO_COLOR": "1"}, "", ("plain", False)),
        ({"NO_COLOR": "1"}, "always", ("tty", True)),
        ({"COMPOSE_ANSI": "never"}, "", ("plain", False)),
        ({"COMPOSE_ANSI": "never"}, "auto", ("tty", True)),
        ({}, "never", ("plain", False)),
        ({"TERM": "dumb"}, "", ("plain", False)),
        ({"COMPOSE_PROGRESS": "json"}, "", ("json", True)),
    ],
)
def test_on_a_terminal(environment: dict[str, str], ansi: str, chosen: tuple[str, bool]) -> None:
    assert mode(environment, ansi=ansi) == chosen


def test_without_a_terminal() -> None:
    assert mode({}, tty=False) == ("plain", False)
    assert mode({}, ansi="always", tty=False) == ("plain", True)


def test_what_is_asked_for_is_given() -> None:
    assert [
        mode({"COMPOSE_PROGRESS": "plain"}, asked=word)[0] for word in ("tty", "plain", "json", "quiet", "none")
    ] == [
        "tty",
        "plain",
        "json",
        "quiet",
        "quiet",
    ]


def test_an_unknown_wish_is_refused() -> None:
    with pytest.raises(UsageError, match="unsupported --progress value 'fancy'"):
        mode({"COMPOSE_PROGRESS": "fancy"})


def test_every_mode_has_its_view() -> None:
    terminal = Terminal.of(io.StringIO(), {})
    views = [type(make_view(word, io.StringIO(), terminal)).__name__ for word in ("tty", "json", "quiet", "plain")]
    assert views == ["LiveView", "JsonView", "QuietView", "PlainView"]


def test_a_screen_that_will_not_say_its_size_is_eighty_by_twenty_four() -> None:
    assert screen_size(io.StringIO()) == (80, 24)
