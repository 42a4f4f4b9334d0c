"""One test's project: a folder with its files, a name of its own, both tools, and what the engine holds.

Every command and its output is kept, and shown when the test fails.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import textwrap
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import docker

from tests.support.holdings import Holdings, Inventory
from tests.support.tool import COMPOSER, PEER, Ran, Tool, clean_environment


class Scenario:
    """Made by the `scenario` fixture, which also sweeps up after it."""

    def __init__(self, folder: Path, project: str, engine: docker.APIClient) -> None:
        self.folder = folder
        self.project = project
        self.engine = engine
        self.history: list[Ran | str] = []
        state = str(folder.with_name(f"{folder.name}-state"))
        self.environment = clean_environment(COMPOSE_PROJECT_NAME=project, XDG_STATE_HOME=state)
        self._inventory = Inventory(engine, project)

    def write(self, text: str, name: str = "compose.yaml") -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        return file

    def composer(self, *arguments: str, code: int | None = 0, stdin: str = "") -> Ran:
        """Run composer; `code` is the exit code it must have, None for any."""
        return self.run(COMPOSER, *arguments, code=code, stdin=stdin)

    def peer(self, *arguments: str, code: int | None = 0) -> Ran:
        return self.run(PEER, *arguments, code=code)

    def run(self, tool: Tool, *arguments: str, code: int | None = 0, stdin: str = "") -> Ran:
        ran = tool.run(arguments, cwd=self.folder, environment=self.environment, stdin=stdin)
        self.history.append(ran)
        assert code is None or ran.code == code, f"expected exit code {code}:\n{ran}"
        return ran

    @contextlib.contextmanager
    def going(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """A composer command that goes on, killed at the end if it still does."""
        process = COMPOSER.start(arguments, cwd=self.folder, environment=self.environment)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            rest = process.stdout.read() if process.stdout and not process.stdout.closed else ""
            process.wait()
            if process.stdout:
                process.stdout.close()
            self.history.append(f"$ composer {' '.join(arguments)}    → exit {process.returncode}\n{rest}")

    def holdings(self) -> Holdings:
        return self._inventory.look()

    def await_jobs(self) -> None:
        """Until every container that only runs `true` has ended."""
        for name, document in self.holdings().containers.items():
            if document["Config"]["Cmd"] == ["true"] and document["State"]["Status"] == "running":
                self.engine.wait(name)

    def sweep(self) -> None:
        self._inventory.sweep()

    def name(self, service: str, number: int = 1) -> str:
        return f"{self.project}-{service}-{number}"

    def states(self) -> dict[str, str]:
        """State by `service-number`, for whole-value comparison."""
        prefix = f"{self.project}-"
        return {name.removeprefix(prefix): state for name, state in sorted(self.holdings().states.items())}

    def states_when_ready(self) -> dict[str, str]:
        """The same after `--wait`: `ready` is healthy, running, or healthy by composer's own probe before the
        engine's first one (`starting`)."""
        ready = {"healthy", "running", "starting"}
        return {name: "ready" if state in ready else state for name, state in self.states().items()}

    def ids(self) -> dict[str, str]:
        prefix = f"{self.project}-"
        return {name.removeprefix(prefix): found for name, found in sorted(self.holdings().ids.items())}


def free_port() -> int:
    """A host port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    """Read a going command's output up to the line with `text`. Fails when the output ends before."""
    assert process.stdout
    seen = []
    for line in process.stdout:
        seen.append(line)
        if text in line:
            return "".join(seen)
    raise AssertionError(f"the command ended ({process.wait()}) before it said {text!r}:\n{''.join(seen)}")
