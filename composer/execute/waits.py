"""The waits of a run: which are open, what each says now, until when, and whom they watch.

Owns the wait's deadline and the words of its failure. Decides readiness by `readiness.judge`.
Must not know: the other steps, threads, how a container is inspected or probed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.errors import StepFailed, WaitTimeout
from composer.execute.readiness import Met, NotYet, Verdict, judge
from composer.model.dependency import Condition
from composer.plan.actions import StartContainer, WaitFor
from composer.values import entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.execute.facts import ContainerFacts, Roster
    from composer.plan.actions import StepId
    from composer.plan.plan import Step


@entity()
class OpenWait:
    """A wait that has not ended. `active`: its predecessors are done, so it is judged. `said`: its
    last word, to tell only what is new. `held`: until then what is met for now is not met."""

    step: Step
    action: WaitFor
    active: bool = False
    since: float = 0.0
    held: float = 0.0
    said: str = ""

    @property
    def deadline(self) -> float | None:
        return None if self.action.timeout is None or not self.active else self.since + self.action.timeout


class Waits:
    def __init__(self, steps: Sequence[Step], roster: Roster) -> None:
        self._roster = roster
        self._starts = {step.action.replica for step in steps if isinstance(step.action, StartContainer)}
        self._to_start = set(self._starts)
        self._open = {step.id: OpenWait(step, step.action) for step in steps if isinstance(step.action, WaitFor)}

    def begin(self, step: StepId, now: float, *, hold: float = 0.0) -> None:
        """`hold`: for how many seconds a container that this run starts must have run, if nothing else tells that it
        is ready: one that cannot work ends at once."""
        wait = self._open[step]
        wait.active, wait.since = True, now
        if wait.action.condition is None and self._starts.intersection(wait.action.replicas):
            wait.held = now + hold

    def ended(self, step: Step) -> None:
        """A step of the run is over: a wait is no longer open, a start no longer to come."""
        self._open.pop(step.id, None)
        if isinstance(step.action, StartContainer):
            self._to_start.discard(step.action.replica)

    def active(self) -> list[OpenWait]:
        return [wait for wait in self._open.values() if wait.active]

    def judge(self, now: float) -> list[tuple[OpenWait, Verdict]]:
        return [(wait, self._verdict(wait, now)) for wait in self.active()]

    def _verdict(self, wait: OpenWait, now: float) -> Verdict:
        verdict = judge(wait.action, self._containers(wait), self._to_start)
        if now < wait.held and isinstance(verdict, Met) and verdict.for_now:
            return NotYet(verdict.detail)
        return verdict

    def expired(self, now: float) -> list[OpenWait]:
        return [wait for wait in self.active() if wait.deadline is not None and wait.deadline <= now]

    def next_deadline(self, now: float) -> float | None:
        """When to look at the waits again though nothing has happened."""
        deadlines = [wait.deadline for wait in self.active()]
        deadlines += [wait.held for wait in self.active() if wait.held > now]
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def watched(self, *, for_health: bool = False) -> list[ContainerFacts]:
        """The containers somebody waits for, once each. `for_health`: those whose health decides."""
        found: dict[str, ContainerFacts] = {}
        for wait in self._open.values():
            if for_health and wait.action.condition not in (Condition.HEALTHY, None):
                continue
            for facts in self._containers(wait):
                if facts is not None and (wait.active or facts.life):
                    found[facts.id] = facts
        return list(found.values())

    def culprit(self, wait: OpenWait) -> ContainerFacts | None:
        """The container that keeps a wait from being met."""
        for replica, facts in zip(wait.action.replicas, self._containers(wait), strict=True):
            alone = replace(wait.action, replicas=(replica,))
            if facts is not None and not isinstance(judge(alone, (facts,)), Met):
                return facts
        return None

    def _containers(self, wait: OpenWait) -> list[ContainerFacts | None]:
        return [self._roster.of(replica) for replica in wait.action.replicas]


def spoilt(action: WaitFor, why: str) -> StepFailed:
    """The error of a wait that can never be met, in the reference's words."""
    if not action.required:
        told = why.removeprefix(f'service "{action.service}" ')
        told = told if told != why else f"failed to start: {why}"
        return StepFailed(f'optional dependency "{action.service}" {told}')
    if action.condition in (None, Condition.COMPLETED):
        return StepFailed(why)
    return StepFailed(f"dependency failed to start: {why}")


def timed_out(action: WaitFor, seconds: float, detail: str) -> WaitTimeout:
    """The error of a wait that took too long. `detail`: where it stood."""
    wanted = "complete" if action.condition is Condition.COMPLETED else "ready"
    state = f" ({detail})" if detail else ""
    return WaitTimeout(f"{action.service} is not {wanted} after {seconds:g}s{state}")
