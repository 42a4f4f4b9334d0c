"""What `up` changes and what it leaves alone, seen by container ids."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine

TWO = """
    services:
      web:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
        environment:
          COLOUR: ${COLOUR:-blue}
        depends_on: [store]
      store:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
"""


@pytest.fixture
def two(scenario: Scenario) -> Scenario:
    """Web depends on store; both up."""
    scenario.write(TWO)
    scenario.composer("up", "-d")
    assert scenario.states() == {"store-1": "running", "web-1": "running"}
    return scenario


def test_an_unchanged_project_is_left_alone(two: Scenario) -> None:
    before = two.ids()
    two.composer("up", "-d")
    assert two.ids() == before


def test_a_changed_service_alone_is_recreated(two: Scenario) -> None:
    before = two.ids()
    two.environment["COLOUR"] = "red"
    two.composer("up", "-d")
    after = two.ids()
    assert after["store-1"] == before["store-1"]
    assert after["web-1"] != before["web-1"]
    assert "COLOUR=red" in two.holdings().containers[two.name("web")]["Config"]["Env"]


def test_no_recreate_keeps_a_changed_service(two: Scenario) -> None:
    before = two.ids()
    two.environment["COLOUR"] = "red"
    two.composer("up", "-d", "--no-recreate")
    assert two.ids() == before


def test_force_recreate_recreates_everything_once(two: Scenario) -> None:
    before = two.ids()
    two.composer("up", "-d", "--force-recreate")
    after = two.ids()
    assert set(after) == set(before)
    assert not set(after.values()) & set(before.values())


def test_a_named_service_brings_its_dependency(scenario: Scenario) -> None:
    scenario.write(TWO)
    scenario.composer("up", "-d", "web")
    assert scenario.states() == {"store-1": "running", "web-1": "running"}


def test_no_deps_brings_the_named_service_alone(scenario: Scenario) -> None:
    scenario.write(TWO)
    scenario.composer("up", "-d", "--no-deps", "web")
    assert scenario.states() == {"web-1": "running"}


def test_scale_adds_the_next_numbers_and_removes_the_highest(two: Scenario) -> None:
    first = two.ids()["web-1"]
    two.composer("up", "-d", "--scale", "web=3")
    assert two.states() == {"store-1": "running", "web-1": "running", "web-2": "running", "web-3": "running"}
    two.composer("up", "-d", "--scale", "web=2")
    assert set(two.ids()) == {"store-1", "web-1", "web-2"}
    assert two.ids()["web-1"] == first


def test_an_orphan_stays_with_a_warning_until_its_removal_is_asked_for(two: Scenario) -> None:
    two.write("services:\n  web:\n    image: busybox\n    command: sleep 1000\n    stop_signal: SIGKILL\n")
    told = two.composer("up", "-d")
    assert two.states() == {"store-1": "running", "web-1": "running"}
    assert "store" in told.stderr
    two.composer("up", "-d", "--remove-orphans")
    assert two.states() == {"web-1": "running"}


def test_a_stopped_container_is_started_again_not_made_anew(two: Scenario) -> None:
    before = two.ids()
    two.engine.kill(two.name("web"))
    two.engine.wait(two.name("web"))
    two.composer("up", "-d")
    assert two.ids() == before
    assert two.states() == {"store-1": "running", "web-1": "running"}


def test_a_dry_run_says_what_would_be_done_and_does_nothing(scenario: Scenario) -> None:
    scenario.write(TWO)
    told = scenario.composer("--dry-run", "up", "-d")
    assert scenario.holdings().names == []
    assert "web" in told.stdout + told.stderr


def test_a_dry_run_of_a_change_keeps_the_container(two: Scenario) -> None:
    before = two.ids()
    two.environment["COLOUR"] = "red"
    told = two.composer("--dry-run", "up", "-d")
    assert two.ids() == before
    assert "web" in told.stdout + told.stderr


def test_down_of_an_unknown_project_succeeds(scenario: Scenario) -> None:
    scenario.composer("-p", scenario.project, "down")


def test_down_needs_no_file_when_the_project_is_named(two: Scenario) -> None:
    (two.folder / "compose.yaml").unlink()
    two.composer("-p", two.project, "down")
    assert two.holdings().names == []


def test_ls_names_the_project_while_it_runs(two: Scenario) -> None:
    assert two.project in two.composer("ls").stdout
    two.composer("down", "-t", "0")
    assert two.project not in two.composer("ls", "-a").stdout


def test_profiles_choose_services(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}
          debug: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, profiles: [debug]}
    """)
    scenario.composer("up", "-d")
    assert set(scenario.states()) == {"web-1"}
    scenario.composer("--profile", "debug", "up", "-d")
    assert set(scenario.states()) == {"debug-1", "web-1"}


def test_the_file_may_come_from_standard_input(scenario: Scenario) -> None:
    file = "services: {web: {image: busybox, command: sleep 1000, stop_signal: SIGKILL}}"
    scenario.composer("-f", "-", "up", "-d", stdin=file)
    assert scenario.states() == {"web-1": "running"}


def test_the_sdk_is_not_loaded_for_what_every_project_needs(scenario: Scenario) -> None:
    """Loading it takes longer than starting a container."""
    scenario.write("services: {web: {image: busybox, init: true, command: sleep 1000}}")
    for verb in (["up", "-d"], ["up", "-d", "--force-recreate"], ["down"]):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "composer", *verb],
            cwd=scenario.folder,
            env=scenario.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
        assert "composer.engine.docker_sdk" in loaded
        assert loaded & {"docker", "requests", "urllib3"} == set()
