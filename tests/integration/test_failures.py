"""When it goes wrong, the whole story is told, nothing half-known is left, and the exit code says so."""

from __future__ import annotations

import socket

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine


def test_a_dependency_that_exits_is_named_with_its_code_and_last_words(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            command: sleep 1000
            depends_on: {store: {condition: service_healthy}}
          store:
            image: busybox
            command: sh -c 'echo the disk is on fire >&2; exit 3'
            healthcheck: {test: "true", interval: 1s}
    """)
    told = scenario.composer("up", "-d", code=1).stderr
    for part in ("store", "3", "the disk is on fire", "web"):
        assert part in told
    assert scenario.states()["store-1"] == "exited 3"
    assert scenario.states().get("web-1", "created") == "created"


def test_an_unhealthy_dependency_shows_what_its_probe_said(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            command: sleep 1000
            depends_on: {store: {condition: service_healthy}}
          store:
            image: busybox
            command: sleep 1000
            stop_signal: SIGKILL
            healthcheck: {test: "echo still replaying the journal; exit 7", interval: 1s, retries: 2}
    """)
    told = scenario.composer("up", "-d", code=1).stderr
    for part in ("store", "unhealthy", "still replaying the journal", "7", "web"):
        assert part in told


def test_a_job_that_fails_keeps_its_dependents_from_starting(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            command: sleep 1000
            depends_on: {migrate: {condition: service_completed_successfully}}
          migrate: {image: busybox, command: "sh -c 'echo no such table; exit 5'"}
    """)
    told = scenario.composer("up", "-d", code=1).stderr
    for part in ("migrate", "5", "no such table"):
        assert part in told
    assert scenario.states().get("web-1", "created") == "created"


def test_an_optional_dependency_that_fails_only_warns(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            command: sleep 1000
            stop_signal: SIGKILL
            depends_on: {migrate: {condition: service_completed_successfully, required: false}}
          migrate: {image: busybox, command: "sh -c 'exit 5'"}
    """)
    scenario.composer("up", "-d")
    assert scenario.states() == {"migrate-1": "exited 5", "web-1": "running"}


def test_a_port_in_use_names_the_port_and_the_service(scenario: Scenario) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        scenario.write(f"""
            services:
              web: {{image: busybox, command: sleep 1000, stop_signal: SIGKILL, ports: ["{port}:80"]}}
        """)
        told = scenario.composer("up", "-d", code=1).stderr
        assert "web" in told
        assert str(port) in told
    scenario.composer("up", "-d")
    assert scenario.states() == {"web-1": "running"}


def test_a_port_held_by_a_container_names_that_container(scenario: Scenario) -> None:
    scenario.write("""
        services:
          first: {image: busybox, command: sleep 1000, stop_signal: SIGKILL, ports: ["18933:80"]}
          second:
            image: busybox
            command: sleep 1000
            stop_signal: SIGKILL
            ports: ["18933:80"]
            depends_on: [first]
    """)
    told = scenario.composer("up", "-d", code=1).stderr
    for part in ("second", "18933", scenario.name("first")):
        assert part in told


def test_a_missing_image_is_named(scenario: Scenario) -> None:
    scenario.write("services: {web: {image: 'localhost:1/no/such:image', command: 'true'}}")
    told = scenario.composer("up", "-d", code=1).stderr
    assert "localhost:1/no/such:image" in told
    assert scenario.states() == {}


def test_with_pull_never_a_missing_image_is_an_error(scenario: Scenario) -> None:
    scenario.write("services: {web: {image: 'composer-test/absent', command: 'true'}}")
    told = scenario.composer("up", "-d", "--pull", "never", code=1).stderr
    assert "composer-test/absent" in told


def test_an_unreachable_engine_is_told_with_the_address_and_its_origin(scenario: Scenario) -> None:
    scenario.write("services: {web: {image: busybox, command: 'true'}}")
    scenario.environment["DOCKER_HOST"] = f"unix://{scenario.folder}/nobody.sock"
    for arguments in (["up", "-d"], ["ps"], ["down"]):
        told = scenario.composer(*arguments, code=1).stderr
        assert "nobody.sock" in told
        assert "DOCKER_HOST" in told
        assert "Traceback" not in told


def test_a_wait_that_runs_out_of_time_says_who_was_not_ready(scenario: Scenario) -> None:
    scenario.write("""
        services:
          slow:
            image: busybox
            command: sleep 1000
            stop_signal: SIGKILL
            healthcheck: {test: "false", interval: 1s, start_period: 60s}
    """)
    told = scenario.composer("up", "-d", "--wait", "--wait-timeout", "2", code=1).stderr
    assert "slow" in told


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("services:\n  web:\n    image: busybox\n    prots: ['80']\n", ["compose.yaml:4:5", "prots", "ports"]),
        ("services:\n  web:\n    image: [busybox]\n", ["compose.yaml:3:", "image"]),
        ("services:\n  web:\n   image: a\n  b: c: d\n", ["compose.yaml:4:"]),
        (
            "services:\n  web:\n    image: a\n    depends_on: [databse]\n  database: {image: a}\n",
            ["compose.yaml:4:", "databse", "database"],
        ),
        (
            "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n",
            ["compose.yaml:", "a", "b", "cycle"],
        ),
    ],
    ids=["unknown-key", "wrong-type", "not-yaml", "unknown-dependency", "cycle"],
)
def test_a_wrong_file_is_told_with_its_place(scenario: Scenario, text: str, parts: list[str]) -> None:
    (scenario.folder / "compose.yaml").write_text(text)
    told = scenario.composer("up", "-d", code=1).stderr
    for part in parts:
        assert part in told
    assert "Traceback" not in told
    assert scenario.holdings().names == []


def test_an_unknown_service_is_refused(scenario: Scenario) -> None:
    scenario.write("services: {web: {image: busybox, command: 'true'}}")
    assert "wbe" in scenario.composer("up", "-d", "wbe", code=1).stderr


def test_no_file_at_all_is_told(scenario: Scenario) -> None:
    assert "compose.yaml" in scenario.composer("up", "-d", code=1).stderr
