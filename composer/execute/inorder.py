"""Reading the logs of many containers to their ends, all lines in the order in which they were written.

A merge that pulls: what holds the others up is read further, and the others only as far as AHEAD allows, so that memory
stays small and the engine does the waiting. Without reading ahead it would prepare one log at a time, on one core,
wherever the containers wrote one after the other. No threads: the engine sends each log into its own socket.
Must not know: how lines are shown, following.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field, replace
from typing import TYPE_CHECKING

from composer.errors import EngineError, NotFound
from composer.execute.follow import LogEnded, LogSource
from composer.execute.lines import Lines
from composer.stamps import latest, lines_of
from composer.values import entity, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.engine.port import EngineReader, LogChunk, LogRequest, LogStream

AHEAD = 8 << 20  # bytes that may be held of all logs together
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
    chunks: Iterator[LogChunk]
    lines: defaultdict[int, Lines] = field(default_factory=lambda: defaultdict(Lines))
    held: defaultdict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    last: bytes = b""
    size: int = 0  # bytes held

    def pull(self) -> bool:
        """Reads on until there are whole lines. False: it is at its end, and the rest is held. Raises EngineError."""
        for chunk in self.chunks:
            if data := self.lines[chunk.stream].feed(chunk.data):
                self._hold(chunk.stream, data)
                return True
        for stream, rest in self.lines.items():
            if data := rest.flush():
                self._hold(stream, data)
        return False

    def _hold(self, stream: int, data: bytes) -> None:
        lines = lines_of(data)
        self.held[stream] += lines
        self.size += len(data)
        self.last = max(self.last, latest(lines))

    def take(self, horizon: bytes | None) -> Iterator[LogLines]:
        """The lines up to `horizon`, all for None."""
        for stream, lines in sorted(self.held.items()):
            cut = len(lines) if horizon is None else bisect_right(lines, horizon + _AFTER)
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
                live.append(_Log(source, stream, iter(stream)))
        rests: list[_Log] = []  # ended, but with lines that are younger than what the others have come to
        share = AHEAD // max(1, len(live))
        while live:
            self._pull((log for log in live if log.size < share and log.stream.is_ready), live, rests, items)
            self._pull((log for log in live if log.is_empty), live, rests, items)
            horizon = min((log.last for log in live), default=None)
            for log in (*live, *rests):
                # What holds the others up goes out whole: its clock may have been set back in between.
                items += log.take(None if horizon is None or log.last == horizon else horizon)
            rests = [log for log in rests if not log.is_empty]
            if items:
                yield items
            items = []
        if items:
            yield items

    def _pull(
        self, chosen: Iterable[_Log], live: list[_Log], rests: list[_Log], items: list[LogLines | LogEnded]
    ) -> None:
        """Those that are at their ends go to `rests`."""
        for log in tuple(chosen):
            try:
                goes_on = log.pull()
            except NotFound:
                goes_on = False
            except EngineError as error:
                items.append(LogEnded(log.source, error.message))
                goes_on = False
            if not goes_on:
                live.remove(log)
                log.stream.close()
                rests.append(log)
