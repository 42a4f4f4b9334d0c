"""Services that a program provides, under both tools: the same calls, the same containers, adopted by the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.compose_cases import differences
from tests.support.holdings import Holdings
from tests.support.normalise import normalised
from tests.support.provider_program import calls_of, write_provider
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

COMPOSE = """
services:
  cloud-db:
    provider:
      type: ./cloud
      options: {size: 10, zone: [a, b], unknown: x, flag: true}
    depends_on: [early]
  early: {image: busybox, command: sleep 1000, init: true}
  web: {image: busybox, command: sleep 1000, init: true, depends_on: [cloud-db], environment: {A: b}}
  far: {image: busybox, command: sleep 1000, init: true, depends_on: [web]}
"""
PARAMETERS = {"parameters": [{"name": "size", "required": True}, {"name": "zone"}, {"name": "flag"}]}


def brought_up(scenario: Scenario, maker: Tool, other: Tool) -> tuple[Holdings, Holdings]:
    scenario.run(maker, "up", "-d")
    made = scenario.holdings()
    scenario.run(other, "up", "-d")
    adopted = scenario.holdings()
    scenario.run(maker, "down", "-t", "0")
    assert scenario.holdings().names == []
    return made, adopted


def test_both_tools_run_the_program_and_give_its_variables_to_those_who_depend_on_it(
    scenario: Scenario, peer: str
) -> None:
    scenario.write(COMPOSE)
    scenario.write("SEEN=in-the-env-file\n", ".env")
    program = write_provider(
        scenario.folder / "cloud",
        up=[("debug", "d"), ("info", "making it\nat length"), ("setenv", "URL=http://db?a=b"), ("setenv", "EMPTY=")],
        down=[("info", "gone")],
        metadata={"description": "a cloud", "up": PARAMETERS, "down": {}},
    )
    by_peer, adopted_by_composer = brought_up(scenario, PEER, COMPOSER)
    by_composer, adopted_by_peer = brought_up(scenario, COMPOSER, PEER)

    assert differences(normalised(by_composer), normalised(by_peer)) == []
    assert by_composer.ids == adopted_by_peer.ids
    assert by_peer.ids == adopted_by_composer.ids
    [web] = (found for name, found in by_composer.containers.items() if "-web-" in name)
    assert set(web["Config"]["Env"]) >= {"A=b", "CLOUD-DB_URL=http://db?a=b", "CLOUD-DB_EMPTY="}

    # Both put the options in any order.
    calls = [" ".join(sorted(call.split())) for call in calls_of(program)]
    name = f"--project-name={scenario.project}"
    asked, up = "compose in-the-env-file metadata", f"--flag=true {name} --size=10 --zone=a --zone=b"
    once = [asked, f"{up} cloud-db compose in-the-env-file up"]
    down = [asked, f"{name} cloud-db compose down in-the-env-file"]
    assert calls == [*once, *once, *down, *once, *once, *down]


def test_a_one_off_and_what_it_brings_along_get_the_variables_too(scenario: Scenario, peer: str) -> None:
    """docker compose asks the program for those that are brought along only (INTENDED.md)."""
    scenario.write("""
        services:
          db: {provider: {type: ./cloud}}
          mid: {image: busybox, command: sleep 1000, init: true, depends_on: [db]}
          job: {image: busybox, command: sh -c 'echo "<$$DB_URL>"', depends_on: [db, mid]}
    """)
    said, asked, made = {}, {}, {}
    for tool in (PEER, COMPOSER):
        program = write_provider(scenario.folder / "cloud", up=[("setenv", "URL=http://db")])
        said[tool.name] = scenario.run(tool, "run", "--rm", "job").stdout
        made[tool.name] = scenario.holdings().containers[scenario.name("mid")]
        asked[tool.name] = calls_of(program)
        scenario.run(tool, "down", "-t", "0")
        Path(f"{program}.calls").unlink()
    assert said == {PEER.name: "<>\n", COMPOSER.name: "<http://db>\n"}
    assert asked[COMPOSER.name] == asked[PEER.name]
    assert [mid["Config"]["Env"] for mid in made.values()] == [["DB_URL=http://db"]] * 2
    hashes = {mid["Config"]["Labels"]["com.docker.compose.config-hash"] for mid in made.values()}
    assert len(hashes) == 1


def test_what_is_told_while_it_runs_and_in_a_dry_run(scenario: Scenario, peer: str) -> None:
    scenario.write(COMPOSE)
    program = write_provider(scenario.folder / "cloud", up=[("info", "making it"), ("rawsetenv", "A=raw")])
    dry = scenario.composer("up", "--dry-run")
    assert "run provider ./cloud up for cloud-db" in dry.stdout
    assert 'what provider "cloud-db" tells web is known only when it has run' in dry.stderr
    assert calls_of(program) == []

    told = scenario.composer("up", "-d").stderr
    assert re.findall(r"^ cloud-db  .*", told, re.MULTILINE) == [
        " cloud-db  Creating",
        " cloud-db  making it",
        " cloud-db  Created",
    ]
    assert 'provider "cloud-db" overrides the variable A of service "web"' in told
    assert "A=raw" in scenario.holdings().containers[scenario.name("web")]["Config"]["Env"]

    write_provider(program, up=[("setenv", "X=1")], complaint="quota exceeded\n", code=3)
    failed = scenario.composer("up", "-d", code=1).stderr
    assert "provider ./cloud failed to create cloud-db: exit status 3" in failed
    assert "quota exceeded" in failed
