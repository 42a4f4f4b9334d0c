"""`--exit-codes fine` on the engine: each kind of trouble as it really comes, under its own status."""

from __future__ import annotations

import socket

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine

WAITED_FOR = """
    services:
      store:
        image: busybox
        init: true
        command: {command}
        healthcheck: {{test: '{probe}', interval: 1s, retries: {retries}}}
      web: {{image: busybox, depends_on: {{store: {{condition: {condition}}}}}}}
"""


def fine(scenario: Scenario, *arguments: str, code: int) -> str:
    """What it says on stderr; without the flag the status would be 1, which the other tests of failures see."""
    return scenario.composer("--exit-codes", "fine", *arguments, code=code).stderr


def test_each_kind_of_trouble(scenario: Scenario, subtests: pytest.Subtests) -> None:
    with subtests.test("a bad file"):
        scenario.write("services: {web: {imag: busybox}}")
        assert "imag" in fine(scenario, "up", "-d", code=3)
    with subtests.test("an image that is nowhere"):
        scenario.write("services: {web: {image: 'localhost:1/nowhere'}}")
        assert "localhost:1/nowhere" in fine(scenario, "up", "-d", code=4)
    with subtests.test("an unhealthy dependency"):
        scenario.write(waiting("sleep 600", probe="false", condition="service_healthy"))
        assert "unhealthy" in fine(scenario, "up", "-d", code=5)
        scenario.composer("down", "-t", "0")
    with subtests.test("a dependency that ended"):
        scenario.write(waiting("sh -c 'exit 3'", probe="true", condition="service_completed_successfully"))
        assert "3" in fine(scenario, "up", "-d", code=6)
        scenario.composer("down", "-t", "0")
    with subtests.test("a wait that took too long"):
        scenario.write(waiting("sleep 600", probe="false", condition="service_started", retries=900))
        fine(scenario, "up", "-d", "--wait", "--wait-timeout", "1", "store", code=7)
        scenario.composer("down", "-t", "0")
    with subtests.test("a port that is taken"), socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        scenario.write(f"services: {{web: {{image: busybox, ports: ['127.0.0.1:{port}:80']}}}}")
        assert str(port) in fine(scenario, "up", "-d", code=8)
        scenario.composer("down", "-t", "0")
    with subtests.test("an engine that is not there"):
        gone = f"unix://{scenario.folder}/gone.sock"
        assert gone in fine(scenario, "-H", gone, "ps", code=9)


def test_jobs_that_are_done_do_not_end_an_attached_up(scenario: Scenario) -> None:
    """`--exit-code-from` waits for its service, however many jobs before it have ended with 0."""
    scenario.write("""
        services:
          seed: {image: busybox, command: "true"}
          test:
            image: busybox
            command: sh -c 'exit 9'
            depends_on: {seed: {condition: service_completed_successfully}}
          db: {image: busybox, init: true, command: sleep 600}
    """)
    scenario.composer("up", "--exit-code-from", "test", code=9)
    assert scenario.states()["seed-1"] == "exited 0"
    assert scenario.states()["db-1"].startswith("exited")
    scenario.composer("up", "--abort-on-container-failure", "--force-recreate", "--menu=false", code=9)
    scenario.composer("down", "-t", "0")


def waiting(command: str, *, probe: str, condition: str, retries: int = 1) -> str:
    quoted = '"' + command + '"'
    return WAITED_FOR.format(command=quoted, probe=probe, condition=condition, retries=retries)
