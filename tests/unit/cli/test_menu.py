"""What each key of an attached `up` leads to."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from composer.api import Stack
from composer.cli.menu import HELP, Menu, is_wanted
from composer.cli.options import GlobalOptions
from composer.cli.switch import Switch, WatchSwitch
from composer.cli.watching import Beside
from composer.engine.fake import FakeEngine
from composer.errors import PlanError
from composer.execute.commands import InterruptedBy
from composer.execute.session import Detached

if TYPE_CHECKING:
    from composer.views.layout import Line


class Paper:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, label: str, stream: int, data: bytes, *, service: str, container: str) -> None:
        self.lines.append(f"{label}/{service} {stream} {data!r}")

    def announce(self, label: str, text: str, *, service: str) -> None:
        self.lines.append(f"{label}/{service} {text}")


class Stay:
    """The session, and a watch beside it: what is done with them."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def unsettle(self) -> None:
        self.told.append("unsettle")

    def settle(self) -> None:
        self.told.append("settle")

    def start(self) -> None:
        self.told.append("start")

    def end(self) -> None:
        self.told.append("end")

    def frame(self, columns: int) -> list[Line]:
        return [[("web sync", ""), (f" in {columns}", "dim")], [("watch shop", "bold")]]


def no_watch() -> Beside:
    raise PlanError("none of the selected services is configured for watch")


def menu(
    switch: Switch, *services: str, restarts: bool = True, stay: Stay | None = None, make: object = no_watch
) -> Menu:
    stack = Stack(FakeEngine(), name="shop")
    watch = WatchSwitch(stay, make)  # type: ignore[arg-type]
    return Menu(stack, stay, switch, watch, services, options=GlobalOptions(), live=False, restarts=restarts)  # type: ignore[arg-type]


def test_leaving_and_stopping() -> None:
    keys = menu(Switch(Paper()))
    assert keys.press("d") == Detached()
    assert keys.press("Q") == InterruptedBy(1)
    assert keys.press("x") is None


def test_output_off_and_on(capsys: pytest.CaptureFixture[str]) -> None:
    paper = Paper()
    switch = Switch(paper)
    keys = menu(switch)
    for number in range(3):
        switch.write("web-1", 1, b"%d\n" % number, service="web", container="shop-web-1")
        switch.announce("web-1", "still here", service="web")
        assert keys.press("l") is None
    assert paper.lines == [
        "web-1/web 1 b'0\\n'",
        "web-1/web still here",
        "web-1/web still here",
        "web-1/web 1 b'2\\n'",
        "web-1/web still here",
    ]
    off = "output off, l switches it on again"
    assert capsys.readouterr().err.splitlines() == [off, "output on", off]


def test_tab_goes_round(capsys: pytest.CaptureFixture[str]) -> None:
    keys = menu(Switch(Paper()), "db", "web")
    assert [keys.press("\t") for _ in range(3)] == [None] * 3
    selected = [line.split()[1] for line in capsys.readouterr().err.splitlines()]
    assert selected == ["web", "db", "web"]


def test_no_restart_where_an_end_stops_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert menu(Switch(Paper()), "db", restarts=False).press("s") is None
    assert capsys.readouterr().err == "not here: a flag says what an end means\n"


def test_watch_on_and_off(capsys: pytest.CaptureFixture[str]) -> None:
    stay = Stay()
    keys = menu(Switch(Paper()), "db", stay=stay, make=lambda: stay)
    assert keys.press("w") is None
    assert stay.told == ["unsettle", "start"], "an end is no end while a change may start it again"
    assert keys.press("s") is None
    assert keys.press("w") is None
    assert stay.told == ["unsettle", "start", "end", "settle"]
    assert keys.press("w") is None
    assert stay.told[4:] == ["unsettle", "start"]
    assert capsys.readouterr().err.splitlines() == [
        "not while files are watched: w ends that",
        "watch off, w switches it on again",
    ]


def test_the_rules_are_told_while_they_are_watched(capsys: pytest.CaptureFixture[str]) -> None:
    stay = Stay()
    keys = menu(Switch(Paper()), stay=stay, make=lambda: stay)
    assert keys.press("r") is None
    keys.press("w")
    assert keys.press("r") is None
    assert capsys.readouterr().err.splitlines() == ["nothing is watched: w begins it", "web sync in 79", "watch shop"]


def test_nothing_to_watch(capsys: pytest.CaptureFixture[str]) -> None:
    stay = Stay()
    assert menu(Switch(Paper()), stay=stay).press("w") is None
    assert stay.told == [], "and what has ended may be all"
    assert capsys.readouterr().err == "cannot watch: none of the selected services is configured for watch\n"


def test_help_has_a_line_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    menu(Switch(Paper())).press("?")
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == [name for name, _ in HELP]


@pytest.mark.parametrize(
    ("asked", "setting", "expected"),
    [(None, "", True), (None, "false", False), (None, "1", True), (True, "false", True), (False, "1", False)],
)
def test_who_wants_a_menu(monkeypatch: pytest.MonkeyPatch, asked: bool | None, setting: str, expected: bool) -> None:
    monkeypatch.setattr("composer.cli.menu.can_read_keys", lambda: True)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert not is_wanted(True, "1"), "output goes to a file"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert is_wanted(asked, setting) is expected
