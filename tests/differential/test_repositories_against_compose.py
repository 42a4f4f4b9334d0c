"""Compose files in git repositories, under both tools: the same project, the same containers, adopted by the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.compose_cases import differences
from tests.support.normalise import normalised
from tests.support.repositories import HOST, leading_to, make_repository
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

FILES = {
    "compose.yaml": """
services:
  web: {image: busybox, command: "sleep ${SECONDS_:-1000}", init: true, volumes: [./data:/data], env_file: [e.env]}
""",
    "data/f": "from the repository\n",
    "e.env": "A=b\n",
    "deploy/docker-compose.yaml": """
services:
  job: {image: busybox, command: "sleep ${SECONDS_:-1000}", init: true, volumes: [./own:/own]}
""",
    "deploy/.env": "SECONDS_=1001\n",
}
ADDRESS = f"{HOST}app.git"


def with_repository(scenario: Scenario, folder: Path) -> None:
    make_repository(folder / "served", "app", FILES)
    scenario.environment |= {**leading_to(folder / "served"), "XDG_CACHE_HOME": str(folder / "cache")}


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        (f"include: ['{ADDRESS}', {{path: '{ADDRESS}#v1:deploy'}}]\nservices: {{own: {{image: busybox}}}}\n", ()),
        (f"services: {{mine: {{extends: {{file: '{ADDRESS}#main', service: web}}}}}}\n", ()),
        ("services: {own: {image: busybox, volumes: [./mine:/m]}}\n", ("-f", ADDRESS)),
        ("services: {own: {image: busybox}}\n", ("-f", f"{ADDRESS}#v1:deploy/docker-compose.yaml")),
        ("services: {own: {image: busybox, volumes: [./mine:/m]}}\n", ("-f", ADDRESS, "-f", "compose.yaml")),
        ("services: {own: {image: busybox, volumes: [./mine:/m]}}\n", ("-f", "compose.yaml", "-f", ADDRESS)),
    ],
)
def test_both_read_the_same(scenario: Scenario, peer: str, tmp_path: Path, text: str, flags: tuple[str, ...]) -> None:
    with_repository(scenario, tmp_path)
    scenario.write(text)
    expected = scenario.run(PEER, *flags, "config").stdout
    assert scenario.composer(*flags, "config").stdout == expected
    assert "services:" in expected


def test_a_project_from_a_repository_is_taken_over(scenario: Scenario, peer: str, tmp_path: Path) -> None:
    with_repository(scenario, tmp_path)
    made, adopted = {}, {}
    for maker, other in ((PEER, COMPOSER), (COMPOSER, PEER)):
        scenario.run(maker, "-f", ADDRESS, "up", "-d", "-y")
        made[maker] = scenario.holdings()
        scenario.run(other, "-f", ADDRESS, "up", "-d", "-y")
        adopted[maker] = scenario.holdings()
        told = scenario.run(maker, "-f", ADDRESS, "exec", "-T", "web", "cat", "/data/f").stdout
        assert told == "from the repository\n"
        scenario.run(other, "-f", ADDRESS, "down", "-t", "0")
        assert scenario.holdings().names == []
    assert differences(normalised(made[COMPOSER]), normalised(made[PEER])) == []
    assert made[PEER].ids == adopted[PEER].ids
    assert made[COMPOSER].ids == adopted[COMPOSER].ids


@pytest.mark.parametrize("address", [f"{ADDRESS}#nope", f"{HOST}none.git", f"{ADDRESS}#main:data"])
def test_what_cannot_be_had(scenario: Scenario, peer: str, tmp_path: Path, address: str) -> None:
    with_repository(scenario, tmp_path)
    assert scenario.run(PEER, "-f", address, "config", code=1).stdout == ""
    ours = scenario.composer("-f", address, "config", code=1)
    assert ours.stdout == ""
    assert "CMP-1044" in ours.stderr
