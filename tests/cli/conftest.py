"""`cli`: the command line in an empty folder named `shop`, on an engine in memory that has busybox."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.engine.fake import FakeEngine

pytest.register_assert_rewrite("tests.support.command_line")

from tests.support.command_line import CommandLine  # noqa: E402 - after the line above, so that failures show both texts


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


@pytest.fixture
def cli(tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandLine]:
    folder = tmp_path / "shop"
    folder.mkdir()
    before = set(threading.enumerate())
    yield CommandLine(folder, engine, monkeypatch)
    left = set(threading.enumerate()) - before
    for thread in left:
        with contextlib.suppress(RuntimeError):  # one that is being started just now
            thread.join(5)
    assert [thread.name for thread in left if thread.is_alive()] == [], "threads that a command left behind"
