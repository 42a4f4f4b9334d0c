"""Where records are kept, how many, and that only whole files are ever seen."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from composer.cli import journal
from composer.cli.journal import keep, recorded_runs
from composer.events.record import Entry, Run
from composer.plan.change import Change
from composer.state import project_file, state_folder

RUN = Run(
    verb="up",
    project="shop",
    began=1000.0,
    working_dir="/srv/shop",
    entries=(
        Entry(kind="container", name="shop-web-1", service="web", did="created", changes=(Change("a", "b", "c"),)),
    ),
)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def test_what_is_kept_reads_back(home: dict[str, str], tmp_path: Path) -> None:
    assert keep(RUN, home) == ""
    assert keep(replace(RUN, verb="down", began=1001.0), home) == ""
    assert recorded_runs("shop", home) == (replace(RUN, verb="down", began=1001.0), RUN)
    [file] = (tmp_path / ".local/state/composer").iterdir()
    assert str(file) == project_file(state_folder(home), "shop", "/srv/shop")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["version"] == 1


def test_a_further_part_of_a_run(home: dict[str, str]) -> None:
    keep(RUN, home, continues=True)
    keep(replace(RUN, began=1003.0, seconds=1.0, entries=()), home, continues=True)
    assert recorded_runs("shop", home) == (replace(RUN, seconds=4.0),)


def test_it_stays_small(home: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        keep(replace(RUN, began=float(number)), home)
    assert [run.began for run in recorded_runs("shop", home)] == [float(29 - index) for index in range(20)]
    monkeypatch.setattr(journal, "BYTES", 800)
    keep(replace(RUN, began=30.0), home)
    kept = recorded_runs("shop", home)
    assert 1 <= len(kept) < 5
    assert kept[0].began == 30.0
    monkeypatch.setattr(journal, "BYTES", 1)
    keep(replace(RUN, began=31.0), home)
    assert [run.began for run in recorded_runs("shop", home)] == [31.0]


def test_two_folders_of_one_project_name(home: dict[str, str]) -> None:
    keep(RUN, home)
    keep(replace(RUN, working_dir="/other", began=2000.0), home)
    keep(replace(RUN, project="shop-2", began=3000.0), home)
    assert [run.began for run in recorded_runs("shop", home)] == [2000.0]
    assert [run.began for run in recorded_runs("shop", home, cwd="/srv/shop/below")] == [1000.0]
    assert [run.began for run in recorded_runs("shop", home, cwd="/srv/shopping")] == [2000.0]
    assert recorded_runs("nobody", home) == ()
    assert recorded_runs("shop", {}) == ()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2, "runs": [1]}', '{"version": 1, "runs": [1, {}]}'])
def test_a_file_that_is_no_journal_is_written_anew(home: dict[str, str], text: str) -> None:
    file = Path(project_file(state_folder(home), "shop", "/srv/shop"))
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert recorded_runs("shop", home) == ()
    assert keep(RUN, home) == ""
    assert recorded_runs("shop", home) == (RUN,)


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert keep(RUN, {"XDG_STATE_HOME": str(tmp_path / "taken")}) == f"{tmp_path}/taken/composer: Not a directory"
    assert keep(RUN, {}) == "there is no home directory"


def test_no_name_leads_out_of_the_folder(home: dict[str, str], tmp_path: Path) -> None:
    strange = replace(RUN, project="../../x")
    assert keep(strange, home) == ""
    assert [file.parent for file in tmp_path.rglob("*.json")] == [tmp_path / ".local/state/composer"]
    assert recorded_runs("../../x", home) == (strange,)
