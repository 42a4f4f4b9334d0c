"""`pause` and `unpause`: freezing what runs, and letting it go on. With or without a file. And who cannot be brought up
because it is paused. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from composer.errors import PlanError
from composer.graph.sorting import backwards
from composer.model.project import Project
from composer.plan.actions import PauseContainer, StepId, UnpauseContainer
from composer.plan.containers import Decision, Verdict
from composer.plan.draft import Draft
from composer.plan.existing import Existing, existing, replica_of, step_label
from composer.plan.observed import ObservedState
from composer.plan.ordering import order_stops
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason


def plan_pause(project: Project | None, observed: ObservedState, services: Collection[str] = ()) -> Plan:
    """Pauses the named services (() = all), dependents first.

    What is paused already is tried too, since the reference lets the engine refuse it. Raises `PlanError` for an
    unknown service.
    """
    there = existing(project, observed, services)
    draft = Draft()
    order_stops(draft, there.edges, _steps(draft, there, "pause", PauseContainer))
    return draft.finish(there.order)


def plan_unpause(project: Project | None, observed: ObservedState, services: Collection[str] = ()) -> Plan:
    """Lets the named services (() = all) go on, dependencies first. What is not paused as in `plan_pause`."""
    there = existing(project, observed, services)
    draft = Draft()
    edges = backwards({name: tuple(needed) for name, needed in there.edges.items()})
    order_stops(draft, edges, _steps(draft, there, "unpause", UnpauseContainer))
    return draft.finish(there.order)


def refuse_paused(decisions: Mapping[str, Iterable[Decision]]) -> None:
    """What is to run and is paused: as docker compose, it is left to whoever paused it. Raises PlanError."""
    kept = (it.container for mine in decisions.values() for it in mine if it.verdict is Verdict.KEEP)
    paused = [found for found in kept if found is not None and found.state == "paused"]
    if paused:
        names = [found.name for found in paused]
        services = dict.fromkeys(found.service for found in paused)
        raise PlanError(
            f"{', '.join(names)} {'are' if names[1:] else 'is'} paused",
            hint=f"`composer unpause {' '.join(services)}` lets {'them' if names[1:] else 'it'} go on",
        )


def _steps(
    draft: Draft, there: Existing, verb: str, action: type[PauseContainer | UnpauseContainer]
) -> dict[str, tuple[StepId, ...]]:
    """One for every container that has not ended, by service."""
    steps: dict[str, tuple[StepId, ...]] = {}
    for name in there.order:
        up = [found for found in there.containers.get(name, ()) if found.is_running]
        steps[name] = tuple(
            draft.add(
                f"{verb}:{draft.subject(step_label(found), found.id)}",
                action(replica_of(found), found.ref),
                Reason(Cause.REQUESTED),
            )
            for found in up
        )
    return steps
