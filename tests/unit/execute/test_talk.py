"""Bytes both ways between descriptors and a conversation: order, ends, back-pressure, signals."""

from __future__ import annotations

import io
import os
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from composer.engine.port import LogChunk
from composer.execute.detach import DetachKeys
from composer.execute.signals import Signals
from composer.execute.talk import Ending, Outlet, Streams, Talk


class Far:
    """A conversation over a socket pair; output is framed as `stream letter, data` by the test itself."""

    is_ready = False

    def __init__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.unsent = b""
        self.is_finished = False

    def fileno(self) -> int:
        return self.near.fileno()

    def receive(self) -> Sequence[LogChunk] | None:
        try:
            data = self.near.recv(65536)
        except BlockingIOError:  # it was ready for writing only
            return ()
        return [LogChunk(1 if line[:1] == b"o" else 2, line) for line in data.splitlines(keepends=True)] or None

    def send(self, data: bytes) -> bool:
        self.unsent += data
        return self.flush()

    def flush(self) -> bool:
        try:
            while self.unsent:
                self.unsent = self.unsent[self.near.send(self.unsent) :]
        except BlockingIOError:
            return False
        return True

    def finish_sending(self) -> None:
        self.is_finished = True
        self.near.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.near.close()
        self.far.close()


@pytest.fixture
def far() -> Iterator[Far]:
    made = Far()
    yield made
    made.close()


@pytest.fixture
def pipes() -> Iterator[list[int]]:
    made = [*os.pipe(), *os.pipe()]
    yield made
    for descriptor in made:
        with ExitStack() as stack:
            stack.callback(_close, descriptor)


def _close(descriptor: int) -> None:
    try:
        os.close(descriptor)
    except OSError:
        return


def in_memory(stdin: int | None = None, **more: object) -> tuple[Streams, io.BytesIO]:
    memory = io.BytesIO()
    outlet = Outlet(memory, None)
    return Streams(out=outlet, err=outlet, stdin=stdin, **more), memory  # type: ignore[arg-type]


def hear_nothing(number: int) -> bool:
    raise AssertionError(number)


def test_both_directions_and_a_half_close(far: Far, pipes: list[int]) -> None:
    source, sink = pipes[:2]
    streams, memory = in_memory(source)

    def other_side() -> None:
        heard = b""
        while data := far.far.recv(65536):
            heard += data
        far.far.sendall(b"o heard %d\n" % len(heard))
        far.far.shutdown(socket.SHUT_WR)

    thread = threading.Thread(target=other_side)
    thread.start()
    writer = threading.Thread(target=lambda: (os.write(sink, b"x" * 300_000), os.close(sink)))
    writer.start()
    with Signals(()) as signals:
        assert Talk(streams, signals, hear_nothing).converse(far) is Ending.OVER
    thread.join()
    writer.join()
    assert (memory.getvalue(), far.is_finished) == (b"o heard 300000\n", True)


def test_the_order_of_both_outputs_is_kept(far: Far) -> None:
    streams, memory = in_memory()
    lines = b"o 1\ne 2\no 3\ne 4\n"
    far.far.sendall(lines)
    far.far.shutdown(socket.SHUT_WR)
    with Signals(()) as signals:
        Talk(streams, signals, hear_nothing).converse(far)
    assert memory.getvalue() == lines


def test_without_input_the_other_side_is_not_told_of_an_end(far: Far) -> None:
    streams, _ = in_memory(has_stdin=False)
    far.far.shutdown(socket.SHUT_WR)
    with Signals(()) as signals:
        Talk(streams, signals, hear_nothing).converse(far)
    assert not far.is_finished


def test_nothing_is_read_that_nobody_takes(far: Far, pipes: list[int]) -> None:
    """The output's reader is slow: what is on its way stays with the sender, and all of it comes in the end."""
    source, sink = pipes[2:]
    outlet = Outlet(io.BytesIO(), sink)
    sent = b"o" + b"x" * 2_000_000 + b"\n"
    come = []

    def write() -> None:
        far.far.sendall(sent)
        far.far.shutdown(socket.SHUT_WR)

    def read() -> None:
        while data := os.read(source, 999):
            come.append(data)

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    with Signals(()) as signals:
        streams = Streams(out=outlet, err=outlet, has_stdin=False)
        far.receive = lambda: [LogChunk(1, data)] if (data := far.near.recv(65536)) else None  # type: ignore[method-assign]
        assert Talk(streams, signals, hear_nothing).converse(far) is Ending.OVER
    os.close(sink)
    for thread in threads:
        thread.join()
    assert b"".join(come) == sent


def test_the_reader_has_left(far: Far, pipes: list[int]) -> None:
    os.close(pipes[2])
    outlet = Outlet(io.BytesIO(), pipes[3])
    far.far.sendall(b"o\n")
    with Signals(()) as signals, pytest.raises(BrokenPipeError):
        Talk(Streams(out=outlet, err=outlet, has_stdin=False), signals, hear_nothing).converse(far)


def test_detach_keys_end_it_and_are_not_sent(far: Far, pipes: list[int]) -> None:
    streams, _ = in_memory(pipes[0])
    os.write(pipes[1], b"ls\n\x10\x11")
    with Signals(()) as signals:
        ending = Talk(streams, signals, hear_nothing).converse(far, DetachKeys(b"\x10\x11"))
    assert (ending, far.far.recv(100)) == (Ending.DETACHED, b"ls\n")


def test_signals_are_told_and_may_end_it(far: Far) -> None:
    streams, _ = in_memory(has_stdin=False)
    heard: list[int] = []

    def on_signal(number: int) -> bool:
        heard.append(number)
        if number == signal.SIGUSR1:
            os.kill(os.getpid(), signal.SIGUSR2)
        return number == signal.SIGUSR2

    with Signals((signal.SIGUSR1, signal.SIGUSR2)) as signals:
        os.kill(os.getpid(), signal.SIGUSR1)
        assert Talk(streams, signals, on_signal).converse(far) is Ending.STOPPED
    assert heard == [signal.SIGUSR1, signal.SIGUSR2]


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGUSR1)
    with Signals((signal.SIGUSR1,)) as signals:
        assert signal.getsignal(signal.SIGUSR1) != before
        assert signals.taken() == ()
    assert signal.getsignal(signal.SIGUSR1) == before


def test_waiting_for_something_else(far: Far) -> None:
    streams, _ = in_memory()
    far.far.sendall(b"x")
    with Signals(()) as signals:
        assert Talk(streams, signals, hear_nothing).until(far.near) is Ending.OVER


def test_the_first_output_is_told_once(far: Far) -> None:
    streams, _ = in_memory(has_stdin=False)
    told: list[int] = []
    far.far.sendall(b"o 1\n")
    far.far.sendall(b"o 2\n")
    far.far.shutdown(socket.SHUT_WR)
    with Signals(()) as signals:
        Talk(streams, signals, hear_nothing).converse(far, on_output=lambda: told.append(1))
    assert told == [1]
