"""`config` of every case under both tools: the same resolved project, as parsed values."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.scenario import Scenario

pytestmark = [pytest.mark.engine, pytest.mark.peer]

CASES = sorted(folder.name for folder in (Path(__file__).parent / "cases").iterdir() if folder.is_dir())


@pytest.mark.parametrize("case", CASES)
def test_both_resolve_the_same_project(scenario: Scenario, peer: str, case: str) -> None:
    shutil.copytree(Path(__file__).parent / "cases" / case, scenario.folder / "project")
    scenario.folder /= "project"
    scenario.environment["FROM_HOST"] = "host"
    ours: dict[str, Any] = json.loads(scenario.composer("config", "--format", "json").stdout)
    theirs = json.loads(scenario.peer("config", "--format", "json").stdout)
    assert ours == theirs
