"""`Step` and `Plan`: what will be done, in which partial order, and why.

Owns the plan's shape, its check (ids unique, predecessors known, no cycle), its canonical text and its
JSON document. Must not know: how a plan came about (the planners) or how it is carried out (`execute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from composer.graph.sorting import topological
from composer.plan.actions import Action, ContainerRef, ReplicaId, StepId, WaitFor
from composer.plan.change import changes_text
from composer.plan.reasons import Reason
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.plan.confirmation import Confirmation


@value()
class Step:
    """One action. `after`: steps that must have succeeded first. `after_any`: steps that must merely
    have ended (succeeded, failed or been skipped), e.g. a stop that waits for dependents.
    `always`: runs even after a failure or an interrupt (clean-up)."""

    id: StepId
    action: Action
    reason: Reason
    after: frozenset[StepId] = frozenset()
    after_any: frozenset[StepId] = frozenset()
    always: bool = False

    @property
    def kind(self) -> str:
        """The id's first word: pull, network, volume, create, rename, start, stop, kill, remove, wait …"""
        return self.id.split(":", 1)[0]

    def to_text(self) -> str:
        """`create:web-1  [after network:default, pull:busybox]  config-changed: 1f… → 8a…`."""
        parts = [str(self.id)]
        order = [f"after {', '.join(sorted(self.after))}"] if self.after else []
        order += [f"once ended {', '.join(sorted(self.after_any))}"] if self.after_any else []
        parts += [f"[{'; '.join(order)}]"] if order else []
        told = "; ".join(filter(None, (self.reason.detail, changes_text(self.reason.changes))))
        return "  ".join([*parts, f"{self.reason.cause}: {told}" if told else str(self.reason.cause)])


@value()
class Plan:
    """`steps` in a topological order. `unchanged`: replicas that stay as they are (with their
    containers: the views show them, waits need them). `warnings`: to be told, never a reason to stop.
    `service_order`: every service in dependency order, for views. `confirmations`: what the user must have agreed
    to before the plan may run. `skipped`: services that a pull or push leaves out, with the reason in words ("" where
    it goes without saying)."""

    steps: tuple[Step, ...] = ()
    unchanged: Mapping[ReplicaId, ContainerRef] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    service_order: tuple[str, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.steps)

    @property
    def changes_something(self) -> bool:
        """Is there more in it than looking?"""
        return any(not isinstance(step.action, WaitFor) for step in self.steps)

    def to_text(self) -> str:
        """One line a step, in plan order; the same plan always gives the same text. Empty for no steps."""
        return "\n".join(step.to_text() for step in self.steps)

    def to_json(self) -> dict[str, object]:
        """Plain values for `--dry-run` in JSON and for whoever embeds Composer."""
        from composer.plan.document import plan_document  # noqa: PLC0415 - only when JSON is asked for

        return plan_document(self)

    def summary(self) -> dict[str, int]:
        """How many steps of each kind: `{"create": 2, "start": 2}`, in plan order."""
        counts: dict[str, int] = {}
        for step in self.steps:
            counts[step.kind] = counts.get(step.kind, 0) + 1
        return counts


def check(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in a topological order that keeps the given order where it can.

    Raises `ValueError` on a double id, an unknown predecessor or a cycle: a defect of a planner, never
    the user's fault.
    """
    by_id: dict[StepId, Step] = {}
    for step in steps:
        if step.id in by_id:
            raise ValueError(f"step {step.id} is planned twice")
        by_id[step.id] = step
    before = {step.id: step.after | step.after_any for step in by_id.values()}
    for step_id, needed in before.items():
        unknown = needed - by_id.keys()
        if unknown:
            raise ValueError(f"step {step_id} comes after unknown {', '.join(sorted(unknown))}")
    ordered = topological(before)
    if len(ordered) < len(by_id):
        stuck = sorted(by_id.keys() - set(ordered))
        raise ValueError(f"steps wait for each other: {', '.join(stuck)}")
    return tuple(by_id[step_id] for step_id in ordered)
