"""The interactive part of the engine port: processes that are talked to, by exec or attach.

Types and Protocols only; `engine.talk.SocketTalk` is the implementation over the socket, `fake.talk` the one in
memory. Must not know: terminals, services.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from composer.values import value

if TYPE_CHECKING:
    from composer.engine.port import LogChunk

Size = tuple[int, int]  # rows, columns


@value(kw_only=True)
class ExecRequest:
    """A command to run in a container that runs. `environment`: `NAME=value` each. `size`: of its terminal, if it
    gets one. `detach_keys`: as the engine spells them, "" for its default."""

    command: tuple[str, ...]
    tty: bool = False
    stdin: bool = True
    detach: bool = False
    environment: tuple[str, ...] = ()
    user: str = ""
    working_dir: str = ""
    privileged: bool = False
    detach_keys: str = ""
    size: Size | None = None


class Conversation(Protocol):
    """A process's standard streams over one connection. Never blocks; `fileno` is for whoever waits.

    Raises EngineUnreachable when the connection breaks.
    """

    def fileno(self) -> int: ...
    @property
    def is_ready(self) -> bool:
        """`receive` has something, although `fileno` may not be readable."""
        ...

    def receive(self) -> Sequence[LogChunk] | None:
        """Output so far: () for none yet, None at the end. With a terminal all of it is stream 1."""
        ...

    def send(self, data: bytes) -> bool:
        """False when not all of it could be handed over: call `flush` once `fileno` is writable."""
        ...

    def flush(self) -> bool: ...
    def finish_sending(self) -> None:
        """The process's standard input ends; its output goes on."""
        ...

    def close(self) -> None: ...


class ExitWait(Protocol):
    """Armed: tells of an exit that comes later. `fileno` is readable when `result` would not block."""

    def fileno(self) -> int: ...
    def result(self) -> int:
        """The exit code. Raises EngineError."""
        ...

    def close(self) -> None: ...


class Interactive(Protocol):
    """All calls raise EngineError kinds only."""

    def create_exec(self, container: str, request: ExecRequest) -> str:
        """Its id. Raises NotFound, Conflict (the container is paused or does not run)."""
        ...

    def start_exec(self, exec_id: str, request: ExecRequest) -> Conversation:
        """A command that cannot be run is no error: it ends with 126 or 127, and its output says why."""
        ...

    def start_exec_detached(self, exec_id: str) -> None: ...
    def exec_exit_code(self, exec_id: str) -> int | None:
        """None while it runs."""
        ...

    def resize_exec(self, exec_id: str, size: Size) -> None: ...

    def attach(self, container: str, *, stdin: bool, tty: bool, detach_keys: str = "") -> Conversation:
        """Output from now on. `tty`: whether the container has a terminal."""
        ...

    def resize(self, container: str, size: Size) -> None: ...
    def exit_of(self, container: str, *, removed: bool = False) -> ExitWait:
        """Its next exit; with `removed`, told once the container is gone. To be called before the start."""
        ...
