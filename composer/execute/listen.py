"""The thread that reads the engine's events and puts them on the run's queue.

Owns re-opening a lost stream: a few tries with growing pauses, from the last event on; after that it says
that the stream is lost. Must not know: what events mean.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from composer.errors import EngineError, EngineUnreachable
from composer.execute.commands import EngineSaid, StreamLost, StreamResumed

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.engine.port import EventStream

PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each try to re-open
_OVERLAP = 1e-6  # a float holds today's seconds to less than this: rather hear an event twice

Said = EngineSaid | StreamResumed | StreamLost


class Listener:
    """`reopen(since)`: a new stream from that moment (engine time, seconds since 1970; None: from now). `first` is
    called in the thread before the first event is put."""

    def __init__(
        self,
        stream: EventStream,
        put: Callable[[Said], object],
        *,
        reopen: Callable[[float | None], EventStream],
        pauses: tuple[float, ...] = PAUSES,
        first: Callable[[], object] = lambda: None,
    ) -> None:
        self._stream = stream
        self._put = put
        self._first = first
        self._reopen = reopen
        self._pauses = pauses
        self._closed = threading.Event()
        self._last = 0  # time of the latest event, in engine nanoseconds

        self._thread = threading.Thread(target=self._listen, name="composer-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._stream.close()

    def join(self) -> None:
        """After `close`, once started: nothing more is put."""
        self._thread.join()

    def _listen(self) -> None:
        self._first()
        while not self._closed.is_set():
            error = self._read()
            if self._closed.is_set():
                return
            lost = self._resume(error)
            if lost is not None:
                self._put(StreamLost(lost))
                return

    def _read(self) -> EngineError:
        """Until the stream ends; answers why."""
        heard = self._last
        try:
            for event in self._stream:
                if self._closed.is_set():
                    break
                if event.time and event.time <= heard:
                    continue  # told again after a re-opening
                self._last = max(self._last, event.time)
                self._put(EngineSaid(event))
        except EngineError as error:
            return error
        return EngineUnreachable("the engine ended the event stream")

    def _resume(self, error: EngineError) -> EngineError | None:
        """Open a new stream. None: it is open. Else why it cannot be."""
        since = self._last / 1e9 - _OVERLAP if self._last else None
        away = False
        for pause in self._pauses:
            if self._closed.wait(pause):
                return None
            try:
                stream = self._reopen(since)
            except EngineError as refusal:
                error, away = refusal, True
                continue
            self._stream = stream
            if self._closed.is_set():
                stream.close()
            else:
                self._put(StreamResumed(engine_was_away=away))
            return None
        return error
