"""What to do next: a pure state machine over a plan.

`begin` and `on` take what happened and the time, and answer commands; see `execute.commands`. It owns
the step states (through `board`), what is known of containers (`facts`), the waits, the own probes'
rhythm and the failure policy. Must not know: threads, the engine client, views; it never sleeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import ComposerError
from composer.events.types import (
    BuildWent,
    ContainerChanged,
    HookSaid,
    InterruptReceived,
    ProbeMade,
    StepFinished,
    StepHeld,
    StepOutcome,
    StepProgress,
    StepRetried,
    StepStarted,
)
from composer.execute.board import Board
from composer.execute.commands import (
    Arm,
    Begin,
    BuildTold,
    Command,
    DeadlinePassed,
    Emit,
    EngineSaid,
    Finish,
    HookWrote,
    Input,
    Inspect,
    Inspected,
    InspectFailed,
    InterruptedBy,
    Probe,
    Probed,
    Progressed,
    Retrying,
    StepErred,
    StepSucceeded,
    StreamLost,
    StreamResumed,
)
from composer.execute.eager import EagerProbes, is_wanted
from composer.execute.effects import about_to_start, target, took_effect
from composer.execute.facts import ContainerFacts, Roster
from composer.execute.policy import RunPolicy
from composer.execute.readiness import Impossible, Met, NotYet
from composer.execute.waits import OpenWait, Waits, spoilt, timed_out
from composer.plan.actions import BuildImage, StartContainer, Transfer, WaitFor
from composer.values import value

if TYPE_CHECKING:
    from composer.events.types import Event
    from composer.plan.actions import StepId
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan, Step


@value()
class RootFailure:
    """A step that failed by itself. `container`: the one concerned, if known."""

    step: Step
    error: ComposerError
    container: ContainerFacts | None = None


class Scheduler:
    def __init__(self, plan: Plan, policy: RunPolicy, observed: ObservedState | None = None) -> None:
        self.roster = _roster(plan, observed)
        self.roots: list[RootFailure] = []
        self.interrupted = self.timed_out = self.engine_was_away = False
        self._policy = policy
        self._board = Board(plan.steps, policy.limits)
        self._steps = {step.id: step for step in plan.steps}
        self._waits = Waits(plan.steps, self.roster)
        self._probes = EagerProbes(policy.probes_at_once)
        self._out: list[Command] = []
        self._began: dict[StepId, float] = {}
        self._details: dict[StepId, str] = {}
        self._shown: dict[str, tuple[str, str, int | None]] = {}
        self._halted = self._finished = False
        self._lost: ComposerError | None = None
        self._start = self._now = 0.0
        self._beat: float | None = None
        self._armed: float | None = None

    # ---- the two entrances -------------------------------------------------------------------------
    def begin(self, now: float) -> list[Command]:
        """Start the run. `now`: monotonic seconds, as in every later call."""
        self._start = self._now = now
        return self._advance()

    def on(self, message: Input, now: float) -> list[Command]:
        """Something happened. Answers nothing once the run is finished."""
        if self._finished:
            return []
        self._now = now
        self._take_in(message)
        return self._advance()

    def outcomes(self) -> tuple[tuple[StepId, StepOutcome], ...]:
        return self._board.outcomes()

    def _take_in(self, message: Input) -> None:  # noqa: PLR0912 - one flat case per input
        match message:
            case StepSucceeded():
                self._succeeded(message)
            case StepErred():
                self._erred(message)
            case Progressed(step, text, current, total, layers):
                if self._board.is_running(step):
                    self._emit(StepProgress(self._at, step, text, current, total, layers))
            case Retrying(step, why, attempt, of, seconds):
                if self._board.is_running(step):
                    self._emit(StepRetried(self._at, step, why, attempt, of, seconds))
            case BuildTold():
                self._build_told(message)
            case HookWrote(step, replica, data):
                self._emit(HookSaid(self._at, step, replica, data))
            case EngineSaid(event):
                facts = self.roster.meet(event)
                if facts is not None:
                    facts.hear(event)
                    self._show(facts)
            case Inspected() | InspectFailed():
                self._looked(message)
            case Probed():
                self._probed(message)
            case StreamResumed(away):
                self.engine_was_away |= away
                for facts in self._waits.watched():
                    facts.wants_look, facts.stale = True, facts.looking
            case StreamLost(error):
                self._lost = error
            case InterruptedBy(count):
                self._interrupt(count)
            case DeadlinePassed():
                pass  # every round looks at the clock

    def _build_told(self, message: BuildTold) -> None:
        if self._board.is_running(message.step):
            self._emit(
                BuildWent(
                    self._at,
                    message.step,
                    message.part,
                    message.name,
                    message.state,
                    message.text,
                    message.duration,
                    message.current,
                    message.total,
                )
            )

    # ---- outcomes ----------------------------------------------------------------------------------
    def _succeeded(self, message: StepSucceeded) -> None:
        step = self._steps[message.step]
        facts = took_effect(step.action, message.container, self.roster)
        if facts is not None:
            self._show(facts)
        if not self._board.is_running(step.id):
            return  # given up before
        outcome = StepOutcome.WARNED if message.warning else StepOutcome.SUCCEEDED
        self._end(step.id, outcome, message.warning or message.detail)

    def _erred(self, message: StepErred) -> None:
        if not self._board.is_running(message.step):
            return
        step = self._steps[message.step]
        if isinstance(step.action, Transfer) and step.action.optional:
            self._end(step.id, StepOutcome.WARNED, message.error.message)
            return
        container = target(step.action, self.roster)
        self._fail(step, message.error, self.roster.get(container) if container else None)

    def _looked(self, message: Inspected | InspectFailed) -> None:
        facts = self.roster.get(message.container)
        if facts is None:
            return
        if isinstance(message, InspectFailed):
            facts.looking = facts.stale = False
        elif message.detail is None:
            facts.lose()
        else:
            retries = message.detail.healthprobe.retries if message.detail.healthprobe else 0
            fresh = facts.learn(message.detail)
            for count, probe in enumerate(fresh, facts.engine_count - len(fresh) + 1):
                self._tell_probe(facts, (probe.exit_code, probe.output), count, own=False, retries=retries)
        self._show(facts)

    def _probed(self, message: Probed) -> None:
        facts = self.roster.get(message.container)
        if facts is None or not self._probes.ended(facts, self._now):
            return
        facts.probed(message.output)
        probe = (message.output.exit_code, message.output.output)
        self._tell_probe(facts, probe, facts.own_count, own=True)
        self._show(facts)

    # ---- failure and interrupt ---------------------------------------------------------------------
    def _fail(self, step: Step, error: ComposerError, container: ContainerFacts | None) -> None:
        self.roots.append(RootFailure(step, error, container))
        self._end(step.id, StepOutcome.FAILED, error.message)

    def _interrupt(self, count: int) -> None:
        if self._policy.impatient:
            count = max(count, 2)
        self._emit(InterruptReceived(self._at, count))
        self.interrupted = True
        if count > 1:
            self._board.halt(also_always=True)
            self._give_up(self._board.running())
        else:
            self._halt()

    def _halt(self) -> None:
        """Start nothing new. Waits, transfers and builds are given up, other calls come to their end."""
        self._halted = True
        self._board.halt()
        self._tell_ended()
        running = self._board.running()
        self._give_up([step for step in running if isinstance(step.action, WaitFor | Transfer | BuildImage)])

    def _give_up(self, steps: list[Step]) -> None:
        for step in steps:
            self._end(step.id, StepOutcome.CANCELLED)

    # ---- one round ---------------------------------------------------------------------------------
    def _advance(self) -> list[Command]:
        self._check_deadlines()
        while True:
            self._judge_waits()
            if self.roots and not (self._policy.keep_going or self._halted):
                self._halt()
            taken = self._board.take()
            for step in taken:
                self._begin_step(step)
            if not taken:
                break
        for held, holds in self._board.held():
            self._emit(StepHeld(self._at, held, holds))
        self._finish() if self._board.done else self._look_and_arm()
        out, self._out = self._out, []
        return out

    def _finish(self) -> None:
        self._finished = True
        self._out.append(Finish())

    def _begin_step(self, step: Step) -> None:
        self._began[step.id] = self._now
        self._emit(StepStarted(self._at, step))
        if isinstance(step.action, WaitFor):
            self._waits.begin(step.id, self._now, hold=self._policy.hold)
            self._beat = self._beat or self._now + self._policy.beat
            return
        container = target(step.action, self.roster)
        if isinstance(step.action, StartContainer) and container is not None:
            about_to_start(step.action, container, self.roster)
        self._out.append(Begin(step, container))

    def _judge_waits(self) -> None:
        impossible: list[tuple[OpenWait, Impossible]] = []
        for wait, verdict in self._waits.judge(self._now):
            match verdict:
                case Met(detail):
                    self._end(wait.step.id, StepOutcome.SUCCEEDED, detail)
                case NotYet(detail):
                    if self._lost is not None:
                        self._fail(wait.step, self._lost, None)
                    elif detail != wait.said:
                        wait.said = detail
                        self._emit(StepProgress(self._at, wait.step.id, detail))
                case Impossible():
                    impossible.append((wait, verdict))
        for wait, verdict in impossible:
            container = self.roster.get(verdict.container) if verdict.container else None
            self._spoil(wait, spoilt(wait.action, verdict.why), container)

    def _spoil(self, wait: OpenWait, error: ComposerError, container: ContainerFacts | None) -> None:
        if wait.action.required:
            self._fail(wait.step, error, container)
        else:
            self._end(wait.step.id, StepOutcome.WARNED, error.message)

    def _check_deadlines(self) -> None:
        for wait in self._waits.expired(self._now):
            self.timed_out = self.timed_out or wait.action.required
            error = timed_out(wait.action, wait.action.timeout or 0, wait.said)
            self._spoil(wait, error, self._waits.culprit(wait))
        limit = self._policy.wait_timeout
        if limit is not None and not self._halted and self._now >= self._start + limit:
            self.timed_out = True
            for wait in self._waits.active():
                self._fail(wait.step, timed_out(wait.action, limit, wait.said), self._waits.culprit(wait))
            self._halt()
        if self._beat is not None and self._now >= self._beat:
            self._beat = self._now + self._policy.beat
            for facts in self._waits.watched():
                facts.wants_look = True

    def _look_and_arm(self) -> None:
        """Ask for what is not known, try what may be ready, and say when to be woken."""
        for facts in self._waits.watched():
            if facts.wants_look and not facts.looking and facts.state not in ("created", "gone"):
                facts.looking, facts.wants_look, facts.stale = True, False, False
                self._out.append(Inspect(facts.id))
        wanted = self._wanted_probes()
        for facts in self._probes.due(wanted, self._now):
            if facts.replica and facts.detail and facts.detail.healthprobe:  # always so: `is_wanted`
                self._out.append(Probe(facts.id, facts.replica, facts.detail.healthprobe, facts.detail.user))
        moments = [self._waits.next_deadline(self._now), self._probes.next_due(wanted)]
        if self._waits.active():
            moments.append(self._beat)
        if self._policy.wait_timeout is not None and not self._halted:
            moments.append(self._start + self._policy.wait_timeout)
        moment = min((moment for moment in moments if moment is not None), default=None)
        if moment != self._armed:
            self._armed = moment
            self._out.append(Arm(moment))

    def _wanted_probes(self) -> list[ContainerFacts]:
        if not self._policy.eager:
            return []
        return [facts for facts in self._waits.watched(for_health=True) if is_wanted(facts)]

    # ---- telling -----------------------------------------------------------------------------------
    @property
    def _at(self) -> float:
        return self._now - self._start

    def _emit(self, event: Event) -> None:
        self._out.append(Emit(event))

    def _end(self, step: StepId, outcome: StepOutcome, detail: str = "") -> None:
        self._details[step] = detail
        self._board.end(step, outcome)
        self._tell_ended()

    def _tell_ended(self) -> None:
        for ended in self._board.drain():
            step = ended.step.id
            self._waits.ended(ended.step)
            duration = self._now - self._began.get(step, self._now)
            detail = self._details.get(step) or ended.because
            self._emit(StepFinished(self._at, ended.step, ended.outcome, detail, duration))

    def _tell_probe(
        self, facts: ContainerFacts, probe: tuple[int, str], count: int, *, own: bool, retries: int = 0
    ) -> None:
        if facts.replica is not None:
            self._emit(ProbeMade(self._at, facts.replica, own, probe[0], probe[1], count, retries))

    def _show(self, facts: ContainerFacts) -> None:
        shown = facts.shown
        if not self.roster.is_current(facts) or self._shown.get(facts.id) == shown:
            return
        self._shown[facts.id] = shown
        if facts.replica is not None:
            self._emit(ContainerChanged(self._at, facts.replica, facts.name, *shown))


def _roster(plan: Plan, observed: ObservedState | None) -> Roster:
    roster = Roster()
    for container in observed.containers if observed else ():
        roster.observe(container)
    for replica, ref in plan.unchanged.items():
        roster.adopt(replica, ref)
    return roster
