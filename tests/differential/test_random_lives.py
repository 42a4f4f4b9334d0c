"""Random lives of random projects: whoever does a step, the engine holds what docker compose alone would have left.

After each step all objects are compared, and which containers were kept, made or made again. More seeds by hand:
`COMPOSER_TESTS_LIVES=100-200`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from tests.support.compose_cases import differences
from tests.support.lives import Life, life
from tests.support.normalise import normalised
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

first, _, last = os.environ.get("COMPOSER_TESTS_LIVES", "").partition("-")
SEEDS = range(int(first), int(last)) if last else (407, 418)
SIGNALLED = (137, 143)  # which of the two signals ends a container that gets no time is a matter of chance


def settled(scenario: Scenario, file: str) -> dict[str, dict[str, Any]]:
    """What the engine holds once jobs have ended. Networks and volumes that no service of the file uses any more do not
    count: docker compose forgets them at `down`."""
    scenario.await_jobs()
    found = normalised(scenario.holdings())
    unused = {f"{scenario.project}_{key}" for key in unused_in(file)}
    for kind in ("networks", "volumes"):
        found[kind] = {name: document for name, document in found[kind].items() if name not in unused}
    for document in found["containers"].values():
        if document["State"]["ExitCode"] in SIGNALLED:
            document["State"]["ExitCode"] = "by a signal"
    return found


def unused_in(file: str) -> set[str]:
    """Keys of networks and volumes."""
    read = json.loads(file)
    services = read["services"].values()
    used = {key for service in services for key in service.get("networks", ("default",))}
    mounts = (mount for service in services for mount in service.get("volumes", ()) if isinstance(mount, str))
    return {"default", *read["networks"], *read["volumes"]} - used - {mount.partition(":")[0] for mount in mounts}


def prepare(scenario: Scenario) -> None:
    """What the files of lives refer to."""
    (scenario.folder / "a.txt").write_text("a")
    scenario.environment["FROM_HOST"] = "host"


def lived(scenario: Scenario, of: Life, tools: Sequence[Tool]) -> list[dict[str, Any]]:
    """After each step: its exit status, what there is, and what became of each container."""
    prepare(scenario)
    told = []
    before: dict[str, str] = {}
    for step, tool in zip(of.steps, tools, strict=True):
        scenario.write(step.file)
        ran = scenario.run(tool, *step.arguments, code=None)
        held = settled(scenario, step.file)
        ids = scenario.ids()
        fates = {
            name: "kept" if before.get(name) == found else "made again" if name in before else "made"
            for name, found in ids.items()
        }
        told.append({"exit": ran.code, "fates": fates, **held})
        before = ids
    assert told[-1] == {"exit": 0, "fates": {}, "containers": {}, "networks": {}, "volumes": {}}
    scenario.sweep()
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_it_does_not_matter_who_does_a_step(scenario: Scenario, peer: str, seed: int) -> None:
    of = life(seed)
    random = Random(seed)
    tools = [random.choice([COMPOSER, COMPOSER, PEER]) for _ in of.steps]
    expected = lived(scenario, of, [PEER] * len(of.steps))
    found = lived(scenario, of, tools)
    for at, (step, tool) in enumerate(zip(of.steps, tools, strict=True)):
        done = ", ".join(f"{step} by {tool.name}" for step, tool in zip(of.steps[: at + 1], tools, strict=False))
        assert (differences(found[at], expected[at]), step, tool) == ([], step, tool), done
