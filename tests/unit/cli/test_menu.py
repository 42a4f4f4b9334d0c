"""What each key of an attached `up` leads to."""

from __future__ import annotations

import io

import pytest

from composer.api import Stack
from composer.cli.menu import HELP, Menu, is_wanted
from composer.cli.options import GlobalOptions
from composer.cli.switch import Switch
from composer.engine.fake import FakeEngine
from composer.execute.commands import InterruptedBy
from composer.execute.session import Detached


class Paper:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, label: str, stream: int, data: bytes, *, service: str, container: str) -> None:
        self.lines.append(f"{label}/{service} {stream} {data!r}")

    def announce(self, label: str, text: str, *, service: str) -> None:
        self.lines.append(f"{label}/{service} {text}")


def menu(switch: Switch, *services: str, restarts: bool = True) -> Menu:
    stack = Stack(FakeEngine(), name="shop")
    return Menu(stack, None, switch, services, options=GlobalOptions(), live=False, restarts=restarts)  # type: ignore[arg-type]


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
