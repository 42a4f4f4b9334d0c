"""The real example: PostgreSQL, Redis, a migration, two web services, a proxy; brought up, used, taken down."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.support.machine.folders import CHECKOUT
from tests.support.scenario import Scenario, fetch, free_port

pytestmark = [pytest.mark.engine, pytest.mark.timeout(240)]

IMAGE = "composer-examples/debian"
RUNNING = {"api-1", "cache-1", "database-1", "pages-1", "proxy-1"}


@pytest.fixture
def ports() -> dict[str, str]:
    return {name: str(free_port()) for name in ("GUESTBOOK_PORT", "PAGES_PORT", "API_PORT")}


@pytest.fixture
def stack(scenario: Scenario, ports: dict[str, str]) -> Scenario:
    """The example's files, with ports of its own."""
    scenario.engine.inspect_image(IMAGE)
    shutil.copytree(CHECKOUT / "examples" / "stack", scenario.folder, dirs_exist_ok=True)
    scenario.environment |= ports
    return scenario


def test_the_stack_comes_up_and_is_used(stack: Scenario, ports: dict[str, str], subtests: pytest.Subtests) -> None:
    proxy, pages, api = (f"http://127.0.0.1:{port}" for port in ports.values())
    stack.composer("up", "-d", "--wait")

    with subtests.test("every service is ready and the migration has completed"):
        assert stack.states_when_ready() == dict.fromkeys(RUNNING, "ready") | {"migrate-1": "exited 0"}
    with subtests.test("the page comes through the proxy with what the migration wrote"):
        assert "It came up in the right order. <em>Ada</em>" in fetch(f"{proxy}/")
    with subtests.test("the cache counts visits made at the pages' own port"):
        before = json.loads(fetch(f"{proxy}/api/entries"))["visits"]
        fetch(f"{pages}/")
        assert json.loads(fetch(f"{api}/api/entries"))["visits"] == before + 1
    with subtests.test("the database answers a query"):
        assert query(stack, "SELECT author FROM entry ORDER BY id") == "Ada\nGrace\n"
    with subtests.test("ps shows what runs, and with -a the job too"):
        assert set(rows(stack, "ps")) == {name.split("-")[0] for name in RUNNING}
        everything = rows(stack, "ps", "-a")
        assert everything["migrate"] == ("exited", "", 0)
        assert everything["api"] in {("running", "healthy", 0), ("running", "starting", 0)}
    with subtests.test("logs show each service under its name"):
        logs = stack.composer("logs", "--no-color", "migrate", "database").stdout
        assert "INSERT 0 2" in logs
        assert {line.split("|")[0].strip() for line in logs.splitlines()} == {"migrate-1", "database-1"}
    with subtests.test("a second up changes nothing"):
        before = stack.ids()
        stack.composer("up", "-d")
        assert stack.ids() == before


def query(stack: Scenario, sql: str) -> str:
    """Ask the database as the guest book's user, inside its container."""
    command = ["psql", "-h", "127.0.0.1", "-U", "guestbook", "-At", "-c", sql, "guestbook"]
    execution = stack.engine.exec_create(stack.name("database"), command)
    return stack.engine.exec_start(execution).decode()


def rows(stack: Scenario, *command: str) -> dict[str, tuple[str, str, int]]:
    """State, health and exit code by service."""
    found = [json.loads(line) for line in stack.composer(*command, "--format", "json").stdout.splitlines()]
    return {row["Service"]: (row["State"], row["Health"], row["ExitCode"]) for row in found}


def test_down_leaves_nothing(stack: Scenario) -> None:
    stack.composer("up", "-d", "--wait", "database", "cache")
    assert set(stack.states()) == {"cache-1", "database-1"}

    stack.composer("down")
    assert stack.holdings().names == [f"{stack.project}_data", f"{stack.project}_visits"]
    stack.composer("down", "--volumes")
    assert stack.holdings().names == []
