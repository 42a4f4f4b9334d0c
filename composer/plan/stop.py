"""`stop`: running containers, dependents first. With or without a file. Pure."""

from __future__ import annotations

from composer.model.project import Project
from composer.plan.draft import Draft
from composer.plan.elsewhere import warn_of_other_folders
from composer.plan.existing import existing, replica_of, step_label, with_named
from composer.plan.observed import ObservedState
from composer.plan.options import StopOptions
from composer.plan.ordering import order_stops
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_stop


def plan_stop(project: Project | None, observed: ObservedState, options: StopOptions) -> Plan:
    """Stops the named services (() = all) in reverse dependency order, independent ones at once.

    Those that depend on a named service keep running, as with the reference. Raises `PlanError` for an
    unknown service.
    """
    project = with_named(project, options.services)
    there = existing(project, observed, options.services)
    draft = Draft(project.services if project is not None else None)
    warn_of_other_folders(draft, project, observed)
    for name in reversed(there.order):
        for container in there.containers.get(name, ()):
            if container.is_running:
                label = draft.subject(step_label(container), container.id)
                add_stop(draft, label, container, Reason(Cause.REQUESTED), timeout=options.timeout)
            elif not container.oneoff:
                draft.unchanged[replica_of(container)] = container.ref
    order_stops(
        draft,
        there.edges,
        {
            name: tuple(draft.stops[found.id] for found in containers if found.id in draft.stops)
            for name, containers in there.containers.items()
        },
    )
    return draft.finish(there.order)
