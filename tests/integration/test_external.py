"""External networks and volumes are used as they are: they must exist, and `down` leaves them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine

FILE = """
    services:
      web:
        image: busybox
        command: sleep 1000
        stop_signal: SIGKILL
        networks: [shared]
        volumes: ["kept:/data"]
    networks:
      shared: {external: true, name: "${COMPOSE_PROJECT_NAME}-shared"}
    volumes:
      kept: {external: true, name: "${COMPOSE_PROJECT_NAME}-kept"}
"""


@pytest.fixture
def outside(scenario: Scenario) -> Iterator[Scenario]:
    """A network and a volume somebody else made."""
    scenario.write(FILE)
    scenario.engine.create_network(f"{scenario.project}-shared")
    scenario.engine.create_volume(f"{scenario.project}-kept")
    yield scenario
    scenario.sweep()
    scenario.engine.remove_network(f"{scenario.project}-shared")
    scenario.engine.remove_volume(f"{scenario.project}-kept")


def test_they_are_used_and_left(outside: Scenario) -> None:
    outside.composer("up", "-d")
    web = outside.holdings().containers[outside.name("web")]
    assert list(web["NetworkSettings"]["Networks"]) == [f"{outside.project}-shared"]
    assert [mount["Name"] for mount in web["Mounts"]] == [f"{outside.project}-kept"]

    outside.composer("down", "--volumes")

    assert outside.holdings().names == []
    assert outside.engine.networks(names=[f"{outside.project}-shared"])
    assert outside.engine.inspect_volume(f"{outside.project}-kept")


def test_a_missing_one_is_named_and_nothing_is_made(scenario: Scenario) -> None:
    scenario.write(FILE)
    told = scenario.composer("up", "-d", code=1).stderr
    assert f"{scenario.project}-shared" in told or f"{scenario.project}-kept" in told
    assert scenario.holdings().names == []
