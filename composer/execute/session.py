"""Staying with the containers of an attached `up`: their output, their ends, Ctrl-C.

Two threads: one reads the engine's events and keeps `Attached`, one writes the output. The caller waits in
`wait` for what ends the stay; it may carry out other plans meanwhile (the start before, the stop after).
Must not know: plans, wording of output (the writer's), the terminal.
"""

from __future__ import annotations

from contextlib import contextmanager
from queue import SimpleQueue
from threading import Condition
from time import time_ns
from typing import TYPE_CHECKING

from composer import labels
from composer.engine.port import EngineEvent
from composer.errors import ComposerError, EngineError, NotFound
from composer.execute.attached import Announce, Attached, Over, StopAll, Verdict
from composer.execute.commands import EngineSaid, InterruptedBy, StreamLost, StreamResumed
from composer.execute.follow import LogBatch, LogFollower, LogNote, LogSource
from composer.execute.listen import PAUSES, Listener
from composer.execute.printer import Output, Printer, label_of
from composer.stamps import stamped
from composer.units import SECOND
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from composer.engine.port import EngineReader, EventStream
    from composer.execute.listen import Said
    from composer.plan.actions import ReplicaId
    from composer.plan.observed import ObservedContainer

EARLY = SECOND // 5  # nanoseconds by which output may precede the time that the engine gives for the start
PATIENCE = 5.0  # seconds after a stop in which the engine tells of the ends


@value()
class Lost:
    """The engine's events ended: nothing more will be known."""

    error: ComposerError


@value()
class Unread:
    """Whoever read our output has left (`composer logs -f | head`)."""


@value()
class Pressed:
    """A key, for whoever waits to make something of."""

    key: str


@value()
class Detached:
    """Everything runs on; only the watching is over."""


Ending = StopAll | Over | InterruptedBy | Lost | Unread | Pressed | Detached


class Session:
    """`watched`: does this service count for the end? `shown`: is its output shown? `reopen`: opens a stream of
    events anew, from that moment on; without it a stream that breaks ends the stay.

    Use: `begin` before the start, `show` when output may be written, `settle` after the start, `wait`, then
    (after a stop plan) `finish`.
    """

    def __init__(
        self,
        engine: EngineReader,
        events: EventStream,
        attached: Attached,
        follower: LogFollower,
        *,
        watched: Callable[[str], bool],
        shown: Callable[[str], bool],
        reopen: Callable[[float | None], EventStream] | None = None,
    ) -> None:
        self._engine = engine
        self._attached = attached
        self._follower = follower
        self._watched, self._shown = watched, shown
        self._endings: SimpleQueue[Ending] = SimpleQueue()
        self._sources: dict[str, LogSource] = {}
        self._since: dict[str, str] = {}  # container → the end of its last run: what comes later is news
        self._ended: set[str] = set()  # containers that had ended before `begin`
        self._running: set[str] = set()
        self._heard: set[tuple[str, int]] = set()  # service and number of every start
        self._is_lost = False
        self._changed = Condition()  # guards `_attached`, `_sources` and `_heard`
        pauses = PAUSES if reopen else ()
        self._listener = Listener(events, self._take, reopen=reopen or _never, pauses=pauses, first=self._look_again)
        self._printer = Printer(follower, unread=lambda: self._endings.put(Unread()))

    def begin(self, existing: Iterable[ObservedContainer], *, only_new: bool, leaving: Collection[str] = ()) -> None:
        """Takes in the containers that are there already and starts listening. `only_new`: what they have written
        before is left out; no clock is asked for that, since the engine's may differ from ours. `leaving`: ids of
        those that the run stops, which is no end to be told; when it starts them again they count."""
        for container in existing:
            source = LogSource(container.id, container.name, container.service, container.number)
            if container.is_running and container.id not in leaving:
                self._take_in(source, only_new=only_new)
                continue
            self._ended.add(container.id)
            if not only_new:
                self._show(source)
        self._listener.start()

    def show(self, output: Output) -> None:
        """From now on output is written; what came before was kept."""
        self._printer.start(output)

    def hold(self) -> None:
        """Output is kept back until `finish`: something else writes to the screen meanwhile."""
        self._printer.hold()

    def release(self) -> None:
        """Output goes on after `hold`."""
        self._printer.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        self.hold()
        try:
            yield
        finally:
            self.release()

    def unsettle(self) -> None:
        """Something is stopped and started again: until `settle`, nothing running does not mean that all is over."""
        with self._changed:
            self._attached.settled = False
            self._heard.clear()

    def shows(self, service: str) -> bool:
        """Is its output to be seen?"""
        return self._shown(service)

    def tell_hook(self, replica: ReplicaId, data: bytes) -> None:
        """Whole lines that a hook of a container has put out, in the place of its output: `web-1 ->  | text`."""
        if self._shown(replica.service):
            name = f"{labels.replica_label(replica.service, replica.number)} ->"
            self._follower.note(LogBatch(LogSource(name, name, replica.service), 1, stamped(data, time_ns())))

    def settle(self, started: Iterable[ReplicaId] = ()) -> None:
        """Everything that was to be started has been: `started`. Our events may lag behind what the run has heard,
        so these starts are waited for: until then nothing running would not mean that all is over."""
        awaited = {(replica.service, replica.number) for replica in started}
        with self._changed:
            self._changed.wait_for(lambda: self._is_lost or awaited <= self._heard, PATIENCE)
            verdicts = self._attached.settle()
        self._pass_on(verdicts, None)

    def put(self, ending: InterruptedBy | Pressed) -> None:
        """For a signal handler, and for whoever reads keys."""
        self._endings.put(ending)

    def wait(self) -> Ending:
        """Blocks until the stay ends: all is over, the policy wants a stop, Ctrl-C, or the engine is lost."""
        return self._endings.get()

    def finish(self, otherwise: int, *, stopped: bool) -> int:
        """Lets the last output out and ends both threads; the exit status (`otherwise` unless chosen).

        `stopped`: the containers were stopped, so that their ends are still to be heard of.
        """
        with self._changed:
            if stopped:
                self._changed.wait_for(lambda: not self._attached.running, PATIENCE)
            code = self._attached.final_code(otherwise)
        self._listener.close()
        self._listener.join()
        if not stopped:
            self._follower.close()
        for container in self._running:  # what runs on has no last output to wait for
            self._follower.detach(container)
        self._printer.finish()
        return code

    def _take_in(self, source: LogSource, *, only_new: bool = False) -> None:
        with self._changed:
            self._sources[source.container] = source
            self._running.add(source.container)
            if self._watched(source.service):
                self._attached.started(source.container, source.service, label_of(source))
        self._show(source, only_new=only_new)

    def _show(self, source: LogSource, *, only_new: bool = False) -> None:
        if self._shown(source.service):
            self._printer.expect(source.container)
            self._follower.attach(source, since=self._since.get(source.container, ""), only_new=only_new)

    def _take(self, said: Said) -> None:
        """In the events thread."""
        match said:
            case EngineSaid(event):
                self._hear(event)
            case StreamResumed():
                self._look_again()
            case StreamLost(error):
                self._endings.put(Lost(error))
                with self._changed:
                    self._is_lost = True
                    self._changed.notify_all()

    def _look_again(self) -> None:
        """Ends may have been missed: before the stream was opened (older engines tell of an end before their list of
        containers knows of it), and by an engine that restarts and forgets its events."""
        for container in sorted(self._running):
            source = self._sources[container]
            try:
                detail = self._engine.inspect_container(container)
            except NotFound:
                self._removed(source)
                continue
            except EngineError:
                continue  # away again: it will be looked at again
            if not (detail.restarting or detail.state in ("running", "restarting", "paused")):
                ended = engine_nanoseconds(detail.finished_at)
                self._died(EngineEvent("die", detail.id, exit_code=detail.exit_code, time=ended), source)

    def _hear(self, event: EngineEvent) -> None:
        source = self._sources.get(event.container)
        if event.action == "start":
            self._started(event, source)
        elif event.action == "die" and source is not None:
            self._died(event, source)
        elif event.action == "destroy" and source is not None:
            self._removed(source)

    def _removed(self, source: LogSource) -> None:
        with self._changed:
            self._running.discard(source.container)
            verdicts = self._attached.removed(source.container)
            self._changed.notify_all()
        self._pass_on(verdicts, source)

    def _started(self, event: EngineEvent, known: LogSource | None) -> None:
        """A container's first start, or its next."""
        if event.attributes.get(labels.ONEOFF) == "True":
            return
        service = event.attributes.get(labels.SERVICE, "")
        number = event.attributes.get(labels.NUMBER, "0")
        source = known or LogSource(event.container, event.name, service, int(number) if number.isdecimal() else 0)
        if event.container in self._ended:
            self._ended.remove(event.container)
            self._since[event.container] = self._last_end(event.container)
        self._take_in(source)
        with self._changed:
            self._heard.add((source.service, source.number))
            self._changed.notify_all()

    def _last_end(self, container: str) -> str:
        """Of a container that had ended before we came and was started now: the end of its last run, "" if it never
        ran. If it has already ended again, only its start is known, and its first output may be a bit older."""
        try:
            detail = self._engine.inspect_container(container)
        except NotFound:
            return ""
        started, finished = engine_nanoseconds(detail.started_at), engine_nanoseconds(detail.finished_at)
        since = finished if finished <= started else started - EARLY
        return seconds_text(since) if since > 0 else ""

    def _died(self, event: EngineEvent, source: LogSource) -> None:
        # Not the time of the next start: its first lines may be older than the event that tells of it.
        self._since[event.container] = seconds_text(event.time)
        restarting = self._is_restarting(event.container)
        code = event.exit_code if event.exit_code is not None else 0
        with self._changed:
            if not restarting:
                self._running.discard(event.container)
            verdicts = self._attached.exited(event.container, exit_code=code, restarting=restarting)
            self._changed.notify_all()
        self._pass_on(verdicts, source, restarting=restarting)

    def _is_restarting(self, container: str) -> bool:
        """One look: the event does not say whether the restart policy will start it again."""
        try:
            detail = self._engine.inspect_container(container)
        except NotFound:
            return False
        return detail.restarting or detail.state in ("running", "restarting")

    def _pass_on(self, verdicts: Sequence[Verdict], source: LogSource | None, *, restarting: bool = False) -> None:
        """The end of a container whose output is not shown is told only if it is why all is stopped."""
        is_told = source is not None and (
            self._shown(source.service) or any(isinstance(verdict, StopAll) for verdict in verdicts)
        )
        for verdict in verdicts:
            if not isinstance(verdict, Announce):
                self._endings.put(verdict)
            elif source is not None and is_told:
                self._follower.note(LogNote(source, verdict.text, after_end=not restarting))


def seconds_text(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as the engine's log calls want them: `1795470343.000000005`."""
    return f"{nanoseconds // SECOND}.{nanoseconds % SECOND:09d}"


def engine_nanoseconds(moment: str) -> int:
    """A time as the engine writes it (`2026-01-02T03:04:05.678901234Z`) in nanoseconds since 1970; 0 for never."""
    whole, _, fraction = moment.removesuffix("Z").partition(".")
    if not whole or whole.startswith("0001-"):
        return 0
    from datetime import UTC, datetime  # noqa: PLC0415 - only for containers that had ended before

    seconds = int(datetime.fromisoformat(whole).replace(tzinfo=UTC).timestamp())
    return seconds * SECOND + int(f"{fraction:0<9}"[:9])


def _never(since: float | None) -> EventStream:
    raise EngineError(f"no events can be had from {since} on")  # never asked for: there are no tries
