"""Exec and attach of the fake engine: what a test says a command answers, and what was typed to it.

A command ends at once with its `Reply`; a container that is attached to gives the output of its script. Must not
know: how a container's state moves.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from composer.engine.port import LogChunk, LogRequest
from composer.engine.streams import STDERR, STDOUT
from composer.errors import Conflict, NotFound

if TYPE_CHECKING:
    from composer.engine.dialogue import Conversation, ExecRequest, ExitWait, Size
    from composer.engine.fake.container import FakeContainer
    from composer.engine.fake.registry import Registry


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command by exec writes, and its exit code. `code` None: it goes on without an end."""

    out: bytes = b""
    err: bytes = b""
    code: int | None = 0


class TalkingEngine:
    """The part of `FakeEngine` that is `dialogue.Interactive`. `heard`: what was sent, by container name."""

    _registry: Registry
    _call: Callable[..., AbstractContextManager[None]]
    _new_id: Callable[[], str]

    def __init__(self) -> None:
        self.heard: dict[str, bytes] = {}
        self._replies: dict[str, Reply] = {}
        self._execs: dict[str, tuple[FakeContainer, ExecRequest]] = {}

    def reply(self, name: str, reply: Reply) -> None:
        """`name`: a service, a replica or a container; all commands in it answer so."""
        self._replies[name] = reply

    def create_exec(self, container: str, request: ExecRequest) -> str:
        with self._call("create_exec", container, request):
            found = self._running(container)
            exec_id = self._new_id()
            self._execs[exec_id] = (found, request)
            return exec_id

    def start_exec(self, exec_id: str, request: ExecRequest) -> Conversation:
        with self._call("start_exec", exec_id):
            found, _ = self._exec(exec_id)
            reply = self._reply_of(found)
            err = STDOUT if request.tty else STDERR
            chunks = [LogChunk(stream, data) for stream, data in ((STDOUT, reply.out), (err, reply.err)) if data]
            return FakeConversation(self, found, lambda: chunks, goes_on=reply.code is None)

    def start_exec_detached(self, exec_id: str) -> None:
        with self._call("start_exec_detached", exec_id):
            self._exec(exec_id)

    def exec_exit_code(self, exec_id: str) -> int | None:
        with self._call("exec_exit_code", exec_id):
            return self._reply_of(self._exec(exec_id)[0]).code

    def resize_exec(self, exec_id: str, size: Size) -> None:
        with self._call("resize_exec", exec_id, size):
            self._exec(exec_id)

    def attach(self, container: str, *, stdin: bool, tty: bool, detach_keys: str = "") -> Conversation:
        with self._call("attach", container, stdin, tty, detach_keys):
            found = self._registry.container(container)
            seen = len(found.log.written)
            return FakeConversation(self, found, lambda: list(found.log.read(LogRequest()))[seen:])

    def resize(self, container: str, size: Size) -> None:
        with self._call("resize", container, size):
            self._running(container)

    def exit_of(self, container: str, *, removed: bool = False) -> ExitWait:
        with self._call("exit_of", container, removed):
            return FakeExit(self._registry.container(container))

    def _running(self, container: str) -> FakeContainer:
        found = self._registry.container(container)
        if found.state == "paused":
            raise Conflict(f"Container {found.id} is paused, unpause the container before exec", status=409)
        if not found.is_running:
            raise Conflict(f"container {found.id} is not running", status=409)
        return found

    def _exec(self, exec_id: str) -> tuple[FakeContainer, ExecRequest]:
        if exec_id not in self._execs:
            raise NotFound(f"No such exec instance: {exec_id}", status=404)
        return self._execs[exec_id]

    def _reply_of(self, container: FakeContainer) -> Reply:
        return next((self._replies[name] for name in sorted(container.names) if name in self._replies), Reply())


class _Wakeable:
    """A descriptor that is always readable: whatever is to come is there already."""

    def __init__(self) -> None:
        self._near, far = socket.socketpair()
        far.close()

    def fileno(self) -> int:
        return self._near.fileno()

    def close(self) -> None:
        self._near.close()


class FakeConversation(_Wakeable):
    is_ready = True

    def __init__(
        self,
        engine: TalkingEngine,
        container: FakeContainer,
        output: Callable[[], Sequence[LogChunk]],
        *,
        goes_on: bool = False,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._container = container
        self._output: Callable[[], Sequence[LogChunk]] | None = output
        self._goes_on = goes_on

    def receive(self) -> Sequence[LogChunk] | None:
        output, self._output = self._output, None
        if output is not None:
            return output()
        return () if self._goes_on else None

    def send(self, data: bytes) -> bool:
        heard = self._engine.heard
        heard[self._container.name] = heard.get(self._container.name, b"") + data
        return True

    def flush(self) -> bool:
        return True

    def finish_sending(self) -> None:
        self.send(b"")


class FakeExit(_Wakeable):
    def __init__(self, container: FakeContainer) -> None:
        super().__init__()
        self._container = container

    def result(self) -> int:
        return self._container.exit_code


def is_to_be_removed(container: FakeContainer) -> bool:
    """`AutoRemove`: it goes with its end."""
    wanted: Any = container.host.get("AutoRemove")
    return bool(wanted) and container.state == "exited"
