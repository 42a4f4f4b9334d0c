"""Composer killed or interrupted: the next `up` mends, Ctrl-C stops everything in reverse order."""

from __future__ import annotations

import os
import signal

import pytest

from tests.support.engine_events import await_event, watching
from tests.support.scenario import Scenario, read_until
from tests.support.terminal import Terminal

pytestmark = pytest.mark.engine

SLOW = """
    services:
      web:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
        depends_on:
          store:
            condition: service_healthy
      store:
        image: busybox
        command: sh -c 'sleep 3; touch /ready; sleep 1000'
        stop_signal: SIGKILL
        healthcheck:
          test: test -f /ready
          interval: 1s
          retries: 20
"""

POLITE = """
    services:
      web:
        image: busybox
        command: &polite ["sh", "-c", "trap 'echo bye; exit 0' TERM; echo all set; while :; do sleep 0.1; done"]
        depends_on: [store]
      store:
        image: busybox
        command: *polite
"""


def test_after_kill_9_in_the_middle_the_next_up_mends(scenario: Scenario) -> None:
    scenario.write(SLOW)
    with watching(scenario.engine, scenario.project) as events, scenario.going("up", "-d") as up:
        await_event(events, "start", "store")
        os.killpg(up.pid, signal.SIGKILL)
        up.wait()
    assert scenario.states().get("web-1", "created") == "created"
    store = scenario.ids()["store-1"]

    scenario.composer("up", "-d", "--wait")

    assert scenario.states_when_ready() == {"store-1": "ready", "web-1": "ready"}
    assert scenario.ids()["store-1"] == store
    scenario.composer("down", "-t", "0")
    assert scenario.holdings().names == []


def test_a_signal_stops_everything_dependents_first(scenario: Scenario) -> None:
    scenario.write(POLITE)
    with watching(scenario.engine, scenario.project) as events, scenario.going("up") as up:
        read_until(up, "all set")
        read_until(up, "all set")
        os.kill(up.pid, signal.SIGINT)
        await_event(events, "die", "web")
        await_event(events, "die", "store")
        assert up.wait(30) == 130
    assert scenario.states() == {"store-1": "exited 0", "web-1": "exited 0"}


def test_ctrl_c_in_a_terminal_leaves_it_clean_and_the_final_state_readable(scenario: Scenario) -> None:
    scenario.write(POLITE)
    with Terminal(["composer", "up"], cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("all set")
        terminal.read_until("all set")
        terminal.type("\x03")
        code = terminal.wait()
    scenario.history.append(terminal.transcript)
    assert code == 130
    assert scenario.states() == {"store-1": "exited 0", "web-1": "exited 0"}
    assert terminal.transcript.count("\x1b[?25l") == terminal.transcript.count("\x1b[?25h")
    assert "web" in terminal.screen()


def test_a_second_ctrl_c_kills_what_will_not_stop(scenario: Scenario) -> None:
    scenario.write("""
        services:
          deaf:
            image: busybox
            command: ["sh", "-c", "trap 'echo not me' TERM; echo all set; while :; do sleep 0.1; done"]
            stop_grace_period: 60s
    """)
    with watching(scenario.engine, scenario.project) as events, scenario.going("up") as up:
        read_until(up, "all set")
        os.kill(up.pid, signal.SIGINT)
        await_event(events, "kill", "deaf")
        os.kill(up.pid, signal.SIGINT)
        assert up.wait(20) != 0
    assert scenario.states() == {"deaf-1": "exited 137"}
