"""One story of a project's life under both tools: exit status, progress lines and the engine's state after each step.

Progress lines are compared without their order, which differs from run to run, and without what Composer adds after
the reference's words. Intended differences stand with the step, and in INTENDED.md.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Ran, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

STACK = """
    services:
      db:
        image: busybox
        init: true
        command: sleep 600
        volumes: [data:/data, /anonymous]
      web:
        image: busybox
        init: true
        command: sleep 600
        depends_on: {db: {condition: service_started, restart: true}}
      job:
        image: busybox
        command: "true"
        depends_on: [web]
    volumes:
      data: {}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """`theirs`: containers of which only docker compose tells that they are stopped, since they have ended already."""

    line: str
    theirs: tuple[str, ...] = ()


STORY = (
    Step("create --scale web=2"),
    Step("create --scale web=2"),
    Step("create --force-recreate --scale web=2 db"),
    Step("start"),
    Step("start db"),
    Step("scale web=1"),
    Step("scale --no-deps web=2"),
    Step("scale web"),
    Step("pause"),
    Step("pause db"),
    Step("unpause web"),
    Step("unpause db"),
    Step("unpause db"),
    Step("restart --no-deps db"),
    Step("restart db"),
    Step("restart job"),
    Step("stop web"),
    Step("rm"),
    Step("rm -f web"),
    Step("rm -f web"),
    Step("up -d --scale web=2"),
    Step("kill -s SIGKILL web"),
    Step("kill web"),
    Step("rm -fsv db"),
    Step("up -d --force-recreate --no-deps db"),
    Step("down --volumes --timeout 5", theirs=("job-1", "web-1", "web-2")),
    Step("start"),
    Step("up -d db"),
    Step("start"),
    Step("stop -t 0"),
    Step("start db"),
    Step("kill"),
    Step("start"),
    Step("down --volumes --timeout 5"),
    Step("down"),
)


def test_a_life_told_by_both(scenario: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    scenario.write(STACK)
    theirs = _live(scenario, PEER)
    ours = _live(scenario, COMPOSER)
    for step, mine, its in zip(STORY, ours, theirs, strict=True):
        with subtests.test(step.line):
            assert mine == its, step.line


def _live(scenario: Scenario, tool: Tool) -> list[tuple[int, dict[str, int], list[str], dict[str, str]]]:
    """Of each step: exit status, progress lines, stdout, states."""
    told = []
    for step in STORY:
        ran = scenario.run(tool, "--progress", "plain", *step.line.split(), code=None)
        lines = _progress(ran, scenario.project)
        if tool is PEER:
            lines -= Counter(f"Container {name} {word}" for name in step.theirs for word in ("Stopping", "Stopped"))
        told.append((ran.code, dict(sorted(lines.items())), _removed(ran, scenario.project), _kinds(scenario)))
    return told


def _progress(ran: Ran, project: str) -> Counter[str]:
    found = re.findall(r"^ (Container|Network|Volume|Image) (\S+)  (\w+)", ran.stderr, re.MULTILINE)
    return Counter(f"{kind} {name.removeprefix(project)[1:]} {word}" for kind, name, word in found if word != "Error")


def _removed(ran: Ran, project: str) -> list[str]:
    """`rm` names on stdout what goes, in any order."""
    words = ran.stdout.replace(f"{project}-", "").replace(",", " ").split()
    return sorted(words)


def _kinds(scenario: Scenario) -> dict[str, str]:
    """Once the job is done, if it runs: neither tool waits for its end. Without the exit status: a stopped container's
    may be of the signal, or of the engine's patience."""
    if "job-1" in scenario.states():
        scenario.engine.wait(f"{scenario.project}-job-1", timeout=60, condition="not-running")
    return {name: state.split()[0] for name, state in scenario.states().items()}
