"""SSH agents for build steps: bytes between a step's socket and an agent of this machine. Keys never travel.

Must not know: what is said to the agent.
"""

from __future__ import annotations

import socket
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.grpc import UNKNOWN, Refused
from composer.errors import ComposerError

if TYPE_CHECKING:
    from composer.engine.buildkit.grpc import Call

CHECK = "/moby.sshforward.v1.SSH/CheckAgent"
FORWARD = "/moby.sshforward.v1.SSH/ForwardAgent"
ID_HEADER = "buildkit.ssh.id"
DEFAULT = "default"
PIECE = 32 * 1024
PATIENCE = 20  # seconds for a key to be taken by an agent


class Agents:
    """`sockets`: id → socket of an agent."""

    def __init__(self, sockets: Mapping[str, str]) -> None:
        self._sockets = sockets

    def check(self, call: Call) -> None:
        name = wire.Message(call.receive() or b"").text(1) or DEFAULT
        self._socket(name)
        call.send(b"")

    def forward(self, call: Call) -> None:
        path = self._socket(call.headers.get(ID_HEADER) or DEFAULT)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as agent:
            try:
                agent.connect(path)
            except OSError as error:
                raise ComposerError(f"the SSH agent at {path} does not answer: {error.strerror}") from error
            answers = Thread(target=_pass_on, args=(agent, call), name="ssh agent", daemon=True)
            answers.start()
            for data in call:
                agent.sendall(wire.Message(data).blob(1))
            with suppress(OSError):
                agent.shutdown(socket.SHUT_RDWR)
            answers.join()

    def _socket(self, name: str) -> str:
        if name not in self._sockets:
            raise Refused(UNKNOWN, f"unset ssh forward key {name}")
        return self._sockets[name]


def _pass_on(agent: socket.socket, call: Call) -> None:
    with suppress(OSError, ComposerError):
        while data := agent.recv(PIECE):
            call.send(wire.blob(1, data))


class AgentSockets:
    """The sockets for a recipe's `ssh`, with an agent of our own for each key file; `close` ends those."""

    def __init__(self, wanted: Mapping[str, str | None], *, agent: str) -> None:
        """`agent`: where the user's own is, "" for none. Raises ComposerError for what cannot be had."""
        self.paths: dict[str, str] = {}
        self._started: list[subprocess.Popen[bytes]] = []
        self._folders: list[tempfile.TemporaryDirectory[str]] = []
        try:
            for name, path in wanted.items():
                self.paths[name] = self._find(name, path or agent)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        for process in self._started:
            process.terminate()
            process.wait()
        for folder in self._folders:
            folder.cleanup()
        self._started, self._folders = [], []

    def _find(self, name: str, path: str) -> str:
        if not path:
            raise ComposerError(
                f"the build wants the SSH agent ({name}), and none is running",
                hint='start one with `eval "$(ssh-agent)"`, or name a key: `ssh: [default=/path/to/key]`',
            )
        try:
            mode = Path(path).stat().st_mode
        except OSError as error:
            raise ComposerError(f"cannot read {path} (ssh {name}): {error.strerror}") from error
        return path if stat.S_ISSOCK(mode) else self._with_key(path)

    def _with_key(self, key: str) -> str:
        folder = tempfile.TemporaryDirectory(prefix="composer-ssh-")
        self._folders.append(folder)
        path = f"{folder.name}/agent"
        try:
            agent = subprocess.Popen(("ssh-agent", "-D", "-a", path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self._started.append(agent)
            if agent.stdout is not None:
                agent.stdout.readline()  # it listens once it has said where
            added = subprocess.run(
                ("ssh-add", "-q", key),
                env={"SSH_AUTH_SOCK": path, "PATH": "/usr/local/bin:/usr/bin:/bin"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ComposerError(f"no SSH agent could be started for {key}: {error}") from error
        if added.returncode:
            raise ComposerError(
                f"the key {key} cannot be used: {added.stderr.strip()}",
                hint="a key with a passphrase: add it to your agent (`ssh-add`), and use `ssh: [default]`",
            )
        return path
