"""Reading the logs of many containers to their ends, all lines in the order in which they were written.

A merge that pulls: what holds the others up is read further, and the others only as far as AHEAD allows, so that memory
stays small and the engine does the waiting. Without reading ahead it would prepare one log at a time, on one core,
wherever the containers wrote one after the other. No threads: the engine sends each log into its own socket.
Must not know: how lines are shown, following.
"""

from __future__ import annotations

import select
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field, replace
from time import sleep
from typing import TYPE_CHECKING

from composer.engine.port import GATHER_SECONDS, PLENTY
from composer.errors import EngineError, EngineUnreachable, NotFound
from composer.execute.follow import LogEnded, LogSource
from composer.execute.lines import Lines
from composer.stamps import WIDTH, before, latest, lines_of
from composer.values import entity, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.engine.port import EngineReader, LogRequest, LogStream

AHEAD = 8 << 20  # bytes that may be held of all logs together
PATIENCE = 120.0  # seconds of silence after which the engine is taken to hang
# The engine stamps what comes from stdout and from stderr and then writes it, each for itself: of two lines that are
# closer together than this, the later one may stand first in the log.
SLACK = 50_000_000  # nanoseconds
_AFTER = b"\xff"  # behind every line of the same stamp


@value()
class LogLines:
    """Stamped lines of one stream (1 stdout, 2 stderr) of a container, each without its newline."""

    source: LogSource
    stream: int
    lines: Sequence[bytes]


@entity()
class _Log:
    """What was read of a log and not given out yet, by stream; `last`: the stamp up to which it was read."""

    source: LogSource
    stream: LogStream
    lines: defaultdict[int, Lines] = field(default_factory=lambda: defaultdict(Lines))
    held: defaultdict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    last: bytes = b""
    size: int = 0  # bytes held

    def read(self) -> int:
        """Reads once; how many bytes it brought. -1: it is at its end, and the rest is held. Raises EngineError."""
        chunks = self.stream.receive()
        if chunks is None:
            for stream, rest in self.lines.items():
                if data := rest.flush():
                    self._hold(stream, data)
            return -1
        for chunk in chunks:
            if data := self.lines[chunk.stream].feed(chunk.data):
                self._hold(chunk.stream, data)
        return sum(len(chunk.data) for chunk in chunks)

    def reach(self, room: int) -> bytes:
        """What no line to come can be before, as lines compare; with `room` bytes held none is waited for."""
        if not self.last:
            return b""
        if self.size >= room:
            return self.last + _AFTER
        begun = [rest.begun[:WIDTH] for rest in self.lines.values() if rest.begun]
        return min([before(self.last, SLACK), *begun]) + _AFTER

    def gives_at(self, horizon: bytes) -> bool:
        """Is there a line up to there?"""
        return any(lines and lines[0] <= horizon for lines in self.held.values())

    def _hold(self, stream: int, data: bytes) -> None:
        lines = lines_of(data)
        self.held[stream] += lines
        self.size += len(data)
        self.last = max(self.last, latest(lines))

    def take(self, horizon: bytes | None) -> Iterator[LogLines]:
        """The lines up to `horizon`, all for None."""
        for stream, lines in sorted(self.held.items()):
            cut = len(lines) if horizon is None else bisect_right(lines, horizon)
            if cut:
                taken = lines[:cut]
                del lines[:cut]
                self.size -= sum(map(len, taken)) + cut
                yield LogLines(self.source, stream, taken)

    @property
    def is_empty(self) -> bool:
        return not any(self.held.values())


class InOrder:
    """Iterates rounds. Lines of one round may be of many containers and are to be put in order by their stamps;
    all of them were written before those of the next round. `LogEnded` tells of a log that cannot be read.

    >>> for group in InOrder(engine, LogRequest(), sources): ...
    """

    def __init__(self, reader: EngineReader, request: LogRequest, sources: Iterable[LogSource]) -> None:
        self._reader = reader
        self._request = replace(request, follow=False, timestamps=True)
        self._sources = tuple(sources)

    def __iter__(self) -> Iterator[list[LogLines | LogEnded]]:
        logs: list[_Log] = []
        try:
            yield from self._rounds(logs)
        finally:
            for log in logs:
                log.stream.close()

    def _rounds(self, live: list[_Log]) -> Iterator[list[LogLines | LogEnded]]:
        items: list[LogLines | LogEnded] = []
        for source in self._sources:
            try:
                stream = self._reader.logs(source.container, self._request)
            except NotFound:
                continue  # removed meanwhile
            except EngineError as error:
                items.append(LogEnded(source, error.message))
            else:
                live.append(_Log(source, stream))
        rests: list[_Log] = []  # ended, but with lines that are younger than what the others have come to
        room = AHEAD // max(1, len(live))
        while live:
            self._read(live, rests, items, room)
            horizon = min((log.reach(room) for log in live), default=None)
            for log in (*live, *rests):
                items += log.take(horizon)
            rests = [log for log in rests if not log.is_empty]
            if items:
                yield items
            items = []
        if items:
            yield items

    def _read(self, live: list[_Log], rests: list[_Log], items: list[LogLines | LogEnded], room: int) -> None:
        """One look at all logs that hold the others up or may be read ahead; those at their ends go to `rests`."""
        wanted = [log for log in live if log.size < room or not log.gives_at(log.reach(room))]
        ready = [log for log in wanted if log.stream.is_ready] or _await(wanted)
        received = 0
        for log in ready:
            try:
                count = log.read()
            except NotFound:
                count = -1
            except EngineError as error:
                items.append(LogEnded(log.source, error.message))
                count = -1
            if count < 0:
                live.remove(log)
                log.stream.close()
                rests.append(log)
            received += max(count, 0)
        if live and received < PLENTY:
            sleep(GATHER_SECONDS)


def _await(logs: Sequence[_Log]) -> list[_Log]:
    """Waits until something has come for some of them. Raises EngineUnreachable."""
    poll = select.poll()
    by_descriptor = {log.stream.fileno(): log for log in logs}
    for descriptor in by_descriptor:
        poll.register(descriptor, select.POLLIN)
    ready = [by_descriptor[descriptor] for descriptor, _ in poll.poll(PATIENCE * 1000)]
    if not ready:
        raise EngineUnreachable(f"nothing more of the logs came for {PATIENCE:g} s")
    return ready
