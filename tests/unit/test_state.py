"""Small files that outlive a command: where they are, and that they are replaced whole."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from composer.state import project_file, replace_file, state_folder
from composer.watch.memory import memory_file


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/u"}, "/state/composer"),
        ({"XDG_STATE_HOME": "state", "HOME": "/home/u"}, "/home/u/.local/state/composer"),
        ({}, ""),
    ],
)
def test_the_folder(environment: dict[str, str], folder: str) -> None:
    assert state_folder(environment) == folder


def test_a_project_leads_into_no_other_folder_and_has_a_file_for_each_of_its_own() -> None:
    assert Path(project_file("/state", "../../x", "/srv")).parent == Path("/state")
    assert project_file("/state", "shop", "/a") != project_file("/state", "shop", "/b")
    assert Path(memory_file({"HOME": "/home/u"}, project="../x", folder="/srv")).parent.name == "watch"


def test_a_file_is_replaced_whole_and_is_the_users_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "a.json"
    for text in ("a long one", "short \udcff"):
        replace_file(str(file), text)
        assert file.read_bytes() == text.encode(errors="surrogateescape")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["a.json"]
    file.unlink()
    file.mkdir()
    with pytest.raises(OSError, match=r"a\.json"):
        replace_file(str(file), "text")
    assert [path.name for path in file.parent.iterdir()] == ["a.json"]
