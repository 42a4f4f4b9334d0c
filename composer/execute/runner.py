"""Carrying out a plan: the loop between the pure scheduler and everything that blocks.

The calling thread owns the scheduler and waits on one queue; workers make the engine calls, one thread reads
the engine's events, a signal handler may interrupt; all of them only put on that queue. No polling, no
locks. Must not know: which steps there are, which client is behind the port, who listens to the bus.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from composer.engine.port import ProbeOutput
from composer.errors import EngineError, NotFound
from composer.events.types import RunFinished, RunResult, RunStarted
from composer.execute.commands import (
    Arm,
    Begin,
    DeadlinePassed,
    Emit,
    Finish,
    Input,
    Inspect,
    Inspected,
    InspectFailed,
    InterruptedBy,
    Probe,
    Probed,
    StreamResumed,
)
from composer.execute.interrupt import Interrupts
from composer.execute.listen import Listener
from composer.execute.perform import Performer
from composer.execute.scheduler import Scheduler
from composer.execute.workers import Workers
from composer.plan.actions import ContainerId, KillContainer, RemoveImage, RemoveVolume, StartContainer, WaitFor
from composer.values import value

if TYPE_CHECKING:
    from composer.engine.port import Engine, EventStream
    from composer.events.bus import Bus
    from composer.events.types import Event
    from composer.execute.commands import Command
    from composer.execute.policy import RunPolicy
    from composer.plan.actions import Action
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan

Clock = Callable[[], float]
_FURTHER_THREADS = 8  # for inspections, besides the steps' limits
_COULD_NOT_PROBE = -1
_HEAVY = (KillContainer, RemoveImage, RemoveVolume)  # for these the engine's client has something to load


@value()
class _Crash:
    """A defect: an exception that no engine call should raise. Raised again in the run's thread."""

    error: BaseException


def run(
    plan: Plan,
    engine: Engine,
    bus: Bus,
    policy: RunPolicy,
    *,
    observed: ObservedState,
    events: EventStream | None = None,
    clock: Clock = time.monotonic,
) -> RunResult:
    """Carry out `plan` and answer how it went; every event on the way goes to `bus`.

    `observed`: the snapshot the plan was made from. `events`: an event stream opened before that snapshot
    was taken; the run reads and closes it. Without one, a stream is opened here if a wait needs it.
    Raises EngineUnreachable only when that stream cannot be opened; every later trouble is in the result.
    """
    return _Run(plan, engine, bus, policy, observed=observed, clock=clock).carry_out(events)


class _Run:
    def __init__(
        self, plan: Plan, engine: Engine, bus: Bus, policy: RunPolicy, *, observed: ObservedState, clock: Clock
    ) -> None:
        self._plan, self._engine, self._bus, self._policy = plan, engine, bus, policy
        self._project = observed.project
        self._clock = clock
        self._inbox: SimpleQueue[Input | _Crash] = SimpleQueue()
        self._scheduler = Scheduler(plan, policy, observed)
        self._performer = Performer(engine, images=observed.images, progress=self._inbox.put, policy=policy)
        self._workers = Workers(sum(policy.limits.values()) + policy.probes_at_once + _FURTHER_THREADS)
        self._unsaid: list[Event] = []
        self._wake: float | None = None
        self._over = False

    def carry_out(self, events: EventStream | None) -> RunResult:
        started = self._clock()
        commands = self._scheduler.begin(started)
        listener = self._listener(events, commands)
        try:
            with Interrupts(self._inbox.put, enabled=self._policy.handle_signals):
                if listener is not None:
                    listener.start()
                self._bus.publish(RunStarted(0.0, self._policy.verb, self._project, self._plan))
                self._loop(commands)
            self._scheduler.interrupted |= self._was_interrupted_late()
        finally:
            self._performer.give_up()
            self._workers.close()
            if listener is not None:
                listener.close()
        result = self._result(started)
        self._bus.publish(RunFinished(result.seconds, result))
        return result

    def _listener(self, events: EventStream | None, commands: list[Command]) -> Listener | None:
        """Events are needed while a wait is open. A stream opened only now may have missed some."""
        reopen = self._open_events
        if events is not None:
            return Listener(events, self._inbox.put, reopen=reopen)
        waits = any(isinstance(step.action, WaitFor) for step in self._plan.steps)
        if not waits or any(isinstance(command, Finish) for command in commands):
            return None
        listener = Listener(reopen(None), self._inbox.put, reopen=reopen)
        self._inbox.put(StreamResumed())
        return listener

    def _open_events(self, since: float | None) -> EventStream:
        return self._engine.events(project=self._project, since=since)

    # ---- the loop ----------------------------------------------------------------------------------
    def _loop(self, commands: list[Command]) -> None:
        """Engine calls go out before anything is told: a slow view must not hold up a start."""
        self._carry(commands)
        if not self._over and any(_is_heavy(step.action) for step in self._plan.steps):
            self._workers.do(self._engine.warm_up)
        while not self._over:
            self._carry(self._scheduler.on(self._next(), self._clock()))
        self._tell()

    def _next(self) -> Input:
        if self._inbox.empty():
            self._tell()
        timeout = None if self._wake is None else max(0.0, self._wake - self._clock())
        try:
            message = self._inbox.get(timeout=timeout)
        except Empty:
            return DeadlinePassed()
        if isinstance(message, _Crash):
            raise message.error
        return message

    def _carry(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Begin():
                    self._in_worker(partial(self._performer.perform, command))
                case Inspect(container):
                    self._in_worker(partial(self._inspect, container))
                case Probe():
                    self._in_worker(partial(self._probe, command))
                case Arm(at):
                    self._wake = at
                case Emit(event):
                    self._unsaid.append(event)
                case Finish():
                    self._over = True

    def _was_interrupted_late(self) -> bool:
        """By a Ctrl-C that came when all was done: no step heard of it, but whoever pressed it wants an end."""
        found = False
        while not self._inbox.empty():
            found |= isinstance(self._inbox.get(), InterruptedBy)
        return found

    def _tell(self) -> None:
        unsaid, self._unsaid = self._unsaid, []
        for event in unsaid:
            self._bus.publish(event)

    # ---- in workers --------------------------------------------------------------------------------
    def _in_worker(self, call: Callable[[], Input]) -> None:
        inbox = self._inbox

        def task() -> None:
            try:
                inbox.put(call())
            except BaseException as error:  # noqa: BLE001 - a run must not wait for a thread that died
                inbox.put(_Crash(error))

        self._workers.do(task)

    def _inspect(self, container: str) -> Inspected | InspectFailed:
        try:
            detail = self._engine.inspect_container(container)
        except NotFound:
            return Inspected(ContainerId(container), None)
        except EngineError:
            return InspectFailed(ContainerId(container))
        return Inspected(ContainerId(container), detail)

    def _probe(self, command: Probe) -> Probed:
        try:
            output = self._engine.run_probe(command.container, command.healthprobe, user=command.user)
        except EngineError as error:
            output = ProbeOutput(_COULD_NOT_PROBE, error.message)
        return Probed(command.container, output)

    # ---- the end -----------------------------------------------------------------------------------
    def _result(self, started: float) -> RunResult:
        scheduler = self._scheduler
        outcomes, left_running = scheduler.outcomes(), scheduler.roster.names_up()
        if not (scheduler.roots or scheduler.interrupted or scheduler.timed_out):
            seconds = self._clock() - started
            provided = self._performer.beside.provided
            return RunResult(True, outcomes, left_running=left_running, seconds=seconds, provided=provided)
        from composer.execute.drift import has_drifted  # noqa: PLC0415 - only when something went wrong
        from composer.execute.story import not_started, tell_failures  # noqa: PLC0415

        seconds = self._clock() - started
        failures = tell_failures(scheduler.roots, self._plan, self._engine)
        return RunResult(
            ok=False,
            outcomes=outcomes,
            failures=failures,
            not_started=not_started(self._plan, outcomes, [failure.service for failure in failures]),
            left_running=left_running,
            interrupted=scheduler.interrupted,
            timed_out=scheduler.timed_out,
            wait_timeout=max(_timeouts(self._plan), default=0.0) if scheduler.timed_out else 0.0,
            seconds=seconds,
            drifted=has_drifted(scheduler.roots, engine_was_away=scheduler.engine_was_away),
        )


def _is_heavy(action: Action) -> bool:
    return isinstance(action, _HEAVY) or (isinstance(action, StartContainer) and bool(action.deliveries))


def _timeouts(plan: Plan) -> Iterator[float]:
    for step in plan.steps:
        if isinstance(step.action, WaitFor) and step.action.timeout is not None:
            yield step.action.timeout
