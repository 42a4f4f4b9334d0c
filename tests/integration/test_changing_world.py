"""Things that happen in the middle of an `up`, on a real engine: every deed waits for the engine's event before it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.engine_events import await_all, await_event, watching
from tests.support.proxy import in_front_of_the_engine
from tests.support.scenario import Scenario, read_until

pytestmark = pytest.mark.engine

WAITING = """
    services:
      web:
        image: busybox
        init: true
        command: sleep 1000
        depends_on: {db: {condition: service_healthy}}
      db:
        image: busybox
        init: true
        command: sleep 1000
        healthcheck: {test: test -e /tmp/ready, interval: 200ms, retries: 1000}
"""
AGAIN = "The project changed meanwhile: planning again (1 of 2)"


@pytest.fixture
def waiting(scenario: Scenario) -> Scenario:
    """Web waits for db, which is healthy when somebody says so."""
    scenario.write(WAITING)
    return scenario


def make_healthy(scenario: Scenario) -> None:
    execution = scenario.engine.exec_create(scenario.name("db"), ["touch", "/tmp/ready"])
    scenario.engine.exec_start(execution["Id"])


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    assert process.stdout
    said = process.stdout.read()
    return process.wait(), said


def test_a_container_removed_by_hand_is_made_again(waiting: Scenario) -> None:
    with watching(waiting.engine, waiting.project) as events, waiting.going("up", "-d") as up:
        await_event(events, "start", "db")
        waiting.engine.remove_container(waiting.name("db"), force=True)
        await_event(events, "start", "db")
        make_healthy(waiting)
        code, said = finish(up)
    assert (code, said.count(AGAIN)) == (0, 1), said
    assert waiting.states_when_ready() == {"db-1": "ready", "web-1": "ready"}


def test_a_network_that_vanishes_is_made_again_with_who_needs_it(scenario: Scenario) -> None:
    scenario.write(f"{WAITING}    networks: {{front: }}".replace("depends_on", "networks: [front]\n        depends_on"))
    with watching(scenario.engine, scenario.project) as events, scenario.going("up", "-d") as up:
        await_all(events, ("create", "web"), ("start", "db"))
        scenario.engine.remove_network(f"{scenario.project}_front")  # web does not run yet
        make_healthy(scenario)
        code, said = finish(up)
    assert (code, said.count(AGAIN)) == (0, 1), said
    assert scenario.states_when_ready() == {"db-1": "ready", "web-1": "ready"}
    held = scenario.holdings()
    endpoint = held.containers[scenario.name("web")]["NetworkSettings"]["Networks"][f"{scenario.project}_front"]
    assert endpoint["NetworkID"] == held.networks[f"{scenario.project}_front"]["Id"]


def test_a_name_taken_in_the_middle_ends_with_who_has_it(waiting: Scenario) -> None:
    name = waiting.name("web")
    with watching(waiting.engine, waiting.project) as events, waiting.going("up", "-d") as up:
        await_all(events, ("create", "web"), ("start", "db"))
        waiting.engine.remove_container(name, force=True)
        holder = waiting.engine.create_container("busybox", "true", name=name)["Id"]
        try:
            make_healthy(waiting)
            code, said = finish(up)
        finally:
            waiting.engine.remove_container(holder)
    assert (code, said.count(AGAIN)) == (1, 1), said
    assert f"the name is taken by container {holder[:12]}" in said
    assert waiting.composer("up", "-d").code == 0
    assert waiting.states_when_ready() == {"db-1": "ready", "web-1": "ready"}


def test_commands_on_one_project_go_one_after_the_other(waiting: Scenario) -> None:
    with watching(waiting.engine, waiting.project) as events, waiting.going("up", "-d") as up:
        await_event(events, "start", "db")
        waiting.environment["COMPOSER_LOCK_TIMEOUT"] = "0"
        refused = waiting.composer("up", "-d", code=1)
        assert f'project "{waiting.project}" is being changed by `composer up`, process {up.pid}' in refused.stderr
        del waiting.environment["COMPOSER_LOCK_TIMEOUT"]
        with waiting.going("down", "-t", "0") as down:
            read_until(down, f"is being changed by `composer up`, process {up.pid}")
            make_healthy(waiting)
            first, second = finish(up), finish(down)
    assert (first[0], second[0]) == (0, 0), first[1] + second[1]
    assert "Error" not in first[1] + second[1]
    assert waiting.holdings().names == []


@pytest.mark.parametrize("flags", [("-d",), ("-d", "--wait")])
def test_an_engine_that_restarts(waiting: Scenario, tmp_path: Path, flags: tuple[str, ...]) -> None:
    """As seen from its socket: all connections break, nobody answers, and the containers have ended by then."""
    with in_front_of_the_engine(tmp_path) as proxy, watching(waiting.engine, waiting.project) as events:
        waiting.environment["DOCKER_HOST"] = proxy.address
        with waiting.going("up", *flags) as up:
            await_event(events, "start", "db")
            proxy.cut()
            waiting.engine.kill(waiting.name("db"))
            await_event(events, "die", "db")
            proxy.restore()
            await_event(events, "start", "db")
            make_healthy(waiting)
            code, said = finish(up)
    assert code == 0, said
    assert waiting.states_when_ready() == {"db-1": "ready", "web-1": "ready"}


def test_an_event_stream_that_drops_is_opened_again(waiting: Scenario, tmp_path: Path) -> None:
    with in_front_of_the_engine(tmp_path) as proxy, watching(waiting.engine, waiting.project) as events:
        waiting.environment["DOCKER_HOST"] = proxy.address
        with waiting.going("up", "-d") as up:
            await_event(events, "start", "db")
            proxy.cut()
            make_healthy(waiting)
            proxy.restore()
            code, said = finish(up)
    assert code == 0, said
    assert waiting.states_when_ready() == {"db-1": "ready", "web-1": "ready"}


def test_a_changed_network_is_made_anew_under_its_containers(scenario: Scenario) -> None:
    def declare(internal: str) -> None:
        scenario.write(f"""
            services:
              web: {{image: busybox, init: true, command: sleep 1000, networks: {{front: {{aliases: [www]}}, back: }}}}
              db: {{image: busybox, init: true, command: sleep 1000, networks: [back]}}
              side: {{image: busybox, init: true, command: sleep 1000, network_mode: "service:web"}}
            networks:
              front: {{internal: {internal}}}
              back:
        """)

    declare("false")
    scenario.composer("up", "-d")
    before, made = scenario.ids(), scenario.holdings()
    declare("true")
    scenario.composer("up", "-d")
    after = scenario.holdings()
    assert scenario.ids() == before
    assert scenario.states() == {"db-1": "running", "side-1": "running", "web-1": "running"}
    front = f"{scenario.project}_front"
    assert (made.networks[front]["Internal"], after.networks[front]["Internal"]) == (False, True)
    endpoint = after.containers[scenario.name("web")]["NetworkSettings"]["Networks"][front]
    assert endpoint["NetworkID"] == after.networks[front]["Id"]
    assert {scenario.name("web"), "web", "www"} <= set(endpoint["Aliases"])
    told = scenario.composer("up", "-d")
    assert scenario.ids() == before, told
    declare("false")
    scenario.composer("up", "-d", "--force-recreate")
    anew = scenario.ids()
    assert not set(anew.values()) & set(before.values())
    assert scenario.holdings().networks[front]["Internal"] is False
    scenario.composer("up", "-d")
    assert scenario.ids() == anew


def test_a_changed_volume_is_made_anew_only_when_agreed_to(scenario: Scenario) -> None:
    def declare(tier: str) -> None:
        scenario.write(f"""
            services:
              db: {{image: busybox, init: true, command: sleep 1000, volumes: ["data:/data", "/cache"]}}
              web: {{image: busybox, init: true, command: sleep 1000}}
              side: {{image: busybox, init: true, command: sleep 1000, network_mode: "service:db"}}
            volumes:
              data: {{labels: {{tier: "{tier}"}}}}
        """)

    def volumes() -> dict[str, str]:
        mounts = scenario.holdings().containers[scenario.name("db")]["Mounts"]
        return {mount["Destination"]: mount["Name"] for mount in mounts}

    declare("old")
    scenario.composer("up", "-d")
    before, mounted = scenario.ids(), volumes()
    declare("new")
    refused = scenario.composer("up", "-d", code=1)
    assert "making it anew loses its data" in refused.stderr
    assert scenario.ids() == before
    scenario.composer("up", "-d", "-y")
    after = scenario.ids()
    assert {name for name, identity in after.items() if identity == before[name]} == {"web-1"}
    assert scenario.holdings().volumes[f"{scenario.project}_data"]["Labels"]["tier"] == "new"
    assert volumes() == mounted
    scenario.composer("up", "-d")
    assert scenario.ids() == after


def test_a_name_that_somebody_has_is_told_before_anything_is_done(scenario: Scenario) -> None:
    name = f"{scenario.project}-taken"
    scenario.write(f"services: {{web: {{image: busybox, container_name: {name}}}}}")
    holder = scenario.engine.create_container("busybox", "true", name=name)["Id"]
    try:
        refused = scenario.composer("up", "-d", code=1)
    finally:
        scenario.engine.remove_container(holder)
    assert f'the container name "{name}" is taken by container {holder[:12]}' in refused.stderr
    assert scenario.holdings().names == []
