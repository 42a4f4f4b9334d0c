"""`up` in the foreground: the logs it follows, and what ends it."""

from __future__ import annotations

import pytest

from tests.support.scenario import Scenario, read_until

pytestmark = pytest.mark.engine

PAIR = """
    services:
      server:
        image: busybox
        command: ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
      check:
        image: busybox
        command: sh -c 'echo checking; exit 4'
        depends_on: [server]
"""


def test_it_follows_every_service_and_ends_when_all_have_ended(scenario: Scenario) -> None:
    scenario.write("""
        services:
          one: {image: busybox, command: echo first words}
          two: {image: busybox, command: "sh -c 'echo second words; exit 3'"}
    """)
    told = scenario.composer("up", code=None)
    words = {
        line.split("|")[0].strip(): line.split("|")[1].strip() for line in told.stdout.splitlines() if " words" in line
    }
    assert words == {"one-1": "first words", "two-1": "second words"}
    assert scenario.states() == {"one-1": "exited 0", "two-1": "exited 3"}


def test_abort_on_container_exit_stops_the_rest(scenario: Scenario) -> None:
    scenario.write(PAIR)
    told = scenario.composer("up", "--abort-on-container-exit", code=4)
    assert "checking" in told.stdout
    assert scenario.states() == {"check-1": "exited 4", "server-1": "exited 0"}


def test_exit_code_from_is_that_services_code(scenario: Scenario) -> None:
    scenario.write(PAIR)
    scenario.composer("up", "--exit-code-from", "check", code=4)
    assert scenario.states() == {"check-1": "exited 4", "server-1": "exited 0"}


def test_detach_returns_while_the_service_goes_on(scenario: Scenario) -> None:
    scenario.write(PAIR)
    scenario.composer("up", "-d", "server")
    assert scenario.states() == {"server-1": "running"}


def test_logs_follow_until_the_service_ends(scenario: Scenario) -> None:
    scenario.write("""
        services:
          count: {image: busybox, command: "sh -c 'for n in 1 2 3 4 5; do echo line $$n; sleep 0.2; done'"}
    """)
    scenario.composer("up", "-d")
    with scenario.going("logs", "-f", "--no-color") as logs:
        assert "line 1" in read_until(logs, "line 5")
        assert logs.wait(20) == 0


def test_logs_can_be_cut_and_stripped(scenario: Scenario) -> None:
    scenario.write("services: {count: {image: busybox, command: seq 1 9}}")
    scenario.composer("up", code=None)
    assert scenario.composer("logs", "-n", "2", "--no-log-prefix").stdout == "8\n9\n"
