"""`pre_start` hooks: containers of their own that run to their end before a service starts.

Owns when they run (all replicas are about to start, so none runs yet), what they wait for (what the starts wait for)
and which are cleared away. Source: docker compose 5.3 and later; 2.40 does not know them. Pure. Must not know: how a
hook is run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from composer.model.service import Service
from composer.plan.actions import RemoveContainer, RemoveNetwork, RemoveVolume, RunPreStart, StepId
from composer.plan.containers import MADE, STARTED, Decision, Verdict
from composer.plan.desired import DesiredState, image_of, replica_spec
from composer.plan.draft import Draft
from composer.plan.existing import replica_of
from composer.plan.observed import ObservedState
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import starts_of

Decisions = Mapping[str, tuple[Decision, ...]]


def add_pre_starts(draft: Draft, desired: DesiredState, decisions: Decisions) -> None:
    """One step a hook, one behind the other, before all starts. To be called when those are in order."""
    for name, mine in decisions.items():
        service = desired.project.services.get(name)
        if service is None or not service.pre_start:
            continue
        staying = [decision for decision in mine if decision.verdict is not Verdict.REMOVE]
        if staying and all(decision.verdict in STARTED for decision in staying):
            _add(draft, desired, service, staying)


def remove_left_hooks(draft: Draft, observed: ObservedState, services: Collection[str]) -> None:
    """Those that failed are kept for whoever looks into it, up to the next run or `down`."""
    removed = []
    for found in observed.hooks:
        if found.service in services:
            remove = RemoveContainer(replica_of(found), found.ref, volumes=True, force=True)
            removed.append(draft.add(f"remove:{found.name}", remove, Reason(Cause.REQUESTED)))
    for step, action in tuple(draft.actions()):
        if isinstance(action, RemoveNetwork | RemoveVolume):
            draft.after_any(step, removed)


def _add(draft: Draft, desired: DesiredState, service: Service, decisions: list[Decision]) -> None:
    first = min(decisions, key=lambda decision: decision.replica.number)
    starts = starts_of(draft, decisions)
    waits = [draft.waits_of(start) for start in starts]
    after: set[StepId] = set().union(*(needed for needed, _ in waits))
    after_any: set[StepId] = set().union(*(ended for _, ended in waits)) - set(starts)
    exists = first.container is not None and first.verdict not in MADE
    for number, hook in enumerate(service.pre_start, start=1):
        name = f"{desired.project.name}-{service.name}-pre_start-{number}"
        action = RunPreStart(
            first.replica,
            number,
            name,
            hook.image or image_of(desired.project, service),
            hook,
            replica_spec(desired, service, first.replica.number),
            first.container.ref if exists and first.container is not None else None,
        )
        step = draft.add(f"pre_start:{service.name}:{number}", action, first.reason, after=after)
        draft.after_any(step, after_any)
        after, after_any = {step}, set()
    for start in starts:
        draft.after(start, after)
