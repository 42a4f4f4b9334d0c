"""A plan in the making: steps are added, put in order, then frozen into a `Plan`.

Owns the one mutable object of the planners, never seen outside of them. It also remembers which step
stops or removes which container, for whoever must wait for that. Must not know: why a step is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from composer.plan.actions import Action, ContainerId, ContainerRef, ReplicaId, StepId
from composer.plan.plan import Plan, Step, check
from composer.plan.reasons import Reason

if TYPE_CHECKING:
    from composer.model.lifecycle import Hook
    from composer.model.service import Service
    from composer.plan.confirmation import Confirmation
    from composer.plan.observed import ObservedContainer


class Draft:
    """`services`: those of the file, for the hooks that run when their containers start and stop."""

    def __init__(self, services: Mapping[str, Service] | None = None) -> None:
        self._services = services or {}
        self._steps: dict[StepId, tuple[Action, Reason]] = {}
        self._after: dict[StepId, set[StepId]] = {}
        self._after_any: dict[StepId, set[StepId]] = {}
        self.stops: dict[ContainerId, StepId] = {}
        self.removes: dict[ContainerId, StepId] = {}
        self.unchanged: dict[ReplicaId, ContainerRef] = {}
        self.warnings: list[str] = []
        self.confirmations: list[Confirmation] = []

    def __contains__(self, step: StepId) -> bool:
        return step in self._steps

    def __bool__(self) -> bool:
        return bool(self._steps)

    def add(self, name: str, action: Action, reason: Reason, *, after: Iterable[StepId] = ()) -> StepId:
        """A new step; the same name twice is a defect (`ValueError`)."""
        step = StepId(name)
        if step in self._steps:
            raise ValueError(f"step {step} is planned twice")
        self._steps[step] = (action, reason)
        self._after[step] = set(after)
        self._after_any[step] = set()
        return step

    def post_start(self, service: str) -> tuple[Hook, ...]:
        return self._services[service].post_start if service in self._services else ()

    def pre_stop(self, container: ObservedContainer) -> tuple[Hook, ...]:
        """A one-off has none, and a paused container can run none."""
        if container.service not in self._services or container.oneoff or container.state != "running":
            return ()
        return self._services[container.service].pre_stop

    def subject(self, label: str, container: ContainerId) -> str:
        """`label`, made different when another container is already ended under it: two may have one number."""
        taken = any(StepId(f"{kind}:{label}") in self._steps for kind in ("stop", "remove", "kill", "pause", "unpause"))
        return f"{label}@{container[:12]}" if taken else label

    def after(self, step: StepId, needed: Iterable[StepId]) -> None:
        """`step` runs only when all of `needed` have succeeded."""
        self._after[step].update(needed)

    def after_any(self, step: StepId, ended: Iterable[StepId]) -> None:
        """`step` runs when all of `ended` have ended, however."""
        self._after_any[step].update(ended)

    def waits_of(self, step: StepId) -> tuple[frozenset[StepId], frozenset[StepId]]:
        """What `after` and `after_any` have told of it so far."""
        return frozenset(self._after[step]), frozenset(self._after_any[step])

    def not_after(self, step: StepId, needed: StepId) -> None:
        """Takes back that `step` waits for `needed`."""
        self._after[step].discard(needed)

    def waits_for(self, step: StepId, other: StepId) -> bool:
        """Does `step` come after `other`, directly or by way of others? There may be circles."""
        seen: set[StepId] = set()
        waiting = [step]
        while waiting:
            before = waiting.pop()
            further = (self._after[before] | self._after_any[before]) - seen
            if other in further:
                return True
            seen |= further
            waiting.extend(further)
        return False

    def actions(self) -> Iterator[tuple[StepId, Action]]:
        for step, (action, _) in self._steps.items():
            yield step, action

    def finish(self, service_order: Iterable[str]) -> Plan:
        """The frozen plan; raises `ValueError` when the steps are inconsistent (see `plan.check`)."""
        steps = (
            Step(
                step,
                action,
                reason,
                frozenset(self._after[step]),
                frozenset(self._after_any[step] - self._after[step]),
            )
            for step, (action, reason) in self._steps.items()
        )
        return Plan(check(steps), self.unchanged, tuple(self.warnings), tuple(service_order), tuple(self.confirmations))
