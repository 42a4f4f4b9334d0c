"""The same project under docker compose and under composer: what the engine holds must be equal.

Each case is a folder of `cases/`. One cycle serves all its tests: docker compose brings the project up, composer
adopts it and takes it down; then the other way round. Intended differences: INTENDED.md.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from tests.conftest import unique_project
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
    logs: Ran  # the other tool's `logs`
    left: list[str]  # after the other tool's `down -v`

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.listed.code == 0, self.listed
        return [json.loads(line) for line in self.listed.stdout.splitlines()]

    @property
    def lines(self) -> list[str]:
        """Sorted, and with single spaces: the reference widens the prefix as services show up."""
        assert self.logs.code == 0, self.logs
        return sorted(" ".join(line.split()) for line in self.logs.stdout.splitlines())


@dataclass(frozen=True, slots=True)
class Cycle:
    project: str
    by_peer: Half
    by_composer: Half


CREATE_ONLY = "create-only"
"""A file in the case's folder: its containers cannot run on every machine, and are not started."""


def half(scenario: Scenario, maker: Tool, other: Tool) -> Half:
    up = ("up", "--no-start" if (scenario.folder / CREATE_ONLY).exists() else "-d")
    scenario.run(maker, *up)
    made = scenario.holdings()
    scenario.run(other, *up)
    adopted = scenario.holdings()
    listed = scenario.run(other, "ps", "-a", "--format", "json", code=None)
    logs = scenario.run(other, "logs", "--no-color", code=None)
    scenario.run(other, "down", "-v", "-t", "0")
    return Half(made=made, adopted=adopted, listed=listed, logs=logs, left=scenario.holdings().names)


@pytest.fixture(scope="session")
def cycles() -> dict[str, Cycle | Exception]:
    """Results by case, so that a case runs once, in whichever order its tests come."""
    return {}


@pytest.fixture(params=CASES)
def cycle(
    request: pytest.FixtureRequest, engine: docker.APIClient, peer: str, cycles: dict[str, Any], tmp_path: Path
) -> Cycle:
    case = request.param
    _need_api(engine, case)
    if case not in cycles:
        shutil.copytree(Path(__file__).parent / "cases" / case, tmp_path / "project")
        scenario = Scenario(tmp_path / "project", unique_project(), engine)
        scenario.environment["FROM_HOST"] = "host"
        try:
            cycles[case] = Cycle(scenario.project, half(scenario, PEER, COMPOSER), half(scenario, COMPOSER, PEER))
        except AssertionError as error:
            told = "\n".join(str(ran) for ran in scenario.history)
            cycles[case] = AssertionError(f"{error}\nall commands of this case:\n{told}")
        finally:
            scenario.sweep()
    found = cycles[case]
    if isinstance(found, Exception):
        raise found
    return found


def _need_api(engine: docker.APIClient, case: str) -> None:
    """A case's file `needs-api` says from which API version the reference itself can do it, and why."""
    needs = Path(__file__).parent / "cases" / case / "needs-api"
    if needs.exists():
        version, _, reason = needs.read_text().partition(":")
        if version_of(engine.version()["ApiVersion"]) < version_of(version):
            pytest.skip(reason.strip())


def version_of(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def test_the_engine_holds_the_same(cycle: Cycle) -> None:
    assert normalised(cycle.by_composer.made) == normalised(cycle.by_peer.made)


def test_composer_changes_nothing_that_compose_made(cycle: Cycle) -> None:
    assert cycle.by_peer.made.ids
    assert cycle.by_peer.adopted.ids == cycle.by_peer.made.ids


def test_compose_changes_nothing_that_composer_made(cycle: Cycle) -> None:
    assert cycle.by_composer.adopted.ids == cycle.by_composer.made.ids


def test_each_lists_and_logs_the_others_containers(cycle: Cycle) -> None:
    for side in (cycle.by_peer, cycle.by_composer):
        assert {row["Name"] for row in side.rows} == set(side.adopted.containers)
    assert cycle.by_peer.lines == cycle.by_composer.lines


def test_both_list_the_same_facts(cycle: Cycle) -> None:
    facts = ("Name", "Project", "Service", "Image", "Command", "State", "ExitCode", "Publishers")
    listed = [
        {row["Name"]: {fact: row.get(fact) for fact in facts} for row in side.rows}
        for side in (cycle.by_composer, cycle.by_peer)
    ]
    for rows in listed:
        for row in rows.values():
            row["Publishers"] = sorted(
                (port["URL"], port["TargetPort"], port["Protocol"], port["PublishedPort"] > 0)
                for port in row["Publishers"] or []
            )
    assert listed[0] == listed[1]


def test_each_takes_the_others_project_down_completely(cycle: Cycle) -> None:
    assert cycle.by_peer.left == []
    assert cycle.by_composer.left == []
