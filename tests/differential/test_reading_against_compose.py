"""The verbs that only look, with the same arguments under both tools: exit status and machine output are equal.

One project, made by docker compose, is looked at from many sides. Intended differences: INTENDED.md.
"""

from __future__ import annotations

import json
from typing import Any

import docker
import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Ran

pytestmark = [pytest.mark.engine, pytest.mark.peer]

STACK = """
    services:
      web:
        image: busybox
        command: ["sh", "-c", "echo out; echo err >&2; exec sleep 1000"]
        init: true
        scale: 2
        ports: ["80", "127.0.0.1::53/udp"]
        volumes: ["data:/data"]
        labels: {com.example.team: core}
      job: {image: busybox, command: ["sh", "-c", "exit 3"]}
    volumes: {data: , unused: }
"""
FUNCTIONS = (
    '{{if eq .State "running"}}up{{else}}down{{end}} {{.Name | printf "%-40s|"}} {{len .Publishers}} {{title .State}} '
    '{{index (split .Name "-") 0}} {{join (split .Name "-") "+"}} {{truncate .Name 3}} {{json .Publishers}} '
    '{{range .Publishers}} {{.URL}}:{{.TargetPort}}/{{.Protocol}}{{end}} {{.Label "com.example.team"}}'
    "{{with .Health}}{{.}}{{else}}none{{end}} {{println .Name}} {{.ExitCode}} {{.Image}} {{.Command}} {{.Mounts}}"
)
# Equal to the character, but for the order of lines that have none.
SAME = (
    ("ps", "-a", "--format", FUNCTIONS),
    ("ps", "-a", "--format", r"table {{.Name | upper}}\t{{.Service}}\t{{json .State}}"),
    ("ps", "-q", "web"),
    ("ps", "--filter", "status=exited", "--services"),
    ("ps", "--all=false", "--orphans=false", "--format", "{{.Name}}"),
    ("top", "web"),
    ("port", "--index", "2", "web", "80"),
    ("port", "--protocol", "udp", "web", "53"),
    ("volumes", "web"),
    ("volumes", "--format", '{{.Name}} {{.Scope}} {{.Links}} {{.Label "com.docker.compose.volume"}}', "web"),
    ("ls", "--filter", "name=^PROJECT$"),
    ("ls", "--all", "--filter", "name=^PROJECT$", "--format", "json"),
)
# Objects on lines, in an order of no meaning.
ROWS = (("ps", "-a", "--no-trunc", "--format", "json"), ("volumes", "--format", "json"))
# Refused by both, each in its own words.
REFUSED = (
    ("ps", "--format", "{{.Nothing}}"),
    ("ps", "nobody"),
    ("port", "web", "99"),
    ("port", "--index", "9", "web", "80"),
    ("volumes", "nobody"),
    ("wait",),
    ("wait", "nobody"),
    ("stats", "web", "job"),
    ("logs", "nobody"),
    ("logs", "--since", "nonsense"),
)
BY_NAME = (("top",), ("port", "web", "80"), ("ps", "-q"), ("ps", "nobody"), ("volumes", "-q"))


def test_both_tools_say_the_same(scenario: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    scenario.write(STACK)
    scenario.peer("up", "-d")
    scenario.peer("wait", "job", code=None)
    for arguments in (*SAME, *ROWS):
        with subtests.test(" ".join(arguments)):
            are_equal(scenario, arguments)
    # Where this is set, docker compose takes whatever is wrong with the project for a reason to go by its name.
    del scenario.environment["COMPOSE_PROJECT_NAME"]
    for arguments in REFUSED:
        with subtests.test(" ".join(arguments)):
            ours, theirs = both(scenario, "-p", "PROJECT", "-f", "compose.yaml", *arguments)
            assert (ours.code, ours.stdout) == (theirs.code, theirs.stdout) == (1, "")
            assert "Traceback" not in ours.stderr
    scenario.environment["COMPOSE_PROJECT_NAME"] = scenario.project
    with subtests.test("stats"):
        assert len(same_objects(*both(scenario, "stats", "--no-stream", "--format", "json"), by="Name")) == 2
    with subtests.test("events"):
        events_are_equal(scenario)
    (scenario.folder / "compose.yaml").unlink()
    for arguments in BY_NAME:
        with subtests.test(" ".join(arguments), by="name alone"):
            are_equal(scenario, arguments)


def are_equal(scenario: Scenario, arguments: tuple[str, ...]) -> None:
    ours, theirs = both(scenario, *arguments)
    assert (ours.code, theirs.code) == (0, 0)
    assert told(ours, arguments) == told(theirs, arguments)


def both(scenario: Scenario, *arguments: str) -> tuple[Ran, Ran]:
    given = [argument.replace("PROJECT", scenario.project) for argument in arguments]
    return scenario.run(COMPOSER, *given, code=None), scenario.run(PEER, *given, code=None)


def told(ran: Ran, arguments: tuple[str, ...]) -> object:
    if arguments in ROWS:
        return sorted((plain(json.loads(line)) for line in ran.stdout.splitlines()), key=lambda row: str(row["Name"]))
    if arguments[0] == "top":  # the share of the processor may differ
        return sorted([*line.split()[:5], *line.split()[6:]] for line in ran.stdout.splitlines())
    return sorted(ran.stdout.split("\n")) if arguments[0] == "volumes" else ran.stdout


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Labels in any order; how long something runs is another at every look."""
    moving = ("RunningFor", "Status")
    return {key: sorted(held.split(",")) if key == "Labels" else held for key, held in row.items() if key not in moving}


def same_objects(ours: Ran, theirs: Ran, *, by: str) -> list[str]:
    """The same objects with the same keys, whatever they hold."""
    rows = [
        sorted((json.loads(line) for line in ran.stdout.splitlines()), key=lambda row: row[by])
        for ran in (ours, theirs)
    ]
    shapes = [[(row[by], list(row)) for row in side] for side in rows]
    assert shapes[0] == shapes[1]
    return [name for name, _ in shapes[0]]


def events_are_equal(scenario: Scenario) -> None:
    """Of one past, up to a moment; docker compose ends that with an error. The engine remembers its last 256 events,
    those of other tests too: these are of just now."""
    since = scenario_time(scenario.engine)
    scenario.engine.stop(scenario.name("web"), timeout=0)
    scenario.engine.start(scenario.name("web"))
    scenario.engine.top(scenario.name("web"))
    arguments = ("events", "--json", "--since", since, "--until", scenario_time(scenario.engine))
    ours, theirs = (scenario.run(tool, *arguments, code=None) for tool in (COMPOSER, PEER))
    assert (ours.code, theirs.code) == (0, 1)
    ours_told, theirs_told = ([json.loads(line) for line in ran.stdout.splitlines()] for ran in (ours, theirs))
    assert ours_told == theirs_told
    assert [event["action"] for event in ours_told if event["action"] in ("die", "start", "top")] == [
        "die",
        "start",
        "top",
    ]
    text = scenario.composer(*(argument for argument in arguments if argument != "--json")).stdout.splitlines()
    assert len(text) == len(ours_told)


def scenario_time(engine: docker.APIClient) -> str:
    return str(engine.info()["SystemTime"])
