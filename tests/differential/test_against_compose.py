"""The same project under docker compose and under composer: what the engine holds must be equal.

Each case is a folder of `cases/`: docker compose brings the project up, composer adopts it and takes it down; then the
other way round. Intended differences: INTENDED.md.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.support.compose_cases import differences
from tests.support.holdings import Holdings
from tests.support.normalise import normalised
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Ran, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

CASES = sorted(folder.name for folder in (Path(__file__).parent / "cases").iterdir() if folder.is_dir())


@dataclass(frozen=True, slots=True)
class Half:
    """One tool brings the project up, the other works with it and takes it down."""

    made: Holdings
    adopted: Holdings  # after the other tool's `up -d`
    listed: Ran  # the other tool's `ps -a --format json`
    logs: tuple[list[str], list[str]]  # the maker's and the other tool's, of the same containers
    left: list[str]  # after the other tool's `down -v`

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.listed.code == 0, self.listed
        return [json.loads(line) for line in self.listed.stdout.splitlines()]


CREATE_ONLY = "create-only"
"""A file in the case's folder: its containers cannot run on every machine, and are not started."""


def _logs(scenario: Scenario, maker: Tool, other: Tool) -> tuple[list[str], list[str]]:
    """Asked again when they differ: a container may have written between the two."""
    ours = _lines(scenario.run(maker, "logs", "--no-color"))
    theirs = _lines(scenario.run(other, "logs", "--no-color"))
    return (ours, theirs) if ours == theirs else (_lines(scenario.run(maker, "logs", "--no-color")), theirs)


def _lines(ran: Ran) -> list[str]:
    """Sorted, and with single spaces: the reference widens the prefix as services show up."""
    return sorted(" ".join(line.split()) for line in ran.stdout.splitlines())


def half(scenario: Scenario, maker: Tool, other: Tool) -> Half:
    up = ("up", "--no-start" if (scenario.folder / CREATE_ONLY).exists() else "-d")
    scenario.run(maker, *up)
    scenario.await_jobs()
    made = scenario.holdings()
    scenario.run(other, *up)
    scenario.await_jobs()  # one tool's `ps` might still see it running
    adopted = scenario.holdings()
    listed = scenario.run(other, "ps", "-a", "--format", "json", code=None)
    logs = _logs(scenario, maker, other)
    scenario.run(other, "down", "-v", "-t", "0")
    return Half(made=made, adopted=adopted, listed=listed, logs=logs, left=scenario.holdings().names)


@contextlib.contextmanager
def _externals(scenario: Scenario, case: str) -> Iterator[None]:
    """A case's file `externals` lists what is there before and after: `network -front` is the project's name, then
    `-front`."""
    listed = Path(__file__).parent / "cases" / case / "externals"
    lines = [line.split() for line in listed.read_text().splitlines()] if listed.exists() else []
    engine = scenario.engine
    try:
        for kind, suffix in lines:
            name = scenario.project + suffix
            engine.create_network(name) if kind == "network" else engine.create_volume(name)
        yield
    finally:
        for kind, suffix in lines:
            name = scenario.project + suffix
            engine.remove_network(name) if kind == "network" else engine.remove_volume(name)


def _need_api(engine: docker.APIClient, case: str) -> None:
    """A case's file `needs-api` says from which API version the reference itself can do it, and why."""
    needs = Path(__file__).parent / "cases" / case / "needs-api"
    if needs.exists():
        version, _, reason = needs.read_text().partition(":")
        if version_of(engine.version()["ApiVersion"]) < version_of(version):
            pytest.skip(reason.strip())


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


@pytest.mark.parametrize("case", CASES)
def test_both_tools_agree(scenario: Scenario, peer: str, case: str, subtests: pytest.Subtests) -> None:
    _need_api(scenario.engine, case)
    scenario.folder /= "project"
    shutil.copytree(Path(__file__).parent / "cases" / case, scenario.folder)
    scenario.environment["FROM_HOST"] = "host"
    with _externals(scenario, case):
        by_peer = half(scenario, PEER, COMPOSER)
        by_composer = half(scenario, COMPOSER, PEER)

    with subtests.test("the engine holds the same"):
        assert differences(normalised(by_composer.made), normalised(by_peer.made)) == []
    with subtests.test("composer changes nothing that docker compose made"):
        assert by_peer.made.ids
        assert by_peer.adopted.ids == by_peer.made.ids
    with subtests.test("docker compose changes nothing that composer made"):
        assert by_composer.adopted.ids == by_composer.made.ids
    for side, maker in ((by_peer, PEER), (by_composer, COMPOSER)):
        with subtests.test("each lists and logs the other's containers", maker=maker.name):
            assert {row["Name"] for row in side.rows} == set(side.adopted.containers)
            by_maker, by_other = side.logs
            assert by_other == by_maker
        with subtests.test("each takes the other's project down completely", maker=maker.name):
            assert side.left == []
    with subtests.test("both list the same facts"):
        assert facts(by_composer.rows) == facts(by_peer.rows)


def facts(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What `ps` says of each container, without ids, times and host ports of the engine's choice."""
    kept = ("Name", "Project", "Service", "Image", "Command", "State", "ExitCode")
    return {
        row["Name"]: {fact: row.get(fact) for fact in kept}
        | {"Publishers": sorted(_port(port) for port in row["Publishers"] or [])}
        for row in rows
    }


def _port(port: dict[str, Any]) -> tuple[Any, ...]:
    return port["URL"], port["TargetPort"], port["Protocol"], port["PublishedPort"] > 0
