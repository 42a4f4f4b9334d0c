"""`watch` on a real engine: edits as people and tools make them, and what is in the container afterwards."""

from __future__ import annotations

import io
import re
import shutil
import signal
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import Popen

import pytest

from composer.views.layout import SPINNER
from tests.support.scenario import Scenario, read_until
from tests.support.terminal import Terminal
from tests.support.tool import COMPOSER

pytestmark = pytest.mark.engine

SYNC = """
    services:
      web:
        image: busybox
        init: true
        command: sleep 1000
        develop:
          watch:
            - {action: sync, path: ./src, target: /app, ignore: ["*.log"]}
"""
SYNCING = "Syncing service"


@contextmanager
def watching(scenario: Scenario, *arguments: str) -> Iterator[Popen[str]]:
    with scenario.going("watch", *arguments) as process:
        read_until(process, "Watch enabled")
        yield process


def inside(scenario: Scenario, folder: str = "/app", service: str = "web") -> dict[str, str]:
    """File → text, of a folder in the container."""
    container = scenario.ids()[f"{service}-1"]
    stream, _ = scenario.engine.get_archive(container, folder)
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
        return {
            member.name.partition("/")[2]: content.read().decode()
            for member in tar
            if member.isreg() and (content := tar.extractfile(member)) is not None
        }


def outside(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".log"
    }


def until_synced(process: Popen[str], scenario: Scenario, folder: Path) -> None:
    """Reads on until the container holds what the folder holds: a batch may have caught only half of it."""
    expected = outside(folder)
    while True:
        read_until(process, SYNCING)
        with suppress(tarfile.ReadError):  # the next batch is on its way in: old engines then break off what they send
            if inside(scenario) == expected:
                return


def test_edits_arrive_however_they_are_made(scenario: Scenario) -> None:
    scenario.write(SYNC)
    source = scenario.write("1", "src/a.txt").parent
    with watching(scenario) as process:
        (source / "a.txt").write_text("2")
        until_synced(process, scenario, source)
        (source / "draft~").write_text("3")  # as editors save: a new file in the place of the old one
        (source / "draft~").rename(source / "a.txt")
        until_synced(process, scenario, source)
        (source / "deep/er").mkdir(parents=True)
        (source / "deep/er/b.txt").write_text("4")
        (source / "noise.log").write_text("not for the container")
        until_synced(process, scenario, source)
        (source / "deep").rename(source / "moved")
        until_synced(process, scenario, source)
        shutil.rmtree(source / "moved")
        (source / "a.txt").unlink()
        (source / "moved").write_text("a file now")
        until_synced(process, scenario, source)
        assert inside(scenario) == {"moved": "a file now"}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130


def test_a_storm_of_changes_arrives_whole(scenario: Scenario) -> None:
    scenario.write(SYNC)
    source = scenario.write("1", "src/last.txt").parent
    with watching(scenario) as process:
        for folder in range(50):
            (source / f"f{folder}").mkdir()
            for number in range(100):
                (source / f"f{folder}" / f"{number}.txt").write_text(f"{folder} {number}")
        for folder in range(0, 50, 2):
            shutil.rmtree(source / f"f{folder}")
        (source / "last.txt").write_text("!")
        until_synced(process, scenario, source)
        assert len(inside(scenario)) == 2501


def test_what_changed_while_nobody_watched_is_brought_over(scenario: Scenario, tmp_path: Path) -> None:
    scenario.environment["XDG_STATE_HOME"] = str(tmp_path / "state")
    scenario.write(SYNC)
    source = scenario.write("1", "src/a.txt").parent
    (source / "b.txt").write_text("1")
    with watching(scenario) as process:
        (source / "a.txt").write_text("2")
        read_until(process, SYNCING)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 130
    (source / "a.txt").write_text("3")
    dry = scenario.composer("--dry-run", "watch", "--once", "--no-up")
    assert (dry.stdout.count(SYNCING), inside(scenario)) == (1, {"a.txt": "2"})
    told = scenario.composer("watch", "--once", "--no-up")
    assert (told.stdout.count(SYNCING), inside(scenario)) == (1, {"a.txt": "3"})
    assert scenario.composer("watch", "--once", "--no-up").stdout == ""


def test_rebuild_restart_and_commands(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            build:
              dockerfile_inline: |
                FROM busybox
                COPY version /version
            init: true
            command: sleep 1000
            develop:
              watch:
                - {action: rebuild, path: ./version}
                - {action: sync+restart, path: ./conf, target: /conf}
                - {action: sync+exec, path: ./seed, target: /seed, exec: {command: cat /seed/a}}
          other: {image: busybox, init: true, command: sleep 1000}
    """)
    version, conf, seed = (scenario.write("1", name) for name in ("version", "conf/a", "seed/a"))
    with watching(scenario, "web") as process:
        assert scenario.states() == {"web-1": "running"}
        first = scenario.ids()["web-1"]
        version.write_text("2")
        read_until(process, 'service(s) ["web"] successfully built')
        second = scenario.ids()["web-1"]
        assert (second != first, inside(scenario, "/version")) == (True, {"": "2"})
        conf.write_text("2")
        read_until(process, 'service(s) ["web"] restarted')
        assert (scenario.ids()["web-1"], inside(scenario, "/conf")) == (second, {"a": "2"})
        seed.write_text("planted\n")
        read_until(process, "planted")
        version.write_text("broken\n")
        scenario.write(scenario.folder.joinpath("compose.yaml").read_text())
    images = scenario.engine.images(
        filters={"dangling": True, "label": f"com.docker.compose.project={scenario.project}"}
    )
    assert images == []


def test_a_build_that_fails_is_told_and_watching_goes_on(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            build: {context: .}
            init: true
            command: sleep 1000
            develop: {watch: [{action: rebuild, path: ./Dockerfile}]}
    """)
    dockerfile = scenario.write("FROM busybox\n", "Dockerfile")
    with watching(scenario) as process:
        first = scenario.ids()
        dockerfile.write_text("FROM busybox\nRUN false\n")
        read_until(process, "Rebuilding")
        read_until(process, "exit code: 1")
        assert scenario.ids() == first
        dockerfile.write_text("FROM busybox\nRUN true\n")
        read_until(process, "successfully built")
        assert scenario.ids() != first


def test_up_watches_beside_the_output(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            init: true
            command: sh -c 'echo at work; sleep 1000'
            develop: {watch: [{action: sync+restart, path: ./src, target: /app, initial_sync: true}]}
    """)
    source = scenario.write("1", "src/a.txt")
    with scenario.going("up", "--watch") as process:
        read_until(process, "Watch enabled")
        assert inside(scenario) == {"a.txt": "1"}
        source.write_text("2")
        read_until(process, "restarted")
        assert inside(scenario) == {"a.txt": "2"}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert scenario.states() == {"web-1": "exited 143"}


def test_output_waits_while_progress_is_drawn(scenario: Scenario) -> None:
    """Beside an attached `up`: else a line of the view stays behind for each that a container writes."""
    scenario.write("""
        services:
          web:
            image: busybox
            command: sh -c 'trap "" TERM; while :; do echo tick; sleep 0.02; done'
            stop_grace_period: 1s
            develop: {watch: [{action: sync+restart, path: ./src, target: /app}]}
    """)
    source = scenario.write("1", "src/a.txt")
    command = [*COMPOSER.command, "up", "--watch"]
    with Terminal(command, cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("Watch enabled")
        terminal.read_until("tick")
        source.write_text("2")
        terminal.read_until("stopping")
        terminal.read_until("restarted")
        terminal.read_until("tick")
        shown = terminal.screen().splitlines()
        terminal.type("d")
        assert terminal.wait() == 0
    assert [line for line in shown if line.startswith(tuple(SPINNER))] == []
    assert inside(scenario) == {"a.txt": "2"}


def test_a_key_of_an_attached_up_switches_it_on_and_off(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            init: true
            command: sh -c 'while :; do echo tick; sleep 0.1; done'
            develop: {watch: [{action: sync, path: ./src, target: /app}]}
    """)
    source = scenario.write("1", "src/a.txt")
    with Terminal([*COMPOSER.command, "up"], cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("w watch")
        terminal.type("w")
        terminal.read_until("Watch enabled")
        source.write_text("2")
        terminal.read_until("Syncing")
        told = re.compile(r"✔ web +sync +src → /app +a\.txt synced in \d+ms +now")
        while not told.search(terminal.screen()):  # the line is there before the file
            terminal.type("r")
            terminal.read_until("1 rule")
        terminal.type("w")
        terminal.read_until("watch off")
        assert inside(scenario) == {"a.txt": "2"}
        source.write_text("3")
        terminal.type("w")
        terminal.read_until("Syncing")  # what changed meanwhile is brought over
        terminal.read_until("tick")
        terminal.type("d")
        assert terminal.wait() == 0
    assert inside(scenario) == {"a.txt": "3"}
    assert scenario.states() == {"web-1": "running"}


def test_on_a_terminal_a_table_tells_the_last_effect_of_each_rule(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            init: true
            command: sleep 1000
            develop:
              watch:
                - {action: sync, path: ./src, target: /app}
                - action: sync+exec
                  path: ./seed
                  target: /seed
                  exec: {command: [sh, -c, "cat /seed/a; test ! -e /seed/b"]}
                - {action: sync+restart, path: ./conf, target: /conf}
    """)
    source, seed, _ = (scenario.write("1", f"{name}/a") for name in ("src", "seed", "conf"))
    command = [*COMPOSER.command, "watch"]
    with Terminal(command, cwd=scenario.folder, environment=scenario.environment) as terminal:
        terminal.read_until("3 rules")
        source.write_text("2")
        terminal.read_until("a synced in ")
        seed.write_text("planted\n")
        terminal.read_until("planted")
        terminal.read_until("a synced, command run in ")
        (seed.parent / "b").write_text("")
        terminal.read_until("1 failed")
        terminal.type("\x03")
        assert terminal.wait() == 130
        shown = terminal.screen().rstrip().splitlines()
    last = [line.split()[:6] for line in shown[-4:]]
    assert [row[:5] for row in last[:3]] == [
        ["✔", "web", "sync", "src", "→"],
        ["✘", "web", "sync+exec", "seed", "→"],
        ["·", "web", "sync+restart", "conf", "→"],
    ]
    assert last[3] == ["watch", scenario.project, "3", "rules", "·", "1"]
    assert sum("watch " in line for line in shown) == 1
    assert "\x1b[?25h" in terminal.transcript.rpartition("\x1b[?25l")[2], "the cursor is shown again"
    in_ci = {**scenario.environment, "CI": "true"}
    with Terminal([*command, "--no-up"], cwd=scenario.folder, environment=in_ci) as terminal:
        terminal.read_until("Watch enabled")
        source.write_text("3")
        terminal.read_until(SYNCING)
        terminal.type("\x03")
        assert terminal.wait() == 130
        assert "\x1b" not in terminal.transcript


def test_folders_that_come_later_and_links_in_the_container(scenario: Scenario) -> None:
    scenario.write("""
        services:
          web:
            image: busybox
            init: true
            command: sh -c "mkdir -p /app /var/sub && ln -s /var/sub /app/sub && sleep 1000"
            develop: {watch: [{action: sync, path: ./deep/src, target: /app}]}
    """)
    with watching(scenario) as process:
        scenario.write("1", "draft/sub/a.txt")
        (scenario.folder / "deep").mkdir()
        (scenario.folder / "draft").rename(scenario.folder / "deep/src")
        read_until(process, SYNCING)
        assert inside(scenario, "/var/sub") == {"a.txt": "1"}
        scenario.composer("exec", "-T", "web", "test", "-L", "/app/sub")


def test_what_cannot_be_watched(scenario: Scenario) -> None:
    scenario.write("services: {web: {image: busybox, command: sleep 1000}}")
    assert "none of the selected services is configured for watch" in scenario.composer("watch", code=1).stderr
    assert scenario.states() == {}
