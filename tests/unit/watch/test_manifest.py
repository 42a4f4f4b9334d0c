"""Two looks at a folder, and what differs between them."""

from __future__ import annotations

import os
from pathlib import Path

from composer.build.patterns import Patterns
from composer.watch.manifest import Difference, Stamp, difference, look, topmost
from composer.watch.rules import Rule


def rule(path: Path, *, ignore: tuple[str, ...] = (), include: tuple[str, ...] = ()) -> Rule:
    return Rule(
        service="web",
        number=0,
        action="sync",
        path=str(path),
        target="/app",
        include=Patterns(include) if include else None,
        ignored=((str(path), Patterns(ignore)),) if ignore else (),
    )


def test_a_look_sees_files_folders_and_links(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.txt").write_text("abc")
    (tmp_path / "link").symlink_to("deep/a.txt")
    os.mkfifo(tmp_path / "pipe")
    seen = look(rule(tmp_path))
    assert {path: (stamp.kind, stamp.size, stamp.text) for path, stamp in seen.items()} == {
        ".": ("d", 0, ""),
        "deep": ("d", 0, ""),
        "deep/a.txt": ("f", 3, ""),
        "link": ("l", 0, "deep/a.txt"),
    }
    assert seen["deep/a.txt"].modified == (tmp_path / "deep/a.txt").stat().st_mtime_ns
    assert list(look(rule(tmp_path), "deep/a.txt")) == ["deep/a.txt"]
    assert look(rule(tmp_path), "gone") == {}
    assert list(look(rule(tmp_path / "deep/a.txt"))) == ["."]


def test_a_look_passes_over_what_does_not_count(tmp_path: Path) -> None:
    for name in ("a.py", "a.txt", "out/b.py", "lib/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert sorted(look(rule(tmp_path, ignore=("out",)))) == [".", "a.py", "a.txt", "lib", "lib/c.py"]
    assert sorted(look(rule(tmp_path, include=("**/*.py",)))) == ["a.py", "lib/c.py", "out/b.py"]


def test_what_differs() -> None:
    before = {".": folder(), "a": file(1), "b": file(1), "d": folder(), "d/x": file(1), "d/y": file(1)}
    now = {".": folder(), "a": file(2), "b": file(1), "new": file(1)}
    assert difference(before, now) == Difference(("a", "new"), ("d",))
    assert difference(before, now, touched=("b", "nowhere")) == Difference(("a", "b", "new"), ("d",))
    assert not difference(now, now)


def test_a_folder_in_the_place_of_a_file() -> None:
    before, now = {"a": file(1), "b": folder(), "b/x": file(1)}, {"a": folder(), "a/x": file(1), "b": file(1)}
    assert difference(before, now) == Difference(("a", "a/x", "b"), ("a", "b"))


def test_the_rules_own_folder_is_never_taken_away() -> None:
    assert difference({".": folder(), "a": file(1), "d": folder(), "d/x": file(1)}, {}) == Difference((), ("a", "d"))


def test_topmost() -> None:
    assert topmost(["a/b", "a", "ab", "a/b/c", "c/d"]) == ("a", "ab", "c/d")


def file(modified: int) -> Stamp:
    return Stamp("f", 0o644, 1, modified)


def folder() -> Stamp:
    return Stamp("d", 0o755)
