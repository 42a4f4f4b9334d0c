"""All lines of many logs in the order in which they were written, with little of them in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.engine.fake import FakeEngine
from composer.engine.port import LogChunk, LogRequest
from composer.errors import EngineRefused, EngineUnreachable, NotFound
from composer.execute import inorder
from composer.execute.follow import LogEnded, LogSource
from composer.execute.inorder import InOrder, LogLines

Piece = LogChunk | Exception | None  # None: nothing that is a chunk yet


def stamped(second: int, text: str) -> bytes:
    return f"2026-01-02T03:04:{second:02d}.000000000Z {text}".encode()


class Stream:
    def __init__(self, pieces: list[Piece], *, is_ready: bool) -> None:
        self._pieces = pieces
        self._readable = os.open(os.devnull, os.O_RDONLY)
        self.is_ready = is_ready
        self.sent = 0
        self.is_closed = False

    def receive(self) -> list[LogChunk] | None:
        if self.sent == len(self._pieces):
            return None
        piece = self._pieces[self.sent]
        self.sent += 1
        if isinstance(piece, Exception):
            raise piece
        return [] if piece is None else [piece]

    def fileno(self) -> int:
        return self._readable

    def __iter__(self) -> Iterator[LogChunk]:
        while (chunks := self.receive()) is not None:
            yield from chunks

    def close(self) -> None:
        if not self.is_closed:
            os.close(self._readable)
        self.is_closed = True


class Logs(FakeEngine):
    """An engine that sends logs in exactly these pieces."""

    def __init__(self, logs: dict[str, list[Piece]], *, is_ready: bool = False) -> None:
        super().__init__()
        self._sent = logs
        self._is_ready = is_ready
        self.streams: list[Stream] = []

    def logs(self, container: str, request: LogRequest) -> Stream:  # type: ignore[override]
        assert (request.timestamps, request.follow) == (True, False)
        pieces = self._sent[container]
        if pieces and isinstance(pieces[0], EngineRefused):
            raise pieces[0]
        self.streams.append(Stream(pieces, is_ready=self._is_ready))
        return self.streams[-1]


def rounds(logs: dict[str, list[Piece]], *, is_ready: bool = False) -> list[list[LogLines | LogEnded]]:
    engine = Logs(logs, is_ready=is_ready)
    told = list(InOrder(engine, LogRequest(follow=True), [LogSource(name, name) for name in logs]))
    assert all(stream.is_closed for stream in engine.streams)
    return told


def texts(items: list[LogLines | LogEnded]) -> list[str]:
    """The lines of a round by time."""
    lines = [
        (line[:30], one.source.name, line[31:]) for one in items if isinstance(one, LogLines) for line in one.lines
    ]
    return [f"{name}{text.decode()}" for _, name, text in sorted(lines)]


def test_a_round_goes_as_far_as_all_logs_are_known() -> None:
    told = rounds({
        "a": [LogChunk(1, stamped(1, "1\n") + stamped(5, "5\n")), LogChunk(1, stamped(6, "6\n"))],
        "b": [LogChunk(1, stamped(2, "2\n")), LogChunk(1, stamped(3, "3\n") + stamped(7, "7\n"))],
    })  # fmt: skip
    assert [texts(items) for items in told] == [["a1"], ["b2", "b3", "a5"], ["a6", "b7"]]


def test_what_has_come_already_is_read_ahead_as_far_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inorder, "AHEAD", 2 * 80)  # two lines, and no third when there are two already
    early: list[Piece] = [LogChunk(1, stamped(second, f"{second}" + 9 * "." + "\n")) for second in range(1, 5)]
    late: list[Piece] = [LogChunk(1, stamped(second, f"{second}" + 9 * "." + "\n")) for second in range(11, 15)]
    engine = Logs({"a": early, "b": late}, is_ready=True)
    read = [
        (len(texts(items)), *(stream.sent for stream in engine.streams))
        for items in inorder.InOrder(engine, LogRequest(), [LogSource(name, name) for name in "ab"])
    ]
    assert read == [(2, 2, 2), (2, 4, 2), (2, 4, 2), (2, 4, 4)]


def test_lines_in_pieces_and_streams_that_cross() -> None:
    told = rounds({
        "a": [
            LogChunk(1, stamped(1, "ou")),
            LogChunk(2, stamped(2, "err\n")),
            LogChunk(1, b"t\n" + stamped(3, "end")),
        ],
    })  # fmt: skip
    assert [text for items in told for text in texts(items)] == ["aout", "aerr", "aend"]
    assert [(one.stream, len(one.lines)) for items in told for one in items if isinstance(one, LogLines)] == [
        (1, 1), (1, 1), (2, 1),
    ]  # fmt: skip


def test_a_log_of_which_nothing_is_known_yet_holds_up_the_others() -> None:
    told = rounds({
        "a": [LogChunk(1, stamped(2, "2\n") + stamped(4, "4\n"))],
        "b": [None, None, LogChunk(1, stamped(1, "1\n"))],
    })  # fmt: skip
    assert [texts(items) for items in told] == [["b1", "a2", "a4"]]


def test_a_line_that_has_begun_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inorder, "AHEAD", 2 * 40)
    said = [LogChunk(2, stamped(second, "12345678\n")) for second in range(2, 8)]
    told = rounds({"a": [LogChunk(1, stamped(1, "begun")), *said, LogChunk(1, b" and ended\n")]})
    assert [len(texts(items)) for items in told] == [2, 2, 2, 1]


def test_lines_that_the_engine_wrote_down_a_little_late_are_put_in_order() -> None:
    err, out = (f"2026-01-02T03:04:05.{nanoseconds:09d}Z ".encode() for nanoseconds in (910_657_776, 910_541_523))
    told = rounds({"a": [LogChunk(2, err + b"err\n"), LogChunk(1, out + b"out\n"), LogChunk(1, stamped(6, "end\n"))]})
    assert [text for items in told for text in texts(items)] == ["aout", "aerr", "aend"]


def test_what_cannot_be_read_is_told_and_the_rest_shown() -> None:
    a, b, c, d = (LogSource(name, name) for name in "abcd")
    told = rounds({
        "a": [EngineRefused("does not support reading")],
        "b": [LogChunk(1, stamped(1, "1\n")), EngineUnreachable("broke off")],
        "c": [LogChunk(1, stamped(2, "2\n"))],
        "d": [NotFound("gone")],
    })  # fmt: skip
    assert [item for items in told for item in items if isinstance(item, LogEnded)] == [
        LogEnded(a, "does not support reading"),
        LogEnded(b, "broke off"),
    ]
    assert [text for items in told for text in texts(items)] == ["b1", "c2"]
    assert (c, d) not in told
    assert rounds({}) == []


def test_an_engine_that_falls_silent_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inorder, "PATIENCE", 0.01)
    silent, writing = os.pipe()
    monkeypatch.setattr(Stream, "fileno", lambda _: silent)
    with pytest.raises(EngineUnreachable, match=r"nothing more of the logs came for 0\.01 s"):
        rounds({"a": [LogChunk(1, stamped(1, "1\n"))]})
    os.close(silent)
    os.close(writing)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 30), st.sampled_from([0, 1, 2])), max_size=12), max_size=4),
    st.booleans(),
)
def test_nothing_is_lost_and_all_comes_in_order(written: list[list[tuple[int, int]]], ahead: bool) -> None:
    logs: dict[str, list[Piece]] = {
        str(number): [
            LogChunk(stream, stamped(second, f"-{second}\n")) if stream else None for second, stream in sorted(log)
        ]
        for number, log in enumerate(written)
    }
    shown = [text for items in rounds(logs, is_ready=ahead) for text in texts(items)]
    assert sorted(shown) == sorted(
        f"{number}-{second}" for number, log in enumerate(written) for second, stream in log if stream
    )
    seconds = [int(text.partition("-")[2]) for text in shown]
    assert seconds == sorted(seconds)
