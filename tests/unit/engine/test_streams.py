"""Taking the engine's log stream apart."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.engine.connect import Address
from composer.engine.port import LogChunk
from composer.engine.streams import Frames, RawStamps, SocketLogs
from composer.engine.wire import Connection
from composer.errors import EngineUnreachable

ADDRESS = Address("unix", path="/x.sock")


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxL", stream, len(data)) + data


def joined(chunks: list[LogChunk]) -> list[tuple[int, bytes]]:
    """Neighbours of one stream as one, since where they are cut depends on how they arrive."""
    runs: list[tuple[int, bytes]] = []
    for chunk in chunks:
        if runs and runs[-1][0] == chunk.stream:
            runs[-1] = (chunk.stream, runs[-1][1] + chunk.data)
        else:
            runs.append((chunk.stream, chunk.data))
    return runs


def test_neighbouring_lines_of_one_stream_are_one_chunk() -> None:
    data = frame(1, b"a\n") + frame(1, b"b\n") + frame(2, b"oh\n") + frame(1, b"c")
    assert Frames().feed(data) == [LogChunk(1, b"a\nb\n"), LogChunk(2, b"oh\n"), LogChunk(1, b"c")]


@settings(deadline=None)  # a loaded machine is no defect
@given(
    st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(min_size=1, max_size=40)), max_size=12),
    st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=30),
)
def test_any_cutting_gives_the_same(written: list[tuple[int, bytes]], cuts: list[int]) -> None:
    content = b"".join(frame(stream, data) for stream, data in written)
    frames, chunks, position = Frames(), [], 0
    for index in range(len(content)):
        size = cuts[index % len(cuts)]
        if position < len(content):
            chunks += frames.feed(content[position : position + size])
        position += size
    assert joined(chunks) == joined([LogChunk(stream, data) for stream, data in written])
    assert frames.is_complete


def test_half_a_frame_waits_for_the_rest() -> None:
    frames = Frames()
    whole = frame(1, b"hello\n")
    assert (frames.feed(whole[:5]), frames.feed(whole[5:10]), frames.is_complete) == ([], [], False)
    assert (frames.feed(whole[10:]), frames.is_complete) == ([LogChunk(1, b"hello\n")], True)


def test_the_timestamp_of_a_long_line_is_kept_once() -> None:
    frames = Frames(timestamps=True)
    one, two, three = (b"2026-01-02T03:04:05.00000000%dZ " % number for number in (1, 2, 3))
    chunks = frames.feed(frame(1, one + b"aaa") + frame(2, two + b"err\n") + frame(1, one + b"bbb"))
    chunks += frames.feed(frame(1, one + b"ccc\n") + frame(1, three + b"next\n"))
    assert joined(chunks) == [(1, one + b"aaa"), (2, two + b"err\n"), (1, b"bbbccc\n" + three + b"next\n")]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (b"2026-01-02T03:04:05.6+01:00 text\n", b"2026-01-02T02:04:05.600000000Z text\n"),
        (b"2026-01-02T03:04:05Z text\n", b"2026-01-02T03:04:05.000000000Z text\n"),
        (b"2026-01-02T03:04:05.123456789-00:30 \n", b"2026-01-02T03:34:05.123456789Z \n"),
        (b"no stamp at all\n", b"0001-01-01T00:00:00.000000000Z no stamp at all\n"),
    ],
)
def test_stamps_of_other_engines(written: bytes, normal: bytes) -> None:
    assert Frames(timestamps=True).feed(frame(1, written)) == [LogChunk(1, normal)]


@settings(deadline=None)
@given(st.lists(st.integers(0, 70_000), max_size=4), st.integers(1, 50_000))
def test_a_terminals_long_lines_have_one_stamp(lengths: list[int], cut: int) -> None:
    cut += sum(lengths) // 50
    stamp = b"2026-01-02T03:04:05.678901234Z "
    lines = [b"%d" % index * length for index, length in enumerate(lengths)]
    parts = [[line[at : at + 16384] for at in range(0, len(line), 16384)] or [b""] for line in lines]
    sent = b"".join(b"".join(stamp + part for part in each) + b"\n" for each in parts)
    stamps = RawStamps()
    seen = b"".join(stamps.feed(sent[at : at + cut]) for at in range(0, len(sent), cut)) + stamps.flush()
    assert seen == b"".join(stamp + line + b"\n" for line in lines)


def test_stamps_of_another_engine_in_a_terminals_output() -> None:
    stamps = RawStamps()
    sent = b"2026-01-02T03:04:05Z one\r\n2026-01-02T04:04:05.6+01:00 two\r\n\r\n"
    assert stamps.feed(sent) + stamps.flush() == (
        b"2026-01-02T03:04:05.000000000Z one\r\n"
        b"2026-01-02T03:04:05.600000000Z two\r\n"
        b"0001-01-01T00:00:00.000000000Z \r\n"
    )


@pytest.fixture
def pair() -> Iterator[tuple[Connection, socket.socket]]:
    ours, engines = socket.socketpair()
    connection = Connection(ADDRESS, ours)
    yield connection, engines
    connection.close()
    engines.close()


def test_a_log_ends_with_its_connection(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    engine.sendall(frame(1, b"a\n") + frame(2, b"b\n"))
    engine.close()
    logs = SocketLogs(ADDRESS, connection, tty=False, timestamps=False)
    assert list(logs) == [LogChunk(1, b"a\n"), LogChunk(2, b"b\n")]


def test_it_tells_whether_something_has_come(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    logs = SocketLogs(ADDRESS, connection, tty=False, timestamps=False)
    chunks = iter(logs)
    told = [logs.is_ready]
    engine.sendall(frame(1, b"a\n"))
    told += [logs.is_ready, next(chunks) == LogChunk(1, b"a\n"), logs.is_ready]
    engine.close()
    told += [logs.is_ready, next(chunks, None) is None, logs.is_ready]
    assert told == [False, True, True, False, True, True, True]


def test_a_terminals_output_is_taken_as_it_is(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    engine.sendall(b"\x01\x00\x00raw\r\n")
    engine.close()
    assert list(SocketLogs(ADDRESS, connection, tty=True, timestamps=False)) == [LogChunk(1, b"\x01\x00\x00raw\r\n")]


def test_a_log_that_breaks_off_in_a_frame_is_an_error(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    engine.sendall(frame(1, b"a\n") + frame(1, b"lost")[:9])
    engine.close()
    seen: list[LogChunk] = []
    with pytest.raises(EngineUnreachable, match="a log ended in the middle"):
        seen.extend(SocketLogs(ADDRESS, connection, tty=False, timestamps=False))
    assert seen == [LogChunk(1, b"a\n")]


def test_an_engine_that_falls_silent_in_a_log_is_an_error(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    engine.sendall(frame(1, b"a\n"))
    connection.set_timeout(0.01)
    chunks = iter(SocketLogs(ADDRESS, connection, tty=False, timestamps=False))
    assert next(chunks) == LogChunk(1, b"a\n")
    with pytest.raises(EngineUnreachable):
        next(chunks)


def test_closing_a_log_in_the_middle_is_no_error(pair: tuple[Connection, socket.socket]) -> None:
    connection, engine = pair
    engine.sendall(frame(1, b"a\n") + frame(1, b"lost")[:9])
    logs = SocketLogs(ADDRESS, connection, tty=False, timestamps=False)
    seen: list[bytes] = []
    for chunk in logs:
        seen.append(chunk.data)
        logs.close()
    assert seen == [b"a\n"]
