"""The verbs that only look, on a real engine, by the project's name alone: there is no file where they are asked."""

from __future__ import annotations

import json
import re
import signal

import pytest

from tests.support.scenario import Scenario, read_until

pytestmark = pytest.mark.engine

STACK = """
    services:
      web:
        image: busybox
        command: ["sh", "-c", "exec sleep 1000"]
        init: true
        scale: 2
        ports: ["80", "127.0.0.1::53/udp"]
        volumes: ["data:/data"]
        labels: {com.example.team: core}
      job: {image: busybox, command: ["sh", "-c", "exit 3"]}
      slow: {image: busybox, init: true, command: ["sh", "-c", "trap 'exit 5' TERM; while true; do sleep 0.1; done"]}
    volumes: {data: , unused: }
"""
SHARE, SIZES = r"\d+\.\d\d%", r"\d+(\.\d+)?[kKMGi]*B / \d+(\.\d+)?[kKMGi]*B"
USAGE = {"CPUPerc": SHARE, "MemPerc": SHARE, "MemUsage": SIZES, "BlockIO": SIZES, "NetIO": SIZES, "PIDs": r"\d+"}


@pytest.fixture
def stack(scenario: Scenario) -> Scenario:
    """Up, and its file gone."""
    file = scenario.write(STACK)
    scenario.composer("up", "-d")
    scenario.composer("wait", "job", code=3)
    file.unlink()
    del scenario.environment["COMPOSE_PROJECT_NAME"]
    return scenario


def test_they_need_no_file(stack: Scenario, subtests: pytest.Subtests) -> None:
    name = ("-p", stack.project)
    with subtests.test("stats"):
        usage_is_told(stack, *name)
    with subtests.test("top"):
        head, *rows = stack.composer(*name, "top", "web").stdout.splitlines()
        assert head.split() == ["SERVICE", "#", "UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
        assert [row.split()[:2] for row in rows] == [["web", number] for number in "1122"]
        assert all("sleep 1000" in row for row in rows)
        assert stack.composer(*name, "top", "job").stdout == ""
    with subtests.test("port"):
        ports_are_told(stack, *name)
    with subtests.test("volumes"):
        told = [json.loads(line) for line in stack.composer(*name, "volumes", "--format", "json").stdout.splitlines()]
        assert [(one["Name"], one["Driver"], one["Scope"]) for one in told] == [
            (f"{stack.project}_data", "local", "local")
        ]
        assert stack.composer(*name, "volumes", "-q", "web").stdout == f"{stack.project}_data\n"
        assert stack.composer(*name, "volumes", "-q", "job").stdout == ""
    with subtests.test("events"):
        events_are_told(stack, *name)
    with subtests.test("wait"):
        ends_are_told(stack, *name)


def usage_is_told(stack: Scenario, *name: str) -> None:
    told = [
        json.loads(line)
        for line in stack.composer(*name, "stats", "--no-stream", "--format", "json").stdout.splitlines()
    ]
    running = {container: held for container, held in stack.ids().items() if container != "job-1"}
    assert {one["Name"]: one["Container"] for one in told} == {
        f"{stack.project}-{container}": found for container, found in running.items()
    }
    for one in told:
        assert sorted(one) == sorted(("Container", "ID", "Name", *USAGE))
        assert one["Container"].startswith(one["ID"])
        assert {key: bool(re.fullmatch(form, one[key])) for key, form in USAGE.items()} == dict.fromkeys(USAGE, True)
    every = stack.composer(*name, "stats", "--no-stream", "-a", "--format", "{{.Name}} {{.CPUPerc}}", "job").stdout
    assert every == f"{stack.project}-job-1 0.00%\n"
    with stack.going(*name, "stats", "--format", "{{.Name}}", "slow") as watching:
        for _ in range(2):  # it goes on with a second look
            read_until(watching, stack.name("slow"))
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 130


def ports_are_told(stack: Scenario, *name: str) -> None:
    for index in (1, 2):
        held = stack.engine.inspect_container(stack.name("web", index))["NetworkSettings"]["Ports"]
        asked = (*name, "port", "--index", str(index))
        assert stack.composer(*asked, "web", "80").stdout == f"0.0.0.0:{held['80/tcp'][0]['HostPort']}\n"
        told = stack.composer(*asked, "--protocol", "udp", "web", "53").stdout
        assert told == f"127.0.0.1:{held['53/udp'][0]['HostPort']}\n"
    assert "53/tcp" in stack.composer(*name, "port", "web", "53", code=1).stderr


def events_are_told(stack: Scenario, *name: str) -> None:
    """What was, and what comes; only the project's and the services'."""
    began = str(stack.engine.info()["SystemTime"])
    stack.composer(*name, "restart", "-t", "0", "web", "slow")
    ended = str(stack.engine.info()["SystemTime"])
    past = stack.composer(*name, "events", "--json", "--since", began, "--until", ended, "web").stdout
    told = [json.loads(line) for line in past.splitlines()]
    assert {tuple(one) for one in told} == {("action", "attributes", "id", "service", "time", "type")}
    ids = stack.ids()
    assert sorted((one["service"], one["id"]) for one in told if one["action"] == "start") == [
        ("web", ids[container]) for container in sorted(("web-1", "web-2"), key=lambda container: ids[container])
    ]
    assert {one["attributes"]["com.example.team"] for one in told} == {"core"}
    with stack.going(*name, "events", "--since", began, "slow") as watching:
        seen = read_until(watching, f"container start {ids['slow-1']}")
        stack.composer(*name, "pause", "web", "slow")
        seen += read_until(watching, f"container pause {ids['slow-1']}")
        stack.composer(*name, "unpause")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 130
    assert f"name={stack.name('slow')}" in seen
    assert stack.name("web") not in seen


def ends_are_told(stack: Scenario, *name: str) -> None:
    """The status is that of the first that failed, in the order in which the services are named."""
    ids = stack.ids()
    with stack.going(*name, "wait", "slow", "job") as waiting:
        read_until(waiting, "exited with status code 3")
        stack.composer(*name, "stop", "slow")
        rest = read_until(waiting, "exited with status code 5")
        assert waiting.wait(60) == 5
    assert rest == f'container "{ids["slow-1"]}" exited with status code 5\n'
    assert stack.composer(*name, "wait", "job", "slow", code=3).stdout.count("exited with") == 2
    stack.composer(*name, "wait", "--down-project", "job", code=3)
    assert stack.states() == {}
