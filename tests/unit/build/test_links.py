"""What must travel so that a path can be followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.build.links import needed_paths


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / "dir/sub").mkdir(parents=True)
    (tmp_path / "dir/sub/file").write_text("x")
    for link, target in {
        "to-dir": "dir",
        "to-file": "to-dir/sub/file",
        "absolute": "/dir/sub",
        "outside": "../../../etc",
        "circle-a": "circle-b",
        "circle-b": "circle-a",
        "dir/up": "../to-file",
    }.items():
        (tmp_path / link).symlink_to(target)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (["dir"], ("dir",)),
        (["nothing/here"], ("nothing/here",)),
        (["to-dir/sub"], ("dir/sub", "to-dir")),
        (["to-file"], ("dir/sub/file", "to-dir", "to-file")),
        (["absolute/file"], ("absolute", "dir/sub/file")),
        (["outside"], ("etc", "outside")),
        (["circle-a"], ("circle-a", "circle-b")),
        (["dir/up"], ("dir/sub/file", "dir/up", "to-dir", "to-file")),
        (["to-*"], ("dir", "to-*", "to-dir")),
        (["di*"], ("di*",)),
        (["dir", "dir/sub"], ("dir",)),
        (["/dir/../dir/"], ("dir",)),
        (["."], ()),
        (["dir", "/"], ()),
    ],
)
def test_paths(root: str, asked: list[str], needed: tuple[str, ...]) -> None:
    assert needed_paths(root, asked) == needed
