"""Up, scale, change, down in any order, each step by either tool: nothing is recreated without need, nothing is left.

Orders times tools are 384 lives. The cases are one for each order, with tools chosen so that each step follows each
other step by every pair of tools, and every choice of four tools comes up.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

TOOLS = {"composer": COMPOSER, "docker compose": PEER}
STEPS = ("up", "scale", "change", "down")

Life = tuple[tuple[str, str], ...]  # step and tool


def declare(scenario: Scenario, colour: str) -> None:
    scenario.write(f"""
        services:
          web:
            image: busybox
            init: true
            command: sleep 1000
            environment: {{COLOUR: {colour}}}
            depends_on: [db]
          db: {{image: busybox, init: true, command: sleep 1000, volumes: ["data:/data", "/cache"]}}
        volumes:
          data:
    """)


def follows(life: Life) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    return set(itertools.pairwise(life))


def chosen() -> Iterator[Life]:
    """One for each order; of the tools for it those that are new in most respects."""
    seen: set[object] = set()
    for order in itertools.permutations(STEPS):
        ways = [tuple(zip(order, tools, strict=True)) for tools in itertools.product(TOOLS, repeat=len(order))]
        life = max(ways, key=lambda way: len(follows(way) - seen) + (tuple(tool for _, tool in way) not in seen))
        seen |= {*follows(life), tuple(tool for _, tool in life)}
        yield life


LIVES = tuple(chosen())


def test_the_cases_are_enough() -> None:
    steps = [(step, tool) for step in STEPS for tool in TOOLS]
    wanted = {(one, other) for one in steps for other in steps if one[0] != other[0]}
    assert wanted == set().union(*map(follows, LIVES))
    assert {tuple(tool for _, tool in life) for life in LIVES} == set(itertools.product(TOOLS, repeat=4))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: ", ".join(f"{step} by {tool}" for step, tool in life))
def test_each_step_by_either_tool(scenario: Scenario, peer: str, life: Life) -> None:
    there: dict[str, tuple[str, str]] = {}  # container → its id, and the colour it was made with
    colour = "blue"
    declare(scenario, colour)
    for step, tool in life:
        if step == "down":
            scenario.run(TOOLS[tool], "down", "-v", "-t", "0")
            assert scenario.holdings().names == []
            there = {}
            continue
        if step == "change":
            colour = "red"
            declare(scenario, colour)
        arguments = ("scale", "web=2") if step == "scale" else ("up", "-d")
        scenario.run(TOOLS[tool], *arguments)
        ids = scenario.ids()
        # Which replica stays when all are out of date, docker compose leaves to chance: only their number counts.
        services = sorted(name.rpartition("-")[0] for name in ids)
        assert (services, set(scenario.states().values())) == (
            ["db", "web", "web"] if step == "scale" else ["db", "web"],
            {"running"},
        )
        for name, (identity, made_with) in there.items():
            is_kept = name in ids and (name == "db-1" or made_with == colour)
            assert name not in ids or (ids[name] == identity) is is_kept, f"{name} after {step} by {tool}"
        there = {name: (identity, colour) for name, identity in ids.items()}
