"""What the fake engine's containers wrote, and readers that follow it.

One log per container, over all its runs. Reading follows the engine: `tail` counts lines, `since`/`until` cut by
time, following ends with the run. Must not know: states, scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Condition

from composer.engine.fake.clock import rfc3339
from composer.engine.port import LogChunk, LogRequest
from composer.units import SECOND


@dataclass(frozen=True, slots=True)
class Written:
    """At most one line; `opens` says whether it begins one (else it goes on where the last one ended)."""

    time: int
    stream: int
    data: bytes
    opens: bool


class ContainerLog:
    def __init__(self) -> None:
        self.changed = Condition()
        self.written: list[Written] = []
        self.is_live = False  # the container runs: followers wait for more
        self.run_ends: list[int] = []  # how much was written when each run ended
        self._is_mid_line: dict[int, bool] = {}

    def write(self, time: int, stream: int, data: bytes) -> None:
        with self.changed:
            for line in _with_ends(data):
                opens = not self._is_mid_line.get(stream, False)
                self.written.append(Written(time, stream, line, opens))
                self._is_mid_line[stream] = not line.endswith(b"\n")
            self.changed.notify_all()

    def set_live(self, *, is_live: bool) -> None:
        with self.changed:
            if self.is_live and not is_live:
                self.run_ends.append(len(self.written))
            self.is_live = is_live
            self._is_mid_line.clear()
            self.changed.notify_all()

    def read(self, request: LogRequest) -> FakeLogStream:
        with self.changed:
            fitting = [index for index, entry in enumerate(self.written) if _is_wanted(entry, request)]
            first = self._tail_start(fitting, request.tail)
        return FakeLogStream(self, request, first)

    def _tail_start(self, fitting: list[int], tail: int | None) -> int:
        if tail is None:
            return 0
        openings = [index for index in fitting if self.written[index].opens]
        if tail == 0 or not openings:
            return len(self.written)
        return openings[-tail] if tail < len(openings) else 0


class FakeLogStream:
    """One reader iterates; any thread may `close`."""

    def __init__(self, log: ContainerLog, request: LogRequest, first: int) -> None:
        self._log = log
        self._request = request
        self._next = first
        self._run = len(log.run_ends)  # a follow ends with the run it was opened in
        self._is_closed = False

    def __iter__(self) -> Iterator[LogChunk]:
        while (chunks := self.receive()) is not None:
            yield from chunks

    def receive(self) -> list[LogChunk] | None:
        batch = self._take()
        if batch is None:
            return None
        return [self._chunk(entry) for entry in batch if _is_wanted(entry, self._request)]

    def fileno(self) -> int:
        """Nothing to wait for: a log that is not followed is always ready."""
        return -1

    def _chunk(self, entry: Written) -> LogChunk:
        stamped = self._request.timestamps and entry.opens
        return LogChunk(entry.stream, (f"{rfc3339(entry.time)} ".encode() if stamped else b"") + entry.data)

    @property
    def is_ready(self) -> bool:
        with self._log.changed:
            has_come = len(self._log.written) > self._next or len(self._log.run_ends) > self._run
            return has_come or self._is_closed or not (self._request.follow and self._log.is_live)

    def close(self) -> None:
        with self._log.changed:
            self._is_closed = True
            self._log.changed.notify_all()

    def _take(self) -> list[Written] | None:
        """What came since; None at the end."""
        with self._log.changed:
            while not self._is_closed:
                is_over = len(self._log.run_ends) > self._run
                end = self._log.run_ends[self._run] if is_over else len(self._log.written)
                batch = self._log.written[self._next : end]
                self._next += len(batch)
                if batch:
                    return batch
                if is_over or not (self._request.follow and self._log.is_live):
                    return None
                self._log.changed.wait()
            return None


def _is_wanted(entry: Written, request: LogRequest) -> bool:
    since = float(request.since) * SECOND if request.since else 0
    until = float(request.until) * SECOND if request.until else float("inf")
    return since <= entry.time <= until and entry.stream in request.streams


def _with_ends(data: bytes) -> list[bytes]:
    """Cut after each newline, and only there: a progress bar's carriage returns stay inside."""
    *lines, rest = data.split(b"\n")
    return [line + b"\n" for line in lines] + ([rest] if rest else [])
