"""`rm`: containers that do not run; with `stop` those that run too. With or without a file. Pure."""

from __future__ import annotations

from composer.model.project import Project
from composer.plan.draft import Draft
from composer.plan.existing import existing, step_label
from composer.plan.observed import ObservedState
from composer.plan.options import RemoveOptions
from composer.plan.ordering import order_stops
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_removal


def plan_remove(project: Project | None, observed: ObservedState, options: RemoveOptions) -> Plan:
    """Removes the stopped containers of the named services (() = all), dependents first where they have to be stopped.

    Networks and named volumes stay. Raises `PlanError` for an unknown service.
    """
    there = existing(project, observed, options.services)
    draft = Draft(project.services if project is not None else None)
    for name in reversed(there.order):
        for container in there.containers.get(name, ()):
            if options.stop or not container.is_running:
                add_removal(
                    draft,
                    step_label(container),
                    container,
                    Reason(Cause.REQUESTED),
                    timeout=None,
                    volumes=options.volumes,
                )
    order_stops(
        draft,
        there.edges,
        {
            name: tuple(draft.stops[found.id] for found in mine if found.id in draft.stops)
            for name, mine in there.containers.items()
        },
    )
    return draft.finish(there.order)
