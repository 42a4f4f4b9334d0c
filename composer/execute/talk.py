"""Standard streams on this side, a process in a container on the other: bytes go both ways until one side ends.

One thread waits for all descriptors at once. Nothing is read that cannot be passed on yet, so memory stays flat
however much flows, and a slow reader slows the process down, as in a shell. Must not know: terminals, the engine's
calls, what a signal is to do (`on_signal` decides).
"""

from __future__ import annotations

import errno
import os
import select
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, Protocol

from composer.values import value

if TYPE_CHECKING:
    from composer.engine.dialogue import Conversation
    from composer.execute.detach import DetachKeys
    from composer.execute.signals import Signals

READ_BYTES = 64 * 1024
SAFE_BYTES = 4096  # what a pipe or terminal that is writable takes without blocking
STDERR = 2
_IN, _OUT = select.POLLIN, select.POLLOUT


class Ending(Enum):
    OVER = "over"  # the process has closed its output
    DETACHED = "detached"  # the detach keys were typed
    STOPPED = "stopped"  # `on_signal` said so


class Outlet:
    """Where output goes. `descriptor` None: a stream in memory, which takes everything at once."""

    def __init__(self, stream: BinaryIO, descriptor: int | None) -> None:
        self.descriptor = None if descriptor is None or _takes_everything(descriptor) else descriptor
        self._stream = stream

    def write(self, data: memoryview) -> int:
        """How much was written. Raises BrokenPipeError when nobody reads any more."""
        if self.descriptor is None:
            self._stream.write(data)
            self._stream.flush()
            return len(data)
        try:
            return os.write(self.descriptor, data[:SAFE_BYTES])
        except OSError as error:
            if error.errno == errno.EIO:  # a terminal that was closed
                raise BrokenPipeError from error
            raise


@value(kw_only=True)
class Streams:
    """`stdin`: a descriptor, None for none (the process's input ends at once). `typed`: what comes before it.
    Without `has_stdin` the process has no input of ours, and is not told of an end either."""

    out: Outlet
    err: Outlet
    stdin: int | None = None
    typed: bytes = b""
    has_stdin: bool = True


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class Talk:
    """`on_signal` gets each signal's number and says whether the talk is to end."""

    def __init__(self, streams: Streams, signals: Signals, on_signal: Callable[[int], bool]) -> None:
        self._streams = streams
        self._signals = signals
        self._on_signal = on_signal

    def until(self, source: HasFileno) -> Ending:
        """Waits for `source` to be readable; signals go on being heard."""
        while True:
            ready = _wait({source.fileno(): _IN, self._signals.fileno(): _IN}, at_once=False)
            if self._is_stopped(ready):
                return Ending.STOPPED
            if source.fileno() in ready:
                return Ending.OVER

    def converse(
        self, stream: Conversation, keys: DetachKeys | None = None, on_output: Callable[[], object] | None = None
    ) -> Ending:
        """`on_output` is called once, when the first output has come. Raises EngineUnreachable, BrokenPipeError."""
        return _Conversing(self, stream, keys, on_output).run()

    def _is_stopped(self, ready: dict[int, int]) -> bool:
        if self._signals.fileno() not in ready:
            return False
        answers = [self._on_signal(number) for number in self._signals.taken()]
        return any(answers)


class _Conversing:
    def __init__(
        self, talk: Talk, stream: Conversation, keys: DetachKeys | None, on_output: Callable[[], object] | None
    ) -> None:
        self._talk = talk
        self._stream = stream
        self._keys = keys
        self._on_output = on_output
        self._streams = talk._streams  # noqa: SLF001 - one noun in two classes
        self._unwritten: deque[tuple[Outlet, memoryview]] = deque()  # in the order in which it came
        self._stdin = self._streams.stdin if self._streams.has_stdin else None
        self._is_sent = True
        self._ending: Ending | None = None

    def run(self) -> Ending:
        if self._streams.has_stdin:
            self._begin()
        while self._ending is None or (self._unwritten and self._ending is not Ending.STOPPED):
            self._turn()
        return self._ending

    def _begin(self) -> None:
        if self._streams.typed:
            self._is_sent = self._stream.send(self._streams.typed)
        if self._stdin is None:
            self._stream.finish_sending()

    def _turn(self) -> None:
        can_receive = self._ending is None and not self._unwritten
        ready = _wait(self._wanted(), at_once=can_receive and self._stream.is_ready)
        if self._talk._is_stopped(ready):  # noqa: SLF001 - the same
            self._ending = Ending.STOPPED
            return
        if self._unwritten and self._unwritten[0][0].descriptor in ready:
            self._write()
        if not self._is_sent and self._stream.fileno() in ready:
            self._is_sent = self._stream.flush()
        if self._stdin is not None and self._stdin in ready:
            self._pass_on(self._stdin)
        if can_receive and (self._stream.is_ready or self._stream.fileno() in ready):
            self._take()

    def _wanted(self) -> dict[int, int]:
        wanted = {self._talk._signals.fileno(): _IN}  # noqa: SLF001 - the same
        if self._unwritten and (descriptor := self._unwritten[0][0].descriptor) is not None:
            wanted[descriptor] = _OUT
        if self._ending is not None:
            return wanted
        if self._stdin is not None and self._is_sent:
            wanted[self._stdin] = _IN
        interest = (0 if self._unwritten else _IN) | (0 if self._is_sent else _OUT)
        if interest:  # else a connection that the engine has closed would keep waking us
            wanted[self._stream.fileno()] = interest
        return wanted

    def _pass_on(self, stdin: int) -> None:
        try:
            typed = os.read(stdin, READ_BYTES)
        except OSError:  # closed, or the terminal has gone
            typed = b""
        if not typed:
            self._stdin = None
            self._stream.finish_sending()
            return
        is_detached = False
        if self._keys is not None:
            typed, is_detached = self._keys.feed(typed)
        self._is_sent = self._stream.send(typed)
        if is_detached:
            self._ending = Ending.DETACHED

    def _take(self) -> None:
        chunks = self._stream.receive()
        if chunks is None:
            self._ending = self._ending or Ending.OVER
            return
        for chunk in chunks:
            outlet = self._streams.err if chunk.stream == STDERR else self._streams.out
            self._unwritten.append((outlet, memoryview(chunk.data)))
        self._write_at_once()
        if chunks and self._on_output is not None:
            self._on_output()
            self._on_output = None

    def _write(self) -> None:
        outlet, data = self._unwritten.popleft()
        if rest := data[outlet.write(data) :]:
            self._unwritten.appendleft((outlet, rest))
        else:
            self._write_at_once()

    def _write_at_once(self) -> None:
        while self._unwritten and self._unwritten[0][0].descriptor is None:
            self._write()


def _wait(wanted: dict[int, int], *, at_once: bool) -> dict[int, int]:
    """Descriptor → what it is ready for; hung up and broken ones count as ready."""
    poll = select.poll()
    for descriptor, events in wanted.items():
        if descriptor >= 0:
            poll.register(descriptor, events)
    return dict(poll.poll(0 if at_once else None))


def _takes_everything(descriptor: int) -> bool:
    """As files do; pipes, sockets and terminals may have no room."""
    import stat  # noqa: PLC0415 - one look

    mode = os.fstat(descriptor).st_mode
    return not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor))
