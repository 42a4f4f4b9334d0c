"""Which steps may run now: the plan as a graph of step states.

Owns predecessors, limits per kind, skipping of dependents and cancelling of what has not started.
Must not know: containers, time, threads, why a step failed.
"""

from __future__ import annotations

import heapq
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from composer.events.types import StepOutcome
from composer.execute.policy import Kind
from composer.plan.actions import BuildImage, PullImage, PushImage, StopContainer, WaitFor
from composer.plan.reasons import Hold, HoldKind
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.plan.actions import Action, StepId
    from composer.plan.plan import Step

_GOOD = (StepOutcome.SUCCEEDED, StepOutcome.WARNED)


def kind_of(action: Action) -> Kind | None:
    """Which limit counts; None for a wait, which costs nothing."""
    if isinstance(action, WaitFor):
        return None
    if isinstance(action, PullImage):
        return Kind.PULL
    if isinstance(action, PushImage):
        return Kind.PUSH
    if isinstance(action, BuildImage):
        return Kind.BUILD
    return Kind.STOP if isinstance(action, StopContainer) else Kind.CALL


class _State(Enum):
    BLOCKED = 0
    READY = 1
    RUNNING = 2
    ENDED = 3


class _Node:
    """A step with its state. `height`: the longest way to an end of the plan, counted in steps."""

    __slots__ = ("followers", "height", "holds", "index", "kind", "outcome", "pending", "state", "step")

    def __init__(self, step: Step, index: int) -> None:
        self.step = step
        self.index = index
        self.kind = kind_of(step.action)
        self.pending: set[StepId] = set(step.after | step.after_any)
        self.followers: list[_Node] = []
        self.height = 0
        self.state = _State.BLOCKED
        self.outcome: StepOutcome | None = None
        self.holds: tuple[Hold, ...] = ()


@value()
class Ended:
    """`because`: for SKIPPED, the step whose failure is the cause."""

    step: Step
    outcome: StepOutcome
    because: str = ""


class Board:
    def __init__(self, steps: Iterable[Step], limits: Mapping[Kind, int]) -> None:
        self._nodes = {step.id: _Node(step, index) for index, step in enumerate(steps)}
        self._limits = limits
        self._in_use = dict.fromkeys(Kind, 0)
        self._ready: list[tuple[int, int, _Node]] = []
        self._ended: list[Ended] = []
        self._touched: dict[StepId, _Node] = dict(self._nodes)
        self._open = len(self._nodes)
        self._link()
        for node in self._nodes.values():
            if not node.pending:
                self._make_ready(node)

    @property
    def done(self) -> bool:
        return not self._open

    def is_running(self, step: StepId) -> bool:
        return self._nodes[step].state is _State.RUNNING

    def has_ended(self, step: StepId) -> bool:
        return self._nodes[step].state is _State.ENDED

    def running(self) -> list[Step]:
        return [node.step for node in self._nodes.values() if node.state is _State.RUNNING]

    def outcomes(self) -> tuple[tuple[StepId, StepOutcome], ...]:
        return tuple((step, node.outcome) for step, node in self._nodes.items() if node.outcome is not None)

    def take(self) -> list[Step]:
        """Ready steps that fit the limits, longest remaining way first; they are running from now on."""
        taken: list[Step] = []
        left: list[tuple[int, int, _Node]] = []
        while self._ready:
            entry = heapq.heappop(self._ready)
            node = entry[2]
            if node.state is not _State.READY:
                continue
            if node.kind is not None:
                if self._in_use[node.kind] >= self._limits[node.kind]:
                    left.append(entry)
                    continue
                self._in_use[node.kind] += 1
            node.state = _State.RUNNING
            self._touched.pop(node.step.id, None)
            taken.append(node.step)
        self._ready = left  # popped in order, so still a heap
        return taken

    def end(self, step: StepId, outcome: StepOutcome) -> None:
        """A step is over; whoever needed its success is skipped, whoever waited for its end goes on."""
        work = deque([(self._nodes[step], outcome, "")])
        while work:
            node, outcome, because = work.popleft()
            if node.state is _State.ENDED:
                continue
            self._close(node, outcome, because)
            for follower in node.followers:
                if follower.state is not _State.BLOCKED:
                    continue
                if outcome not in _GOOD and self._needs(follower, node):
                    skipped = outcome is not StepOutcome.CANCELLED
                    cause = because or node.step.id
                    verdict = StepOutcome.SKIPPED if skipped else StepOutcome.CANCELLED
                    work.append((follower, verdict, cause if skipped else ""))
                else:
                    self._settle(follower, node)

    def halt(self, *, also_always: bool = False) -> None:
        """Start nothing new, save clean-up steps (unless those too are given up)."""
        for node in list(self._nodes.values()):
            if node.state in (_State.BLOCKED, _State.READY) and (also_always or not node.step.always):
                self.end(node.step.id, StepOutcome.CANCELLED)

    def drain(self) -> list[Ended]:
        """What has ended since the last call, in order."""
        ended, self._ended = self._ended, []
        return ended

    def held(self) -> list[tuple[StepId, tuple[Hold, ...]]]:
        """Steps whose holds are other than at the last call."""
        changed: list[tuple[StepId, tuple[Hold, ...]]] = []
        for step, node in self._touched.items():
            holds = self._holds(node)
            if holds != node.holds:
                node.holds = holds
                if holds:
                    changed.append((step, holds))
        self._touched = {}
        return changed

    # ---- inside ------------------------------------------------------------------------------------
    def _link(self) -> None:
        """Followers and heights. Raises ValueError for a plan that is not a graph without cycles."""
        for node in self._nodes.values():
            for before in node.pending:
                if before not in self._nodes:
                    raise ValueError(f"step {node.step.id} comes after {before}, which is not in the plan")
                self._nodes[before].followers.append(node)
        missing = {step: len(node.pending) for step, node in self._nodes.items()}
        order = [node for node in self._nodes.values() if not node.pending]
        for node in order:
            for follower in node.followers:
                missing[follower.step.id] -= 1
                if not missing[follower.step.id]:
                    order.append(follower)
        if len(order) < len(self._nodes):
            raise ValueError("the plan's steps wait for each other in a circle")
        for node in reversed(order):
            node.height = 1 + max((follower.height for follower in node.followers), default=0)

    def _make_ready(self, node: _Node) -> None:
        node.state = _State.READY
        heapq.heappush(self._ready, (-node.height, node.index, node))

    def _close(self, node: _Node, outcome: StepOutcome, because: str) -> None:
        if node.state is _State.RUNNING and node.kind is not None:
            self._in_use[node.kind] -= 1
        node.state = _State.ENDED
        node.outcome = outcome
        self._open -= 1
        self._touched.pop(node.step.id, None)
        self._ended.append(Ended(node.step, outcome, because))

    @staticmethod
    def _needs(follower: _Node, node: _Node) -> bool:
        return node.step.id in follower.step.after and not follower.step.always

    def _settle(self, follower: _Node, node: _Node) -> None:
        follower.pending.discard(node.step.id)
        self._touched[follower.step.id] = follower
        if not follower.pending:
            self._make_ready(follower)

    def _holds(self, node: _Node) -> tuple[Hold, ...]:
        if node.state is _State.READY and node.kind is not None:
            return (Hold(HoldKind.LIMIT, node.kind),)
        return tuple(self._hold_by(self._nodes[before].step) for before in sorted(node.pending))

    @staticmethod
    def _hold_by(step: Step) -> Hold:
        if isinstance(step.action, WaitFor):
            return Hold(HoldKind.CONDITION, step.action.service, str(step.action.condition or ""))
        return Hold(HoldKind.STEP, step.id)
