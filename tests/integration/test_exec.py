"""`composer exec` on a real engine: streams, exit codes, a real terminal, much data, many in a row."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from composer.engine.connect import resolve
from composer.engine.dialogue import ExecRequest
from composer.engine.docker_sdk import SdkEngine
from composer.execute.process import exec_in
from composer.execute.talk import Outlet, Streams
from tests.support.peak import peak, reporting
from tests.support.scenario import Scenario
from tests.support.terminal import Terminal
from tests.support.tool import COMPOSER

pytestmark = pytest.mark.engine

FILE = """
    services:
      web:
        image: busybox
        init: true
        command: sleep 1000
        scale: 2
        environment: {A: "1", B: "2"}
      once:
        image: busybox
        command: "true"
"""
MUCH = 100_000_000


@pytest.fixture
def web(scenario: Scenario) -> Iterator[Scenario]:
    scenario.write(FILE)
    scenario.composer("up", "-d")
    yield scenario
    scenario.composer("down", "-t", "0")


def piped(scenario: Scenario, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        (*COMPOSER.command, *arguments),
        cwd=scenario.folder,
        env=scenario.environment,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_command_in_a_pipe(web: Scenario) -> None:
    every_byte = bytes(range(256)) * 40
    assert piped(web, "exec", "web", "sh", "-c", "echo out; echo err >&2; exit 42") == (42, b"out\n", b"err\n")
    assert piped(web, "exec", "web", "cat", stdin=every_byte) == (0, every_byte, b"")
    assert piped(web, "exec", "-T", "web", "wc", "-c", stdin=b"x" * 100_000) == (0, b"100000\n", b"")
    assert piped(web, "exec", "web", "sh", "-c", "tty; exit 0")[1] == b"not a tty\n"
    assert piped(web, "exec", "web", "no-such-program")[0] in (126, 127)  # old engines say 126
    assert piped(web, "exec", "web", "/etc")[0] == 126
    assert piped(web, "exec", "-u", "1", "-w", "/tmp", "web", "sh", "-c", "id -u; pwd") == (0, b"1\n/tmp\n", b"")
    web.environment["FROM_SHELL"] = "shell"
    web.write("FROM_FILE=file\n", ".env")
    told = piped(web, "exec", "-e", "A", "-e", "C=3", "-e", "FROM_SHELL", "-e", "FROM_FILE", "web", "env")[1]
    variables = dict(line.split("=", 1) for line in told.decode().splitlines())
    assert [variables.get(name) for name in ("A", "B", "C", "FROM_SHELL", "FROM_FILE")] == [
        None, "2", "3", "shell", "file",
    ]  # fmt: skip

    whom_it_is_for(web)
    a_signal_ends_it(web)


def whom_it_is_for(web: Scenario) -> None:
    hosts = [piped(web, "exec", *chosen, "web", "hostname")[1].decode().strip() for chosen in ((), ("--index", "2"))]
    assert hosts == [web.ids()["web-1"][:12], web.ids()["web-2"][:12]]
    by_name = COMPOSER.run(("-p", web.project, "exec", "web", "true"), cwd=Path("/"), environment=web.environment)
    assert by_name.code == 0, by_name
    assert 'service "once" is not running' in web.composer("exec", "once", "true", code=1).stderr
    assert (
        'service "web" is not running container #3' in web.composer("exec", "--index=3", "web", "true", code=1).stderr
    )
    web.composer("exec", "-d", "web", "sh", "-c", "echo done > /tmp/done; sleep 500")
    web.composer("exec", "web", "sh", "-c", "until grep -q done /tmp/done; do sleep 0.1; done")
    web.engine.pause(web.ids()["web-1"])
    assert "is paused" in web.composer("exec", "web", "true", code=1).stderr
    web.engine.unpause(web.ids()["web-1"])


@contextlib.contextmanager
def shell(web: Scenario) -> Iterator[Terminal]:
    """A shell in a terminal, which must be as it was at the end."""
    command = (*COMPOSER.command, "exec", "-e", "PS1=ready> ", "web", "sh")
    with Terminal(command, cwd=web.folder, environment=web.environment, size=(33, 99)) as terminal:
        before = terminal.settings()
        terminal.read_until("ready> ")
        assert terminal.settings() != before
        yield terminal
        assert terminal.settings() == before


def test_a_terminal(web: Scenario) -> None:
    with shell(web) as terminal:
        terminal.type("stty size\r")
        terminal.read_until("33 99\r\n")
        terminal.resize(40, 120)
        terminal.type("until stty size | grep -q '40 120'; do sleep 0.1; done; echo resi''zed\r")
        terminal.read_until("resized\r\n")
        terminal.type("sh -c 'echo $((6 * 7)); exec cat'\r")
        terminal.read_until("42\r\n")
        terminal.type("\x03")
        terminal.read_until("ready> ")
        terminal.type("vi /tmp/poem\r")
        terminal.read_until("- /tmp/poem")
        terminal.type("i")
        terminal.read_until("I /tmp/poem")
        terminal.type("roses are red")
        terminal.read_until("red")
        terminal.type("\x1b")
        terminal.read_until("[Modified]")
        terminal.type(":wq\r")
        terminal.read_until("ready> ")
        terminal.type("cat /tmp/poem; top\r")
        terminal.read_until("roses are red\r\n")
        terminal.read_until("Load average")
        terminal.type("q")
        terminal.read_until("ready> ")
        terminal.type("exit 7\r")
        assert terminal.wait() == 7
    with shell(web) as terminal:
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 130
    with shell(web) as terminal:
        terminal.type("exec sleep 4321\r")
        web.composer("exec", "web", "sh", "-c", "until ps | grep -q '[s]leep 4321'; do sleep 0.1; done")
        terminal.type("\x10\x11")
        assert terminal.wait() == 0
        web.composer("exec", "web", "sh", "-c", "ps | grep -q '[s]leep 4321'")


def a_signal_ends_it(web: Scenario) -> None:
    with web.going("exec", "web", "sh", "-c", "echo ready; exec sleep 1000") as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130


def test_much_goes_through_in_flat_memory(web: Scenario) -> None:
    """Up through `cat`, and back: what comes is what went."""
    report = web.folder / "peak"
    command = reporting((*COMPOSER.command, "exec", "-T", "web", "cat"), report)
    process = subprocess.Popen(
        command, cwd=web.folder, env=web.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    sent, come = hashlib.sha256(), hashlib.sha256()

    def send(pipe: object) -> None:
        assert process.stdin
        for _ in range(MUCH // 1_000_000):
            piece = os.urandom(1_000_000)
            sent.update(piece)
            process.stdin.write(piece)
        process.stdin.close()

    sender = threading.Thread(target=send, args=(process.stdin,))
    sender.start()
    while piece := process.stdout.read(1_000_000):
        come.update(piece)
    sender.join()
    process.stdout.close()
    assert (process.wait(), come.hexdigest()) == (0, sent.hexdigest())
    assert peak(report) < 80_000, "less than went through"
    fifty_in_a_row_leak_no_descriptor(web)


def open_descriptors() -> list[str]:
    return sorted(entry.name for entry in Path("/proc/self/fd").iterdir())


class Pipes:
    """A console without a terminal whose output goes into a file."""

    def __init__(self, file: Path) -> None:
        self.file = file.open("wb")
        outlet = Outlet(self.file, self.file.fileno())
        self.streams = Streams(out=outlet, err=outlet)

    def size(self) -> None:
        return None

    def raw(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


def fifty_in_a_row_leak_no_descriptor(web: Scenario) -> None:
    mine = SdkEngine(resolve(os.environ))
    console = Pipes(web.folder / "out")
    request = ExecRequest(command=("echo", "hello"))
    exec_in(mine, web.ids()["web-1"], request, console, keys=b"")
    before = open_descriptors()
    codes = {exec_in(mine, web.ids()["web-1"], request, console, keys=b"").code for _ in range(50)}
    assert (codes, open_descriptors()) == ({0}, before)
    console.file.close()
    assert (web.folder / "out").read_text() == "hello\n" * 51
    mine.close()


def test_much_is_copied_in_flat_memory(web: Scenario) -> None:
    report = web.folder / "peak"
    content = os.urandom(1_000_000)
    with (web.folder / "much").open("wb") as file:
        for _ in range(MUCH // len(content)):
            file.write(content)
    for arguments in (("cp", "--index", "2", "much", "web:/tmp/much"), ("cp", "--index", "2", "web:/tmp/much", "back")):
        command = reporting((*COMPOSER.command, *arguments), report)
        assert subprocess.run(command, cwd=web.folder, env=web.environment, check=False).returncode == 0
        assert peak(report) < 80_000, "less than went through"
    assert hashed(web.folder / "back") == hashed(web.folder / "much")


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
