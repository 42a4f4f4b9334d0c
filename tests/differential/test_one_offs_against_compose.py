"""`run` and `exec` under docker compose and under composer: the same arguments give the same container, the same
output and the same exit status. Intended differences: INTENDED.md."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.support.holdings import Holdings
from tests.support.normalise import container
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

FILE = """
    services:
      web:
        image: busybox
        command: sleep 1000
        init: true
        stop_grace_period: 1s
        environment: {A: "1", B: "2"}
        labels: {color: blue}
        restart: always
        ports: ["8080"]
        networks: {default: {aliases: [wonder]}, back: {}}
        volumes: ["data:/data", "/scratch"]
        cap_drop: [CHOWN, KILL]
        depends_on: {db: {condition: service_healthy}}
        deploy: {restart_policy: {condition: any}, resources: {limits: {memory: 64m}}}
        configs: [{source: greeting, target: /greeting}]
      db:
        image: busybox
        command: sleep 1000
        init: true
        healthcheck: {test: "true", interval: 1s}
    networks: {back: {}}
    volumes: {data: {}}
    configs: {greeting: {content: hello}}
"""

RUNS: dict[str, tuple[str, ...]] = {
    "plain": ("web",),
    "command": ("--rm", "web", "sleep", "900"),
    "environment": ("-e", "A=9", "-e", "C", "-e", "D=4", "--env-from-file", "variables", "web", "sleep", "800"),
    "entrypoint": ("--entrypoint", "sleep 700", "web"),
    "entrypoint and command": ("--entrypoint", "sleep", "-u", "1:1", "-w", "/tmp", "web", "600"),
    "mounts": ("-v", "./here:/here", "-v", "data:/again:ro", "-v", "/fresh", "web"),
    "ports": ("-p", "127.0.0.1::80", "-p", "81/udp", "-l", "size=big", "web"),
    "service's ports": ("-P", "--use-aliases", "web"),
    "capabilities": ("--cap-add", "CHOWN", "--cap-add", "NET_ADMIN", "--cap-drop", "SYS_TIME", "web"),
    "no input": ("--interactive=false", "-T", "--no-deps", "web"),
}

EXECS: tuple[tuple[str, ...], ...] = (
    ("web", "sh", "-c", "echo out; echo err >&2; exit 7"),
    ("-T", "-e", "A=9", "-e", "B", "-e", "FROM_SHELL", "web", "env"),
    ("-u", "1:2", "-w", "/tmp", "web", "sh", "-c", "id; pwd"),
    ("web", "no-such-program"),
    ("web", "cat", "/greeting"),
    ("db", "sh", "-c", "tty"),
    ("--index", "1", "db", "cat"),
)
REFUSED = (
    ("exec", "nobody", "true"),
    ("exec", "--index", "2", "db", "true"),
    ("exec", "-u", "nobody-there", "db", "true"),
    ("run", "nobody", "true"),
    ("run", "-P", "-p", "1:1", "web", "true"),
    ("run", "-l", "without-value", "web", "true"),
    ("run", "--env-from-file", "not-there", "web", "true"),
    ("run", "--rm", "--no-deps", "--entrypoint", "no-such-program", "db"),
    ("attach", "nobody"),
)


def test_the_same_containers(scenario: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    scenario.write(FILE)
    scenario.write("E=5\nA=8\n", "variables")
    for what, arguments in RUNS.items():
        theirs = one_off(scenario, PEER, arguments)
        ours = one_off(scenario, COMPOSER, arguments)
        with subtests.test(what):
            assert ours == theirs
    scenario.composer("down", "-v", "-t", "0", "--remove-orphans")


def one_off(scenario: Scenario, tool: Tool, arguments: tuple[str, ...]) -> dict[str, Any]:
    """The container's document, with its name's and its hash's random part named away."""
    ran = scenario.run(tool, "run", "-d", *arguments)
    holdings = scenario.holdings()
    (name,) = [name for name, held in holdings.containers.items() if held["Id"] == ran.stdout.strip()]
    document = nameless(holdings, name)
    scenario.engine.remove_container(name, force=True, v=True)
    return document


def nameless(holdings: Holdings, name: str) -> dict[str, Any]:
    """The hash is named away too: the name is part of what it is made of."""
    document: dict[str, Any] = _without(container(copy.deepcopy(holdings.containers[name])), name)
    return document


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_without(item, name) for item in value]
    return value.replace(name, "{name}") if isinstance(value, str) else value


def test_the_same_name_gives_the_same_hash(scenario: Scenario, peer: str) -> None:
    scenario.write(FILE)
    hashes = []
    for tool in (PEER, COMPOSER):
        scenario.run(
            tool, "run", "-d", "--name", f"{scenario.project}-x", "-e", "C=3", "--no-deps", "web", "sleep", "9"
        )
        found = scenario.holdings().containers[f"{scenario.project}-x"]
        hashes.append(found["Config"]["Labels"]["com.docker.compose.config-hash"])
        scenario.engine.remove_container(found["Id"], force=True, v=True)
    assert hashes[0] == hashes[1]


def test_the_same_words_and_statuses(scenario: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    scenario.write(FILE)
    scenario.environment["FROM_SHELL"] = "shell"
    scenario.composer("up", "-d")
    for arguments in EXECS:
        with subtests.test(" ".join(arguments)):
            said = [scenario.run(tool, "exec", *arguments, code=None) for tool in (PEER, COMPOSER)]
            assert (said[1].code, said[1].stdout) == (said[0].code, said[0].stdout)
            if said[0].code in (0, 7):
                assert said[1].stderr == said[0].stderr
    for arguments in REFUSED:
        with subtests.test(" ".join(arguments)):
            said = [scenario.run(tool, *arguments, code=None) for tool in (PEER, COMPOSER)]
            assert (said[1].code, said[1].stdout) == (said[0].code, said[0].stdout)
    with subtests.test("a command by run"):
        command = ("run", "--rm", "-T", "web", "sh", "-c", "cat; echo err >&2; exit 9")
        said = [scenario.run(tool, *command, code=None, stdin="typed\n") for tool in (PEER, COMPOSER)]
        assert (said[1].code, said[1].stdout) == (said[0].code, said[0].stdout) == (9, "typed\n")
    scenario.composer("down", "-v", "-t", "0")
