"""Reading the output of many containers at once: a thread per container, one bounded queue, one consumer.

Owns the threads and the queue. A follow that breaks off while its container runs on is taken up again, with nothing
lost and nothing told twice. A reader waits while the queue holds enough, so a slow terminal slows the reading and not
the memory. Batches hold many lines; making them a line each, with prefix and colour, is the views' work.
Must not know: which containers there are (the caller attaches them), wording, the terminal.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from threading import Condition, RLock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from composer.errors import EngineError, EngineUnreachable, NotFound
from composer.execute.lines import Lines
from composer.execute.resume import Position, Rest
from composer.values import entity, value

if TYPE_CHECKING:
    from composer.engine.port import EngineReader, LogRequest, LogStream

PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each try to take up a log that broke off
ROOM = 4 << 20  # bytes that may wait for the consumer
# Under a flood the engine sends line by line. A consumer that comes back at once waits this long, or for this much,
# so that it is not woken for every line; the first line after a pause is never delayed.
GATHER_SECONDS = 0.005
GATHER_BYTES = 64 << 10


@value()
class LogSource:
    """A container whose output is read. `container` is the engine's id."""

    container: str
    name: str
    service: str = ""
    number: int = 0


@value()
class LogBatch:
    """Whole lines of one container, each with its stamp (see `composer.stamps`): `stream` 1 is stdout, 2 stderr;
    `data` ends with a newline."""

    source: LogSource
    stream: int
    data: bytes


@value()
class LogEnded:
    """No more from this container for now. `trouble`: why it cannot be read, told once; "" for a normal end."""

    source: LogSource
    trouble: str = ""


@value()
class LogNote:
    """A remark of Composer's own about a container (`web-1 exited with code 0`), from `LogFollower.note`.
    `after_end`: it belongs behind the last of the container's output, which may still be to come."""

    source: LogSource
    text: str
    after_end: bool = False


LogItem = LogBatch | LogEnded | LogNote


@entity()
class _Reading:
    """One thread's work: the requests still to be served, and the stream it is reading now."""

    source: LogSource
    requests: deque[LogRequest]
    stream: LogStream | None = None
    is_detached: bool = False
    position: Position = field(default_factory=Position)
    tries: int = 0  # in a row, to take up what broke off
    lines: defaultdict[int, Lines] = field(default_factory=lambda: defaultdict(Lines))


class LogFollower:
    """`attach` containers, then iterate or `drain`; `close` ends everything, from any thread or signal handler.

    `wake` is called (from a reader's thread) whenever items come into the empty queue, for a consumer that waits
    for other things too.

    >>> follower = LogFollower(engine, LogRequest(follow=True))
    >>> follower.attach(LogSource(container.id, container.name, "web", 1))
    >>> for item in follower: ...
    """

    def __init__(
        self,
        reader: EngineReader,
        request: LogRequest,
        *,
        wake: Callable[[], None] | None = None,
        room: int = ROOM,
    ) -> None:
        self._reader = reader
        self._request = replace(request, timestamps=True)
        self._wake = wake
        self._room = room
        self._gather = min(GATHER_BYTES, room)
        lock = RLock()
        self._news = Condition(lock)  # for the consumer
        self._space = Condition(lock)  # for the readers
        self._last_drain = 0.0
        self._items: deque[LogItem] = deque()
        self._held = 0
        self._readings: dict[str, _Reading] = {}
        self._positions: defaultdict[str, Position] = defaultdict(Position)
        self._told: set[str] = set()
        self._is_closed = False

    def attach(self, source: LogSource, *, since: str = "", only_new: bool = False) -> None:
        """Starts reading a container; the engine has output only for one that was started. `only_new`: what it
        has written so far is left out.

        A follow ends when the container does. For its next run attach it again with `since` (seconds since 1970, as
        text: the time of the `die` event): the new output comes after all of the old. Without `since`,
        attaching a container that is being read changes nothing.
        """
        request = self._request
        if since:
            request = replace(request, since=since, tail=None)
        elif only_new:
            request = replace(request, since="", tail=0)
        with self._news:
            if self._is_closed:
                return
            reading = self._readings.get(source.container)
            if reading is not None and not reading.is_detached:
                # One that is not open yet will also have what is asked for now.
                if since and not reading.requests:
                    reading.requests.append(request)
                return
            reading = self._readings[source.container] = _Reading(
                source, deque([request]), position=self._positions[source.container]
            )
        Thread(target=self._serve, args=(reading,), name=f"logs of {source.name}", daemon=True).start()

    def detach(self, container: str) -> None:
        """Ends the reading of one container; what was read already is still delivered."""
        with self._news:
            reading = self._readings.get(container)
            if reading is None:
                return
            reading.is_detached = True
            stream = reading.stream
            self._space.notify_all()
        if stream is not None:
            stream.close()

    def note(self, note: LogNote | LogBatch) -> None:
        """Puts a remark, or lines from elsewhere, behind what was read so far."""
        with self._news:
            is_first = self._add(note)
        if is_first:
            self._call_wake()

    def drain(self, timeout: float | None = None) -> list[LogItem]:
        """All there is, in order, neighbours of one stream as one batch; waits for something to come.

        [] when `timeout` seconds are over or after `close`; without a timeout also when nothing is being read.
        """
        with self._news:
            self._news.wait_for(lambda: self._has_news(timeout), timeout)
            if self._items and monotonic() - self._last_drain < GATHER_SECONDS:
                self._news.wait_for(lambda: self._held >= self._gather or self._is_closed, GATHER_SECONDS)
            items = [] if self._is_closed else list(self._items)
            self._items.clear()
            self._held = 0
            self._last_drain = monotonic()
            self._space.notify_all()
        return list(_joined(items))

    def __iter__(self) -> Iterator[LogItem]:
        """Until every container that is attached has ended, or `close`."""
        while items := self.drain():
            yield from items

    @property
    def is_over(self) -> bool:
        """Nothing is being read and nothing waits to be drained."""
        with self._news:
            return self._is_closed or not (self._items or self._readings)

    def close(self) -> None:
        """The lock may be entered again by its thread, so a signal handler may call this at any point."""
        with self._news:
            self._is_closed = True
            streams = [reading.stream for reading in self._readings.values() if reading.stream is not None]
            self._news.notify_all()
            self._space.notify_all()
        for stream in streams:
            stream.close()

    def _has_news(self, timeout: float | None) -> bool:
        return bool(self._items) or self._is_closed or (timeout is None and not self._readings)

    def _serve(self, reading: _Reading) -> None:
        """The thread of one container."""
        trouble = ""
        while (request := self._next_request(reading, trouble)) is not None:
            trouble = self._read_on(reading, request) or trouble
            self._flush(reading)

    def _read_on(self, reading: _Reading, request: LogRequest) -> str:
        """To the end of the container's run, or of the log; the trouble with it, "" for none."""
        trouble = ""
        is_first = True
        while is_first or self._pauses(reading):
            is_first = False
            try:
                self._read(reading, _from(reading.position, request))
                if not self._is_cut(reading, request):
                    return ""
                trouble = "its log ended, but it runs"
            except NotFound:
                return ""  # removed meanwhile
            except EngineUnreachable as error:
                trouble = error.message
                if not request.follow:
                    break
            except EngineError as error:
                return error.message
            reading.lines.clear()  # what was half read comes again
        return "" if self._is_ending(reading) else trouble

    def _is_cut(self, reading: _Reading, request: LogRequest) -> bool:
        """A follow ends with its container, or where it was told to."""
        if not request.follow or request.until or self._is_ending(reading):
            return False
        detail = self._reader.inspect_container(reading.source.container)
        return detail.state in ("running", "paused") and not detail.restarting

    def _pauses(self, reading: _Reading) -> bool:
        """Waits before another try. False: it is no use any more, or not wanted."""
        if reading.tries == len(PAUSES):
            return False
        with self._space:
            ending = self._space.wait_for(lambda: self._is_ending(reading), PAUSES[reading.tries])
        reading.tries += 1
        return not ending

    def _next_request(self, reading: _Reading, trouble: str) -> LogRequest | None:
        """None ends the thread, in one step with taking it off the list: a later attach starts a new one."""
        with self._news:
            if reading.requests and not self._is_ending(reading):
                return reading.requests.popleft()
            container = reading.source.container
            if self._readings.get(container) is reading:
                del self._readings[container]
            if container in self._told:
                trouble = ""
            elif trouble:
                self._told.add(container)
            is_first = self._add(LogEnded(reading.source, trouble))
        if is_first:
            self._call_wake()
        return None

    def _read(self, reading: _Reading, request: LogRequest) -> None:
        stream = self._reader.logs(reading.source.container, request)
        with self._news:
            reading.stream = stream
            is_ending = self._is_ending(reading)
        try:
            if not is_ending:
                self._take_all(reading, stream)
        finally:
            reading.stream = None
            stream.close()

    def _take_all(self, reading: _Reading, stream: LogStream) -> None:
        rest = Rest(reading.position)
        for chunk in stream:
            data = reading.lines[chunk.stream].feed(chunk.data)
            if data and (data := rest.feed(chunk.stream, data)):
                reading.tries = 0
                if not self._put(reading, LogBatch(reading.source, chunk.stream, data)):
                    return

    def _flush(self, reading: _Reading) -> None:
        for stream, lines in sorted(reading.lines.items()):
            if data := lines.flush():
                self._put(reading, LogBatch(reading.source, stream, data))

    def _put(self, reading: _Reading, batch: LogBatch) -> bool:
        """Waits for room. False: nobody wants it any more."""
        with self._news:
            self._space.wait_for(lambda: self._held < self._room or self._is_ending(reading))
            if self._is_ending(reading):
                return False
            reading.position.note(batch.stream, batch.data)
            is_first = self._add(batch, len(batch.data))
        if is_first:
            self._call_wake()
        return True

    def _add(self, item: LogItem, size: int = 0) -> bool:
        """Is it the first? The consumer is woken for that one, and when enough has gathered."""
        self._items.append(item)
        is_first = len(self._items) == 1
        if is_first or self._held < self._gather <= self._held + size:
            self._news.notify()
        self._held += size
        return is_first

    def _call_wake(self) -> None:
        if self._wake is not None:
            self._wake()

    def _is_ending(self, reading: _Reading) -> bool:
        return self._is_closed or reading.is_detached


def _from(position: Position, request: LogRequest) -> LogRequest:
    """The request for what comes after the position, if something was read at all."""
    return replace(request, since=position.since, tail=None) if position and request.follow else request


def _joined(items: Iterable[LogItem]) -> Iterator[LogItem]:
    """Neighbouring batches of one stream as one."""
    run: list[LogBatch] = []
    for item in items:
        if run and not (isinstance(item, LogBatch) and (item.source, item.stream) == (run[0].source, run[0].stream)):
            yield _one(run)
            run = []
        if isinstance(item, LogBatch):
            run.append(item)
        else:
            yield item
    if run:
        yield _one(run)


def _one(run: list[LogBatch]) -> LogBatch:
    if len(run) == 1:
        return run[0]
    return LogBatch(run[0].source, run[0].stream, b"".join(batch.data for batch in run))
