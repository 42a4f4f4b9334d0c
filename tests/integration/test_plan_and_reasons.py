"""What `composer plan` says of containers on a real engine, whoever made them, and that its labels disturb nobody."""

from __future__ import annotations

import json

import pytest

from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

SHOP = """
    services:
      web:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
        init: true
        environment:
          LOG: ${LOG:-info}
          API_TOKEN: ${TOKEN:-word-1}
        user: "0"
        ports: ["127.0.0.1::80"]
        mem_limit: 64m
        healthcheck: {test: "true", interval: 60s}
        networks: [front]
        volumes: ["data:/data", "./:/src:ro"]
        labels: {team: a}
      other:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
        networks: [front]
        configs: [page]
        secrets: [key]
    networks:
      front: {}
    volumes:
      data: {}
    configs:
      page: {content: "page ${PAGE:-1}"}
    secrets:
      key: {file: ./key}
"""


@pytest.fixture
def shop(scenario: Scenario) -> Scenario:
    scenario.write("word-2", "key")
    scenario.write(SHOP)
    return scenario


def steps(shop: Scenario, *arguments: str) -> dict[str, dict[str, object]]:
    told = json.loads(shop.composer("plan", "--json", *arguments, code=None).stdout)
    return {step["id"]: step for step in told["steps"]}


def changes(step: dict[str, object]) -> dict[str, tuple[str | None, str | None]]:
    told = step["changes"]
    assert isinstance(told, list)
    return {change["path"]: (change["before"], change["after"]) for change in told}


@pytest.mark.parametrize("maker", [PEER, COMPOSER], ids=lambda tool: tool.name)
def test_changed_keys_are_named_whoever_made_the_container(shop: Scenario, peer: str, maker: Tool) -> None:
    shop.run(maker, "up", "-d")
    assert shop.composer("plan", "--exit-code").code == 0
    before = shop.ids()
    shop.environment.update(LOG="debug", TOKEN="word-3")
    shop.write(
        SHOP.replace("sleep 1000", "sleep 2000", 1)
        .replace('user: "0"', 'user: "0:0"')
        .replace("64m", "96m")
        .replace("interval: 60s", "interval: 30s")
        .replace("/src:ro", "/src")
        .replace("team: a", "team: b")
        .replace("networks: [front]", "networks: [front, back]", 1)
        .replace("front: {}", "front: {internal: true}\n      back: {}")
    )
    found = steps(shop, "--exit-code")
    assert changes(found["network:front"]) == {"internal": ("false", "true")}
    create = found["create:web-1"]
    assert create["detail"] == ("made by docker compose" if maker is PEER else "")
    assert changes(create) == {
        "command": ("sleep 1000", "sleep 2000"),
        "environment.API_TOKEN": (None, None),
        "environment.LOG": ("info", "debug"),
        "healthcheck.interval": ("1m0s", "30s"),
        "labels.team": ("a", "b"),
        "mem_limit": ("64m", "96m"),
        "networks.back": (None, ""),
        "user": ("0", "0:0"),
        "volumes": (f"{shop.folder}:/src:ro", f"{shop.folder}:/src"),
    }
    assert shop.composer("plan", "--exit-code", code=2).stdout.count("compose.yaml:") >= 9
    assert shop.ids() == before


def test_a_changed_content_recreates_only_what_composer_made(shop: Scenario, peer: str) -> None:
    shop.peer("up", "-d")
    shop.environment["PAGE"] = "2"
    shop.write("word-4", "key")
    assert shop.composer("plan", "--exit-code").code == 0
    shop.composer("up", "-d", "--force-recreate", "-t", "0")
    made = shop.ids()

    shop.peer("up", "-d")
    shop.composer("up", "-d")
    assert shop.ids() == made, "nobody recreates what has not changed"

    shop.environment["PAGE"] = "3"
    found = steps(shop)
    assert {name: step["cause"] for name, step in found.items() if name.startswith("create")} == {
        "create:other-1": "content-changed"
    }
    assert changes(found["create:other-1"]) == {"configs.page": (None, None)}
    told = shop.composer("--progress", "plain", "up", "-d", "-t", "0")
    assert "Recreate  a content changed: configs.page (changed)" in told.stderr
    after = shop.ids()
    assert (after["web-1"], after["other-1"] != made["other-1"]) == (made["web-1"], True)
    shop.write("word-5", "key")
    shop.peer("up", "-d")
    assert shop.ids() == after, "docker compose does not look at the content"
    assert changes(steps(shop)["create:other-1"]) == {"secrets.key": (None, None)}
    holdings = shop.holdings()
    kept = [one["Labels"] for one in (*holdings.networks.values(), *holdings.volumes.values())]
    kept += [one["Config"]["Labels"] for one in holdings.containers.values()]
    assert "word-" not in repr((kept, found, told))


def test_a_project_of_docker_compose_is_changed_explained_and_handed_back(scenario: Scenario, peer: str) -> None:
    text = """
        services:
          web: {image: busybox, command: sleep 1000, init: true, environment: {LOG: info, API_TOKEN: word-1}}
          db: {image: busybox, command: sleep 1000, init: true}
    """
    scenario.write(text)
    scenario.peer("up", "-d")
    made = scenario.ids()
    scenario.write(text.replace("info", "debug").replace("word-1", "word-2"))
    expected = {"environment.LOG": ("info", "debug"), "environment.API_TOKEN": (None, None)}
    found = steps(scenario)
    assert changes(found["create:web-1"]) == expected
    scenario.composer("up", "-d", "-t", "0")
    after = scenario.ids()
    assert (after["db-1"], after["web-1"] != made["web-1"]) == (made["db-1"], True)

    [run] = json.loads(scenario.composer("why", "--format", "json").stdout)["runs"]
    [entry] = run["entries"]
    assert (run["verb"], run["ok"]) == ("up", True)
    assert (entry["name"], entry["did"], entry["cause"]) == (
        f"{scenario.project}-web-1",
        "recreated",
        "config-changed",
    )
    assert {change["path"]: (change["before"], change["after"]) for change in entry["changes"]} == expected
    assert entry["now"]["state"] == "running"
    told = scenario.composer("why", "web", "db").stdout
    assert "environment.LOG info → debug" in told
    assert f"{scenario.project}-db-1  nothing on record: made by docker compose" in told
    assert "word-" not in told

    scenario.peer("up", "-d")
    assert scenario.ids() == after
