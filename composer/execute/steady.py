"""Engine events over connections that may break: the stream is opened again, and nothing is told twice.

The engine keeps its last events, so a short break loses none; what a long one, or a restart of the engine, has lost is
for the listener to find out: after every re-opening comes an event of action `RESUMED`. Must not know: what events
mean.
"""

from __future__ import annotations

from collections import deque
from threading import Event
from typing import TYPE_CHECKING

from composer.engine.port import EngineEvent
from composer.errors import EngineError, EngineUnreachable
from composer.plan.actions import ContainerId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from composer.engine.port import EventStream

RESUMED = "resumed"  # an action of our own
PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each try to re-open
OVERLAP = 1.0  # seconds: events may come in another order than their times; what is told again is left out
REMEMBERED = 1024  # events; the engine itself keeps 256


class SteadyEvents:
    """An `EventStream`. `open_at(since)` opens the engine's (seconds since 1970; None: from now on).

    Opened at once, so that whatever happens later is in it. Raises EngineUnreachable from the iteration when it stays
    broken, and what the first opening raises.
    """

    def __init__(
        self,
        open_at: Callable[[float | None], EventStream],
        *,
        since: float | None = None,
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._open_at = open_at
        self._pauses = pauses
        self._closed = Event()
        self._last = 0  # nanoseconds
        self._seen: deque[tuple[int, str, str]] = deque(maxlen=REMEMBERED)
        self._stream = open_at(since)

    def __iter__(self) -> Iterator[EngineEvent]:
        while True:
            try:
                yield from self._news()
            except EngineUnreachable as error:
                if not self._resume(error):
                    return
                yield EngineEvent(RESUMED, ContainerId(""))
            else:
                return

    def close(self) -> None:
        self._closed.set()
        self._stream.close()

    def _news(self) -> Iterator[EngineEvent]:
        known = set(self._seen)  # empty on the first stream
        for event in self._stream:
            key = (event.time, event.container, event.action)
            if key in known:
                continue
            self._seen.append(key)
            self._last = max(self._last, event.time)
            yield event

    def _resume(self, error: EngineError) -> bool:
        """Opens a new stream. False: it is closed and nobody listens any more. Raises the last refusal."""
        since = self._last / 1e9 - OVERLAP if self._last else None
        for pause in self._pauses:
            if self._closed.wait(pause):
                return False
            try:
                self._stream = self._open_at(since)
            except EngineError as refusal:
                error = refusal
                continue
            if self._closed.is_set():
                self._stream.close()
                return False
            return True
        raise error
