"""However files are edited: in the end the container holds what the folder holds."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.watch.test_watcher import Desk

NAMES = st.sampled_from(["a", "b", "deep", "deep/a", "deep/b", "deep/er/c", "other/a"])
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), NAMES, st.sampled_from(["", "1", "22"])),
        st.tuples(st.just("remove"), NAMES, st.just("")),
        st.tuples(st.just("move"), NAMES, NAMES),
        st.tuples(st.just("folder"), NAMES, st.just("")),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=4), st.sets(st.integers(0, 3)))
def test_any_edits_arrive(batches: list[list[tuple[str, str, str]]], failing: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.watcher.begin(built=True)
        for number, batch in enumerate(batches):
            told = {path for edit in batch for path in edited(desk, *edit)}
            desk.there.fails = "no room" if number in failing else ""
            desk.watcher.on_paths(told)
        desk.there.fails = ""
        desk.watcher.on_paths([desk.write("last", "!")])
        assert desk.there.files() == here(desk.here)


def edited(desk: Desk, kind: str, name: str, more: str) -> list[str]:
    """Does it, as far as it can be done; the paths that the system would tell of."""
    path = desk.here / name
    with contextlib.suppress(OSError):
        if kind == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(more)
        elif kind == "folder":
            path.mkdir(parents=True)
        elif kind == "remove":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            target = desk.here / more
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            return [str(path), str(target), *parents(desk.here, target)]
    return [str(path), *parents(desk.here, path)]


def parents(base: Path, path: Path) -> list[str]:
    return [str(folder) for folder in path.parents if folder != base and base in folder.parents]


def here(base: Path) -> dict[str, str]:
    return {str(path.relative_to(base)): path.read_text() for path in sorted(base.rglob("*")) if path.is_file()}
