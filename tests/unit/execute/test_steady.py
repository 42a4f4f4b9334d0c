"""Events over streams that break."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from composer.engine.port import EngineEvent
from composer.errors import EngineUnreachable
from composer.execute.steady import RESUMED, SteadyEvents
from composer.plan.actions import ContainerId


def event(action: str, time: int, container: str = "c") -> EngineEvent:
    return EngineEvent(action, ContainerId(container), time=time)


class Streams:
    """Each opening gives the next list of events; a list that does not end with None breaks off."""

    def __init__(self, *contents: list[EngineEvent | None] | EngineUnreachable) -> None:
        self.contents = list(contents)
        self.asked: list[float | None] = []

    def open(self, since: float | None) -> Stream:
        self.asked.append(since)
        content = self.contents.pop(0)
        if isinstance(content, EngineUnreachable):
            raise content
        return Stream(content)


class Stream:
    def __init__(self, content: list[EngineEvent | None]) -> None:
        self.content = content
        self.is_closed = False

    def __iter__(self) -> Iterator[EngineEvent]:
        for one in self.content:
            if one is None or self.is_closed:
                return
            yield one
        raise EngineUnreachable("it broke off")

    def close(self) -> None:
        self.is_closed = True


def told(streams: Streams, *, since: float | None = None, tries: int = 2) -> list[tuple[str, int]]:
    return [(one.action, one.time) for one in SteadyEvents(streams.open, since=since, pauses=(0.0,) * tries)]


SECOND = 1_000_000_000


def test_a_stream_that_ends_is_over() -> None:
    streams = Streams([event("start", 5), None])
    assert told(streams, since=3.5) == [("start", 5)]
    assert streams.asked == [3.5]


def test_a_break_loses_nothing_and_repeats_nothing() -> None:
    again = [
        event("start", 5 * SECOND),
        event("die", 5 * SECOND),
        event("kill", 5 * SECOND),
        event("start", 7 * SECOND),
    ]
    streams = Streams([event("start", 5 * SECOND), event("kill", 5 * SECOND)], [*again, None])
    assert told(streams) == [
        ("start", 5 * SECOND), ("kill", 5 * SECOND), (RESUMED, 0), ("die", 5 * SECOND), ("start", 7 * SECOND),
    ]  # fmt: skip
    assert streams.asked == [None, 4.0]


def test_events_that_came_in_another_order_than_their_times() -> None:
    streams = Streams(
        [event("b", 5 * SECOND), event("a", 4 * SECOND)], [event("a", 4 * SECOND), event("b", 5 * SECOND), None]
    )
    assert told(streams) == [("b", 5 * SECOND), ("a", 4 * SECOND), (RESUMED, 0)]


def test_it_is_tried_again_until_it_opens() -> None:
    gone = EngineUnreachable("nobody there")
    streams = Streams([], gone, [event("start", 5), None])
    assert told(streams) == [(RESUMED, 0), ("start", 5)]
    assert streams.asked == [None, None, None]


def test_what_stays_broken_is_told() -> None:
    with pytest.raises(EngineUnreachable, match="nobody there"):
        told(Streams([], EngineUnreachable("no"), EngineUnreachable("nobody there")))


def test_closing_ends_the_tries() -> None:
    streams = Streams([], EngineUnreachable("no"))
    events = SteadyEvents(streams.open, pauses=(0.0, 3600.0))
    threading.Timer(0.0, events.close).start()
    assert [one.action for one in events] == []
