"""A log that is read again goes on where it broke off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer import labels
from composer.engine.fake import FakeEngine, Script
from composer.engine.port import LogChunk, LogRequest, LogStream
from composer.errors import EngineUnreachable
from composer.execute.follow import LogBatch, LogEnded, LogFollower, LogSource
from composer.execute.resume import Position, Rest
from composer.stamps import TEXT

Line = tuple[int, bytes]  # stream, line


def line(second: int, text: str, stream: int = 1) -> Line:
    return stream, f"2026-01-02T03:04:{second:02d}.500000000Z {text}\n".encode()


def read_again(position: Position, log: list[Line]) -> list[Line]:
    rest = Rest(position)
    return [(stream, new) for stream, data in log if (new := rest.feed(stream, data))]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([1, 2])), min_size=1, max_size=12), st.data())
def test_whatever_was_read_the_rest_follows(written: list[tuple[int, int]], data: st.DataObject) -> None:
    """Stamps may be out of order a little, and equal; texts differ."""
    log = [line(10 + at + jitter, str(at), stream) for at, (jitter, stream) in enumerate(written)]
    cut = data.draw(st.integers(1, len(log)))
    position = Position()
    for stream, text in log[:cut]:
        position.note(stream, text)
    assert read_again(position, log) == log[cut:]


def test_a_position_that_is_not_there_any_more() -> None:
    position = Position()
    position.note(1, b"".join(text for _, text in (line(1, "a"), line(2, "b"))))
    assert read_again(position, [line(1, "other"), line(3, "c"), line(3, "d")]) == [line(3, "c"), line(3, "d")]
    assert position.since == "1767323041.500000000"


def test_before_anything_was_read_all_is_new() -> None:
    assert not Position()
    assert read_again(Position(), [line(1, "a")]) == [line(1, "a")]


class Breaking(FakeEngine):
    """Its logs break off after so many lines: with an error, or without a word."""

    def __init__(self, *, after: list[int], error: bool) -> None:
        super().__init__(images=["busybox"])
        self._after = after
        self._error = error

    def logs(self, container: str, request: LogRequest) -> LogStream:
        stream = super().logs(container, request)
        return _Short(stream, self._after.pop(0), error=self._error) if self._after else stream


class _Short:
    def __init__(self, stream: LogStream, count: int, *, error: bool) -> None:
        self._stream, self._count, self._error = stream, count, error

    def __iter__(self) -> Iterator[LogChunk]:
        for number, chunk in enumerate(self._stream):
            if number == self._count:
                break
            yield chunk
        if self._error:
            raise EngineUnreachable("broke off")

    def close(self) -> None:
        self._stream.close()


def container(engine: FakeEngine) -> LogSource:
    marks = {labels.PROJECT: "shop", labels.CONFIG_HASH: "0", labels.SERVICE: "web", labels.NUMBER: "1"}
    made = engine.create_container("shop-web-1", {"Image": "busybox", "Labels": marks}, platform=None)
    engine.start(made)
    return LogSource(made, "shop-web-1", "web", 1)


@pytest.mark.parametrize("error", [True, False])
def test_a_follow_that_breaks_off_goes_on(error: bool) -> None:
    engine = Breaking(after=[2, 3, 4], error=error)
    engine.script("web", Script(log=("1", "2", "3", "4", "5")))
    web = container(engine)
    follower = LogFollower(engine, LogRequest(follow=True))
    follower.attach(web)
    told: list[bytes] = []
    for item in follower:
        assert isinstance(item, LogBatch | LogEnded)
        if isinstance(item, LogEnded):
            assert item == LogEnded(web)
            break
        told += [text[TEXT:] for text in item.data.splitlines()]
        if told[-1] == b"5":
            engine.kill(web.container, signal="KILL")
    assert told == [b"1", b"2", b"3", b"4", b"5"]


def test_without_follow_a_break_is_told() -> None:
    engine = Breaking(after=[1], error=True)
    engine.script("web", Script(log=("1", "2")))
    web = container(engine)
    follower = LogFollower(engine, LogRequest())
    follower.attach(web)
    assert [item for item in follower if isinstance(item, LogEnded)] == [LogEnded(web, "broke off")]
