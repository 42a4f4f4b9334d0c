"""`watch` under docker compose and under composer: the same edits leave the same files in the container."""

from __future__ import annotations

import io
import os
import signal
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.scenario import Scenario, read_until
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = [pytest.mark.engine, pytest.mark.peer]

FILE = """
    services:
      web:
        image: busybox
        init: true
        command: sleep 1000
        stop_grace_period: 0s
        develop:
          watch:
            - {action: sync, path: ./src, target: /app, ignore: ["*.log", kept/]}
"""
Files = dict[str, tuple[int, int, int, bytes]]  # name → mode, owner, group, text


@contextmanager
def watching(scenario: Scenario, tool: Tool) -> Iterator[None]:
    process = tool.start(("watch",), cwd=scenario.folder, environment=scenario.environment)
    try:
        read_until(process, "Watch enabled")
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def await_inside(scenario: Scenario, condition: str) -> None:
    """Until a shell's test holds in the container."""
    script = f"for i in $(seq 300); do if {condition}; then exit 0; fi; sleep 0.1; done; find /app; exit 1"
    engine = scenario.engine
    run = engine.exec_create(scenario.ids()["web-1"], ["sh", "-c", script])["Id"]
    found = engine.exec_start(run).decode()
    assert engine.exec_inspect(run)["ExitCode"] == 0, f"never so: {condition}\n{found}"


def files(scenario: Scenario) -> Files:
    stream, _ = scenario.engine.get_archive(scenario.ids()["web-1"], "/app")
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
        return {
            member.name.partition("/")[2]: (member.mode, member.uid, member.gid, content.read())
            for member in tar
            if member.isreg() and (content := tar.extractfile(member)) is not None
        }


def begin(source: Path) -> None:
    for name in ("changed", "removed", "renamed", "folder/a", "folder/b", "kept/x"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)


def edit(source: Path) -> None:
    for name in ("changed", "removed", "renamed", "folder/a", "folder/b", "kept/x", "noise.log", "new", "deep/er/file"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(f"{name}, edited")
    (source / "new").chmod(0o751)
    if os.geteuid() == 0:
        os.chown(source / "new", 1234, 4321)
    (source / "draft~").write_text("saved by another name")
    (source / "draft~").replace(source / "changed")
    (source / "last").write_text("last")


def tidy(source: Path) -> None:
    (source / "removed").unlink()
    (source / "folder" / "b").unlink()
    (source / "renamed").rename(source / "of another name")


def run(scenario: Scenario, tool: Tool) -> Files:
    scenario.write(FILE)
    source = scenario.folder / "src"
    begin(source)
    with watching(scenario, tool):
        edit(source)
        arrived = ("last", "new", "removed", "renamed", "folder/b", "folder/a", "deep/er/file")
        await_inside(scenario, " && ".join(f"test -e '/app/{name}'" for name in arrived))
        await_inside(scenario, "grep -q saved /app/changed")
        tidy(source)
        gone = ("removed", "renamed", "folder/b")
        await_inside(scenario, " && ".join(f"test ! -e '/app/{name}'" for name in gone))
        await_inside(scenario, "test -e '/app/of another name'")
    found = files(scenario)
    scenario.run(tool, "down")
    return found


def test_the_same_edits_leave_the_same_files(scenario: Scenario, peer: str, tmp_path: Path) -> None:
    ours = run(scenario, COMPOSER)
    (scenario.folder / "src").rename(tmp_path / "first")
    theirs = run(scenario, PEER)
    assert ours == theirs
    assert sorted(ours) == ["changed", "deep/er/file", "folder/a", "last", "new", "of another name"]
