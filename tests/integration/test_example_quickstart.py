"""The quickstart does what its own comments promise."""

from __future__ import annotations

import shutil

import pytest

from tests.support.machine.folders import CHECKOUT
from tests.support.scenario import Scenario, fetch, free_port

pytestmark = pytest.mark.engine


def test_the_quickstart_serves_the_page_its_job_wrote(scenario: Scenario) -> None:
    port = free_port()
    scenario.environment |= {"QUICKSTART_PORT": str(port), "GREETING": "the tests"}
    shutil.copytree(CHECKOUT / "examples" / "quickstart", scenario.folder, dirs_exist_ok=True)

    scenario.composer("up", "-d", "--wait")

    assert scenario.states_when_ready() == {"web-1": "ready", "write-1": "exited 0"}
    assert list(scenario.holdings().networks) == [f"{scenario.project}_default"]
    assert list(scenario.holdings().volumes) == [f"{scenario.project}_page"]
    assert fetch(f"http://127.0.0.1:{port}/") == "<h1>Hello from the tests</h1>\n"
    scenario.composer("down", "--volumes")
    assert scenario.holdings().names == []
