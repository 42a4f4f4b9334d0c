"""`Step` and `Plan`: what will be done, in which partial order, and why.

Owns the plan's shape, its check (ids unique, `after` known, no cycle) and its canonical text.
Must not know: how a plan came about (the planners) or how it is carried out (`execute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.plan.actions import Action, ContainerRef, ReplicaId, StepId
from composer.plan.reasons import Reason


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps` in a topological order. `unchanged`: replicas that stay as they are (with their
    containers: the views show them, waits need them). `warnings`: to be told, never a reason to stop.
    `service_order`: every service in dependency order, for views."""

    steps: tuple[Step, ...] = ()
    unchanged: Mapping[ReplicaId, ContainerRef] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    service_order: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.steps)
