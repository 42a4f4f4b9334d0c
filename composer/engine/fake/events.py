"""The fake engine's event history and its open streams.

Events reach every fitting stream in the order they happened; the history holds the last 256 of the whole engine,
as the real one's does. Must not know: why something happened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Lock

from composer import labels
from composer.engine.port import EngineEvent
from composer.errors import EngineUnreachable
from composer.plan.actions import ContainerId
from composer.units import SECOND

HISTORY = 256
ROUNDING = 1000  # nanoseconds lost when a time goes through a float
_END = EngineEvent("", ContainerId(""))


class FakeEventStream:
    """One reader iterates; any thread may `close`."""

    def __init__(self, log: EventLog, project: str, drop_after: int | None) -> None:
        self._log = log
        self._project = project
        self._left = drop_after
        self._queue: SimpleQueue[EngineEvent | None] = SimpleQueue()
        self._is_closed = False
        self._is_lost = False

    def __iter__(self) -> Iterator[EngineEvent]:
        while not self._is_over():
            event = self._queue.get()
            if self._is_over() or event is _END:
                return
            if event is None:
                raise EngineUnreachable("the connection to the Docker Engine broke off: the event stream ended")
            yield event

    def _is_over(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        self._is_closed = True
        self._log.forget(self)
        self._queue.put(None)

    def offer(self, event: EngineEvent) -> None:
        if self._is_lost or event.attributes.get(labels.PROJECT) != self._project:
            return
        if self._left == 0:
            self.lose()
            return
        if self._left is not None:
            self._left -= 1
        self._queue.put(event)

    def end(self) -> None:
        """What was delivered can still be read, then it is over."""
        self._log.forget(self)
        self._queue.put(_END)

    def lose(self) -> None:
        """The connection breaks: what was delivered can still be read."""
        self._is_lost = True
        self._log.forget(self)
        self._queue.put(None)


class EventLog:
    def __init__(self) -> None:
        self._history: deque[EngineEvent] = deque(maxlen=HISTORY)
        self._streams: list[FakeEventStream] = []
        self._lock = Lock()
        self.drop_after: int | None = None  # for the next stream to be opened

    def publish(self, event: EngineEvent) -> None:
        self._history.append(event)
        for stream in tuple(self._streams):
            stream.offer(event)

    def open(self, project: str, since: float | None, until: str = "") -> FakeEventStream:
        """`since` (seconds since 1970) replays what the history still holds; `until` must lie in the past."""
        stream = FakeEventStream(self, project, self.drop_after)
        self.drop_after = None
        with self._lock:
            self._streams.append(stream)
        if since is not None:
            for event in self._history:
                if event.time >= since * SECOND - ROUNDING and not (until and event.time > float(until) * SECOND):
                    stream.offer(event)
        if until:
            stream.end()
        return stream

    def lose_all(self) -> None:
        for stream in tuple(self._streams):
            stream.lose()

    def forget(self, stream: FakeEventStream) -> None:
        with self._lock:
            if stream in self._streams:
                self._streams.remove(stream)
