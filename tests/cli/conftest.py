"""`cli`: the command line in an empty folder named `shop`, on an engine in memory that has busybox."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.engine.fake import FakeEngine

pytest.register_assert_rewrite("tests.support.command_line")

from tests.support.command_line import CommandLine  # noqa: E402 - after the line above, so that failures show both texts


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


@pytest.fixture
def cli(tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    folder = tmp_path / "shop"
    folder.mkdir()
    return CommandLine(folder, engine, monkeypatch)
