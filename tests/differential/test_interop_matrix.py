"""Up, scale, change, down, each step by either tool: nothing is recreated without need, nothing is left over."""

from __future__ import annotations

import itertools

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

TOOLS = {"composer": COMPOSER, "docker compose": PEER}


def declare(scenario: Scenario, *, replicas: int = 1, colour: str = "blue") -> None:
    scenario.write(f"""
        services:
          web:
            image: busybox
            init: true
            command: sleep 1000
            scale: {replicas}
            environment: {{COLOUR: {colour}}}
            depends_on: [db]
          db: {{image: busybox, init: true, command: sleep 1000, volumes: ["data:/data", "/cache"]}}
        volumes:
          data:
    """)


@pytest.mark.parametrize("names", list(itertools.product(TOOLS, repeat=4)), ids=", ".join)
def test_each_step_by_either_tool(scenario: Scenario, peer: str, names: tuple[str, ...]) -> None:
    up, scale, change, down = (TOOLS[name] for name in names)
    declare(scenario)
    made = step(scenario, up)
    declare(scenario, replicas=2)
    scaled = step(scenario, scale)
    declare(scenario, replicas=2, colour="red")
    changed = step(scenario, change)
    scenario.run(down, "down", "-v", "-t", "0")

    assert set(made) == {"db-1", "web-1"}
    assert {name: identity for name, identity in scaled.items() if name != "web-2"} == made
    assert set(scaled) == set(changed) == {"db-1", "web-1", "web-2"}
    assert changed["db-1"] == made["db-1"]
    assert not set(changed.values()) & {scaled["web-1"], scaled["web-2"]}
    assert scenario.holdings().names == []


def step(scenario: Scenario, tool: Tool) -> dict[str, str]:
    scenario.run(tool, "up", "-d")
    assert set(scenario.states().values()) == {"running"}
    return scenario.ids()
