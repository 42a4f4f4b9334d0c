"""`composer run` and `composer attach` on a real engine: terminals, signals, exit codes, nothing lost or left."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.engine_events import await_event, watching
from tests.support.scenario import Scenario, read_until
from tests.support.terminal import Terminal
from tests.support.tool import COMPOSER

pytestmark = pytest.mark.engine

FILE = """
    services:
      web:
        image: busybox
        command: sh -c 'echo ready; exec cat'
        stdin_open: true
        depends_on: {db: {condition: service_healthy}}
        post_start: [{command: "touch /tmp/hooked"}]
        configs: [{source: greeting, target: /greeting}]
      shell:
        image: busybox
        command: sh
        stop_grace_period: 1s  # a shell does not mind SIGTERM
        tty: true
        stdin_open: true
      db:
        image: busybox
        init: true
        command: sleep 1000
        healthcheck: {test: "true", interval: 1s}
      deaf:
        image: busybox
        stop_grace_period: 1s
        command: sh -c 'trap "" TERM INT HUP; echo ready; while true; do sleep 0.1; done'
      polite:
        image: busybox
        command: sh -c 'trap "echo bye; exit 3" INT; trap "exit 4" TERM; echo ready; while true; do sleep 0.1; done'
    configs: {greeting: {content: hello}}
"""


@pytest.fixture
def project(scenario: Scenario) -> Iterator[Scenario]:
    scenario.write(FILE)
    yield scenario
    scenario.composer("down", "-t", "0", "--remove-orphans")


def one_offs(project: Scenario) -> dict[str, str]:
    return {name: state for name, state in project.states().items() if "-run-" in name}


def test_a_command_in_a_pipe(project: Scenario) -> None:
    every_byte = bytes(range(256)) * 400
    command = (*COMPOSER.command, "run", "--rm", "web", "sh", "-c", "cat; echo err >&2; cat /greeting >&2; exit 9")
    done = subprocess.run(
        command, cwd=project.folder, env=project.environment, input=every_byte, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (9, every_byte)
    assert done.stderr.endswith(b"err\nhello")
    # The dependency was ready, perhaps by composer's own probe: the engine's first one may be still to come.
    assert (one_offs(project), project.states_when_ready()) == ({}, {"db-1": "ready"})
    for number in range(5):  # what a short-lived process says is not lost
        said = project.composer("run", "--rm", "shell", "echo", str(number))
        assert said.stdout == f"{number}\n"
    project.composer("run", "-T", "--name", f"{project.project}-kept", "shell", "false", code=1)
    assert project.states()["kept"] == "exited 1"
    project.composer("run", "--rm", "shell", "no-such-program", code=1)
    assert one_offs(project) == {}


def test_signals_and_ends(project: Scenario) -> None:
    for service, number, code in (
        ("polite", signal.SIGINT, 3),
        ("polite", signal.SIGTERM, 4),
        ("deaf", signal.SIGHUP, 137),
    ):
        with project.going("run", "--rm", service) as process:
            read_until(process, "ready")
            process.send_signal(number)
            assert process.wait(60) == code
    with project.going("run", "--rm", "deaf") as process:
        read_until(process, "ready")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 137
    assert one_offs(project) == {}
    detached = project.composer("run", "-d", "--rm", "web", "sleep", "1000").stdout.strip()
    assert project.engine.inspect_container(detached)["State"]["Running"]
    project.composer("exec", "web", "ls", "/tmp/hooked")  # in the one-off, as there is nothing else
    assert list(one_offs(project).values()) == ["running"]


def test_a_terminal(project: Scenario) -> None:
    command = (*COMPOSER.command, "run", "--rm", "-e", "PS1=ready> ", "shell")
    with Terminal(command, cwd=project.folder, environment=project.environment, size=(33, 99)) as terminal:
        before = terminal.settings()
        terminal.read_until("ready> ")
        terminal.type("stty size\r")
        terminal.read_until("33 99\r\n")
        terminal.resize(40, 120)
        terminal.type("until stty size | grep -q '40 120'; do sleep 0.1; done; echo resi''zed\r")
        terminal.read_until("resized\r\n")
        terminal.type("exit 7\r")
        assert (terminal.wait(), terminal.settings()) == (7, before)
    assert one_offs(project) == {}
    with Terminal(command, cwd=project.folder, environment=project.environment) as terminal:
        terminal.read_until("ready> ")
        terminal.type("\x10\x11")
        assert (terminal.wait(), terminal.settings()) == (0, before)
    assert list(one_offs(project).values()) == ["running"]
    with Terminal(command, cwd=project.folder, environment=project.environment) as terminal:
        terminal.read_until("ready> ")
        terminal.hang_up()
        terminal.process.wait(60)
    assert len(one_offs(project)) == 1


def test_attach(project: Scenario) -> None:
    project.composer("up", "-d", "--wait", "web", "shell", "polite")
    with Terminal(
        (*COMPOSER.command, "attach", "shell"), cwd=project.folder, environment=project.environment
    ) as terminal:
        before = terminal.settings()
        terminal.type("\r")
        terminal.read_until("# ")
        terminal.type("echo $((6 * 7))\r")
        terminal.read_until("42\r\n")
        terminal.type("\x10\x11")
        assert (terminal.wait(), terminal.settings()) == (0, before)
    assert project.states()["shell-1"] == "running"
    typing = subprocess.Popen(
        (*COMPOSER.command, "attach", "web"),
        cwd=project.folder,
        env=project.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    assert typing.stdin
    assert typing.stdout
    typing.stdin.write(b"typed\n")
    assert typing.stdout.readline() == b"typed\n"
    project.engine.kill(project.ids()["web-1"])
    assert typing.wait(60) == 137
    typing.stdin.close()
    typing.stdout.close()
    with (
        watching(project.engine, project.project) as events,
        project.going("attach", "--no-stdin", "polite") as process,
    ):
        await_event(events, "attach", "polite")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 3
    project.composer("start", "polite")
    with (
        watching(project.engine, project.project) as events,
        project.going("attach", "--sig-proxy=false", "polite") as process,
    ):
        await_event(events, "attach", "polite")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert project.states()["polite-1"] == "running"
