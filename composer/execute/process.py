"""A process that a user talks to: a command by exec, or a container that is attached to.

Composes the engine's calls with the talk: its window's size, the keys that leave it alone, its exit code. Must not
know: services, flags, what a terminal is made of (`Console`).
"""

from __future__ import annotations

import signal
import time
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Protocol

from composer.errors import EngineError
from composer.execute.detach import DetachKeys
from composer.execute.signals import Signals
from composer.execute.talk import Ending, Streams, Talk
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from composer.engine.dialogue import Conversation, ExecRequest, Interactive, Size

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LAG = 5.0  # seconds in which the engine has noticed the end of a command whose output has ended


class Console(Protocol):
    """Our side: its streams, and the terminal if there is one."""

    @property
    def streams(self) -> Streams: ...
    def size(self) -> Size | None:
        """None without a terminal."""
        ...

    def raw(self) -> AbstractContextManager[object]:
        """While entered, keys come as they are pressed; the terminal is put back in any case."""
        ...


@value()
class Ended:
    """`code` is the process's; None unless it is over."""

    ending: Ending
    code: int | None = None


def exec_in(engine: Interactive, container: str, request: ExecRequest, console: Console, *, keys: bytes) -> Ended:
    """Runs the command to its end, or until the detach keys or a signal leave it running.

    Without a terminal of its own the command gets no signals: the engine cannot send any to it.
    """
    exec_id = engine.create_exec(container, request)
    window = Window(console, lambda size: engine.resize_exec(exec_id, size)) if request.tty else None
    with Signals(heard(window, ENDING_SIGNALS)) as signals:
        talk = Talk(console.streams, signals, Hearing(window, lambda _: True).hear)
        stream = engine.start_exec(exec_id, request)
        try:
            ending = converse(talk, stream, console, window, keys)
        finally:
            stream.close()
    if ending is not Ending.OVER:
        return Ended(ending)
    return Ended(ending, _exit_code(engine, exec_id))


def converse(talk: Talk, stream: Conversation, console: Console, window: Window | None, keys: bytes) -> Ending:
    """`window` None: the process has no terminal."""
    if window is None:
        return talk.converse(stream)
    with console.raw():
        window.tell()
        return talk.converse(stream, DetachKeys(keys), window.tell)


def _exit_code(engine: Interactive, exec_id: str) -> int:
    """The output may end a moment before the engine has noticed that the command has."""
    deadline = time.monotonic() + LAG
    while (code := engine.exec_exit_code(exec_id)) is None:
        if time.monotonic() > deadline:
            raise EngineError("the command has closed its output, and its exit status is not known: it still runs")
        time.sleep(0.01)
    return code


class Window:
    """Keeps the process's terminal as large as ours. One that is not there yet cannot be told its size: then it
    is told at the first output."""

    def __init__(self, console: Console, resize: Callable[[Size], object]) -> None:
        self._console = console
        self._resize = resize

    def tell(self) -> None:
        size = self._console.size()
        if size is not None:
            with suppress(EngineError):
                self._resize(size)


class Hearing:
    def __init__(self, window: Window | None, otherwise: Callable[[int], bool]) -> None:
        self._window = window
        self._otherwise = otherwise

    def hear(self, number: int) -> bool:
        if number == signal.SIGWINCH and self._window is not None:
            self._window.tell()
            return False
        return self._otherwise(number)


def heard(window: Window | None, numbers: Collection[int]) -> tuple[int, ...]:
    return (*numbers, signal.SIGWINCH) if window is not None else tuple(numbers)
