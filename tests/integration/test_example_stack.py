"""The real example: PostgreSQL, Redis, a migration, two web services, a proxy; brought up, used, taken down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import pytest

from tests.conftest import unique_project
from tests.support.machine.folders import CHECKOUT
from tests.support.scenario import Scenario, fetch, free_port

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

IMAGE = "composer-examples/debian"
RUNNING = {"api-1", "cache-1", "database-1", "pages-1", "proxy-1"}


@pytest.fixture(scope="module")
def ports() -> dict[str, str]:
    return {name: str(free_port()) for name in ("GUESTBOOK_PORT", "PAGES_PORT", "API_PORT")}


@pytest.fixture(scope="module")
def stack(
    engine: docker.APIClient, tmp_path_factory: pytest.TempPathFactory, ports: dict[str, str]
) -> Iterator[Scenario]:
    """The stack, up and healthy, for every test of this module."""
    engine.inspect_image(IMAGE)
    made = Scenario(tmp_path_factory.mktemp("stack"), unique_project(), engine)
    _copy(made.folder, made, ports)
    try:
        made.composer("up", "-d", "--wait")
        yield made
    finally:
        made.sweep()


def _copy(folder: Path, scenario: Scenario, ports: dict[str, str]) -> None:
    shutil.copytree(CHECKOUT / "examples" / "stack", folder, dirs_exist_ok=True)
    scenario.environment |= ports


def test_every_service_is_healthy_and_the_migration_has_completed(stack: Scenario) -> None:
    assert stack.states_when_ready() == dict.fromkeys(RUNNING, "ready") | {"migrate-1": "exited 0"}


def test_the_page_comes_through_the_proxy_with_what_the_migration_wrote(stack: Scenario, ports: dict[str, str]) -> None:
    page = fetch(f"http://127.0.0.1:{ports['GUESTBOOK_PORT']}/")
    assert "It came up in the right order. <em>Ada</em>" in page
    assert "Visit number " in page


def test_the_cache_counts_visits_made_at_the_pages_own_port(stack: Scenario, ports: dict[str, str]) -> None:
    through_proxy = f"http://127.0.0.1:{ports['GUESTBOOK_PORT']}/api/entries"
    before = json.loads(fetch(through_proxy))["visits"]
    fetch(f"http://127.0.0.1:{ports['PAGES_PORT']}/")
    assert json.loads(fetch(f"http://127.0.0.1:{ports['API_PORT']}/api/entries"))["visits"] == before + 1


def test_the_database_answers_a_query(stack: Scenario) -> None:
    query = ["sh", "-c", "psql -h 127.0.0.1 -U guestbook -At -c 'SELECT author FROM entry ORDER BY id' guestbook"]
    execution = stack.engine.exec_create(stack.name("database"), query)
    assert stack.engine.exec_start(execution).decode() == "Ada\nGrace\n"


def test_ps_shows_what_runs_and_all_shows_the_job_too(stack: Scenario) -> None:
    running = [json.loads(line) for line in stack.composer("ps", "--format", "json").stdout.splitlines()]
    assert {row["Name"].removeprefix(f"{stack.project}-") for row in running} == RUNNING
    everything = [json.loads(line) for line in stack.composer("ps", "-a", "--format", "json").stdout.splitlines()]
    rows = {row["Service"]: (row["State"], row["Health"], row["ExitCode"]) for row in everything}
    assert rows["migrate"] == ("exited", "", 0)
    assert rows["api"] in {("running", "healthy", 0), ("running", "starting", 0)}


def test_logs_show_each_service_under_its_name(stack: Scenario) -> None:
    logs = stack.composer("logs", "--no-color", "migrate", "database").stdout
    assert "INSERT 0 2" in logs
    assert {line.split("|")[0].strip() for line in logs.splitlines()} == {"migrate-1", "database-1"}


def test_a_second_up_changes_nothing(stack: Scenario) -> None:
    before = stack.ids()
    stack.composer("up", "-d")
    assert stack.ids() == before


def test_down_leaves_nothing(scenario: Scenario) -> None:
    ports = {name: str(free_port()) for name in ("GUESTBOOK_PORT", "PAGES_PORT", "API_PORT")}
    _copy(scenario.folder, scenario, ports)
    scenario.composer("up", "-d", "--wait", "database", "cache")
    assert set(scenario.states()) == {"cache-1", "database-1"}

    scenario.composer("down")
    assert scenario.holdings().names == [f"{scenario.project}_data", f"{scenario.project}_visits"]
    scenario.composer("down", "--volumes")
    assert scenario.holdings().names == []
