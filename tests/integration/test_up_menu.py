"""The keys of an attached `up`, in a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.scenario import Scenario
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

COMPOSER = [str(Path(sys.executable).parent / "composer")]
STACK = """
    services:
      db: {image: busybox, init: true, command: sleep 600}
      web: {image: busybox, init: true, command: "sh -c 'while :; do echo tick; sleep 0.3; done'"}
"""


def test_keys_do_what_the_menu_says(scenario: Scenario) -> None:
    scenario.write(STACK)
    with Terminal([*COMPOSER, "up"], cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("keys: d detach")
        terminal.read_until("tick")
        terminal.type("?")
        terminal.read_until("these lines")
        terminal.type("l")
        terminal.read_until("output off")
        terminal.type("\t")
        terminal.read_until("selected: web")
        before = scenario.holdings().containers[scenario.name("web")]["State"]["StartedAt"]
        terminal.type("s")
        terminal.read_until("restarting web")
        terminal.read_until("1/1 ready")
        terminal.type("l")
        terminal.read_until("output on")
        terminal.read_until("tick")
        terminal.type("d")
        assert terminal.wait() == 0
        assert "Detached" in terminal.transcript
    assert scenario.states() == {"db-1": "running", "web-1": "running"}
    assert scenario.holdings().containers[scenario.name("web")]["State"]["StartedAt"] > before
    with Terminal([*COMPOSER, "up"], cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("keys: d detach")
        terminal.type("q")
        assert terminal.wait() == 130
    assert {state.split()[0] for state in scenario.states().values()} == {"exited"}


def test_a_menu_that_is_not_wanted(scenario: Scenario) -> None:
    scenario.write("services: {one: {image: busybox, command: echo done}}")
    for flags, setting in ((["--menu=false"], ""), ([], "false")):
        environment = {**scenario.environment, "COMPOSE_MENU": setting}
        with Terminal([*COMPOSER, "up", *flags], cwd=scenario.folder, environment=environment) as terminal:
            assert terminal.wait() == 0
            assert "keys:" not in terminal.transcript
