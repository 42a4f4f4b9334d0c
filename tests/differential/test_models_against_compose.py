"""Language models that services use, under both tools: the same calls, the same containers, adopted by the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.compose_cases import differences
from tests.support.model_program import SERVED_AT, model_calls, write_model_plugin
from tests.support.normalise import normalised
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

COMPOSE = """
services:
  web:
    image: busybox
    command: sleep 1000
    init: true
    environment: {A: b, SMALL_URL: own}
    models: [large-one, small]
  other:
    image: busybox
    command: sleep 1000
    init: true
    models: {small: {endpoint_var: AT, model_var: WHICH}}
  plain: {image: busybox, command: sleep 1000, init: true}
models:
  large-one: {model: "ai/large:1", name: big, context_size: 4096, runtime_flags: ["--a", "--b=c"]}
  small: {model: ai/small}
  unused: {model: ai/unused}
"""
ASKED = [
    "configure --context-size 4096 ai/large:1 -- --a --b=c",
    "configure ai/small",
    "ls --json",
    "pull ai/large:1",
    "status --json",
]


def with_plugins(scenario: Scenario, folder: Path) -> None:
    """A Docker configuration of its own, in which the other plugins still are."""
    plugins = folder / "cli-plugins"
    plugins.mkdir(parents=True)
    usual = scenario.environment.get("DOCKER_CONFIG") or str(Path.home() / ".docker")
    for plugin in Path(usual, "cli-plugins").glob("docker-*"):
        (plugins / plugin.name).symlink_to(plugin)
    scenario.environment["DOCKER_CONFIG"] = str(folder)


def test_both_tools_ask_for_the_same_and_make_the_same(scenario: Scenario, peer: str, tmp_path: Path) -> None:
    with_plugins(scenario, tmp_path)
    plugin = write_model_plugin(tmp_path, has=["ai/small"])
    scenario.write(COMPOSE)
    made, adopted = {}, {}
    for maker, other in ((PEER, COMPOSER), (COMPOSER, PEER)):
        scenario.run(maker, "up", "-d")
        assert sorted(set(model_calls(plugin))) == ASKED
        Path(f"{plugin}.calls").unlink()
        made[maker] = scenario.holdings()
        scenario.run(other, "up", "-d")
        adopted[maker] = scenario.holdings()
        one_off = scenario.run(maker, "run", "--rm", "other", "sh", "-c", "echo $WHICH at $AT").stdout
        assert one_off == f"ai/small at {SERVED_AT}\n"
        scenario.run(maker, "down", "-t", "0")
        Path(f"{plugin}.calls").unlink()
    assert differences(normalised(made[COMPOSER]), normalised(made[PEER])) == []
    assert made[PEER].ids == adopted[PEER].ids
    assert made[COMPOSER].ids == adopted[COMPOSER].ids
    web = made[COMPOSER].containers[scenario.name("web")]
    assert sorted(web["Config"]["Env"]) == [
        "A=b",
        "LARGE_ONE_MODEL=ai/large:1",
        f"LARGE_ONE_URL={SERVED_AT}",
        "SMALL_MODEL=ai/small",
        f"SMALL_URL={SERVED_AT}",
    ]


def test_what_is_told_and_that_a_dry_run_only_asks(scenario: Scenario, peer: str, tmp_path: Path) -> None:
    with_plugins(scenario, tmp_path)
    plugin = write_model_plugin(tmp_path)
    scenario.write(COMPOSE)
    dry = scenario.composer("up", "--dry-run", "other")
    assert "prepare model ai/small for other" in dry.stdout
    assert model_calls(plugin) == ["status --json"]

    told = scenario.composer("up", "-d").stderr
    assert re.findall(r"^ big  .*", told, re.MULTILINE) == [
        " big  Pulling",
        " big  Pulling half of it",
        " big  Pulling Model pulled",
        " big  Pulled",
        " big  Configuring",
        " big  Configured",
    ]
    assert 'model "small" overrides the variable SMALL_URL of service "web"' in told
    again = scenario.composer("plan")
    assert "0 to recreate" in again.stdout or "recreate" not in again.stdout


def test_a_model_that_cannot_be_had(scenario: Scenario, peer: str, tmp_path: Path) -> None:
    with_plugins(scenario, tmp_path)
    scenario.write(COMPOSE)
    told = {tool: scenario.run(tool, "up", "-d", code=1).stderr for tool in (PEER, COMPOSER)}
    assert "requires Docker Model plugin" in told[PEER]
    assert "error: compose.yaml:16:14: `models` needs the docker plugin docker-model" in told[COMPOSER]
    write_model_plugin(tmp_path, failing=["pull"])
    for tool in (PEER, COMPOSER):
        failed = scenario.run(tool, "up", "-d", "other", code=1).stderr
        assert "exit status 3" in failed
    assert "cannot prepare model ai/small: docker model pull failed: exit status 3" in failed
    assert "out of luck" in failed
    assert scenario.holdings().containers == {}
