"""The walk through a context: order, choice, kinds of files."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from composer.build.tree import Choice, walk
from composer.errors import ComposerError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a.txt", "a/b/c.log", "a/b/keep.log", "a/z", "b/only.log", "empty/.keep", "ä/ö"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path


def paths(root: Path, **choice: tuple[str, ...]) -> list[str]:
    return [entry.path for entry in walk(str(root), Choice(**choice))]


def test_everything_folder_by_folder_each_level_by_name(root: Path) -> None:
    assert paths(root) == [
        "a", "a/b", "a/b/c.log", "a/b/keep.log", "a/z", "a.txt", "b", "b/only.log", "empty", "empty/.keep", "ä", "ä/ö",
    ]  # fmt: skip


def test_without_what_is_excluded_a_folder_stays_unless_it_is_itself(root: Path) -> None:
    assert paths(root, exclude=("**/*.log", "ä")) == ["a", "a/b", "a/z", "a.txt", "b", "empty", "empty/.keep"]


def test_exceptions_bring_the_folders_above_them(root: Path) -> None:
    assert paths(root, exclude=("*", "!a/b/keep.log")) == ["a", "a/b", "a/b/keep.log"]
    assert paths(root, exclude=("*", "!**/keep.log")) == ["a", "a/b", "a/b/keep.log"]
    assert paths(root, exclude=("**", "!b")) == ["b", "b/only.log"]


def test_only_what_is_asked_for(root: Path) -> None:
    assert paths(root, follow=("a/b",)) == ["a", "a/b", "a/b/c.log", "a/b/keep.log"]
    assert paths(root, include=("**/*.log",), exclude=("b",)) == ["a", "a/b", "a/b/c.log", "a/b/keep.log"]
    assert paths(root, follow=("nothing",)) == []
    assert paths(root, follow=(".",), exclude=("a", "b", "ä")) == ["a.txt", "empty", "empty/.keep"]


def test_links_are_sent_as_links_with_what_they_lead_to_when_they_are_asked_for(root: Path) -> None:
    (root / "link").symlink_to("a/z")
    found = {entry.path: entry for entry in walk(str(root), Choice(follow=("link",)))}
    assert list(found) == ["a", "a/z", "link"]
    assert (found["link"].link, stat.S_ISLNK(found["link"].mode)) == ("a/z", True)


def test_hard_links_are_told_once_and_never_point_to_what_is_not_sent(root: Path) -> None:
    os.link(root / "a/z", root / "hard")
    told = {entry.path: (entry.link, entry.size, entry.has_content) for entry in walk(str(root))}
    assert (told["a/z"], told["hard"]) == (("", 3, True), ("a/z", 0, False))
    alone = {entry.path: (entry.link, entry.size) for entry in walk(str(root), Choice(exclude=("a",)))}
    assert alone["hard"] == ("", 3)


def test_kinds_modes_times_and_attributes(root: Path) -> None:
    script = root / "run"
    script.write_text("#!")
    script.chmod(0o4751)
    os.utime(script, ns=(0, 1_234_567_890_123_456_789))
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
        try:
            os.setxattr(script, "user.note", b"\x00\xff")
            attributes = {"user.note": b"\x00\xff"}
        except OSError:  # not on every file system
            attributes = {}
        found = {entry.path: entry for entry in walk(str(root))}
    assert "socket" not in found
    assert stat.S_ISFIFO(found["pipe"].mode)
    assert (found["run"].mode, found["run"].modified) == (stat.S_IFREG | 0o4751, 1_234_567_890_123_456_789)
    assert dict(found["run"].attributes) == attributes


def test_what_cannot_be_read_is_named(root: Path) -> None:
    with pytest.raises(ComposerError, match=r"cannot read .*/nowhere/: No such file") as caught:
        list(walk(str(root / "nowhere")))
    assert ".dockerignore" in caught.value.hint
