"""`start`: existing containers that do not run, dependencies first. With or without a file. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from composer.errors import PlanError
from composer.model.dependency import Condition
from composer.model.project import Project
from composer.plan.actions import Delivery
from composer.plan.containers import Decision, Verdict
from composer.plan.desired import desire
from composer.plan.draft import Draft
from composer.plan.elsewhere import warn_of_other_folders
from composer.plan.existing import (
    Existing,
    check_known,
    existing,
    replica_of,
    replicas_of,
    with_dependencies,
    with_named,
)
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import StartOptions
from composer.plan.ordering import Waits, order_starts
from composer.plan.pause import refuse_paused
from composer.plan.plan import Plan
from composer.plan.prestart import add_pre_starts
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_start, start_deliveries


def plan_start(project: Project | None, observed: ObservedState, options: StartOptions) -> Plan:
    """Starts the named services (() = all) and what they depend on, as the conditions allow.

    Creates nothing. Raises `PlanError` for an unknown service, for one that is named and has no container, for a
    project without containers, and for a dependency without one that would have to be healthy or completed.
    """
    project = with_named(project, options.services)
    there = existing(project, observed, with_dependencies(project, observed, options.services))
    if project is None and not there.edges:
        raise PlanError(f'no container found for project "{observed.project}"')
    check_known(options.services, there.edges)
    missing = _not_created(project, there, options.services) if project is not None else ()
    draft = Draft(project.services if project is not None else None)
    if missing:
        draft.warnings.append(f"not started, for want of a container: {', '.join(missing)}")
    warn_of_other_folders(draft, project, observed)
    decisions: dict[str, tuple[Decision, ...]] = {}
    for name in there.order:
        if name in there.containers:
            containers = replicas_of(there.containers[name])
            decisions[name] = tuple(_decide(found) for found in containers)
            draft.unchanged.update({replica_of(found): found.ref for found in containers if found.is_running})
            for decision in decisions[name]:
                if decision.verdict is Verdict.START:
                    add_start(draft, decision, _deliveries(project, name))
    refuse_paused(decisions)
    needing = {name: edges for name, edges in there.edges.items() if decisions.get(name)}
    order_starts(draft, needing, decisions, Waits(options.wait, options.wait_timeout))
    if project is not None and any(service.pre_start for service in project.services.values()):
        add_pre_starts(draft, desire(project), decisions)
    return draft.finish(there.order)


def _deliveries(project: Project | None, service: str) -> tuple[Delivery, ...]:
    """Without a file, a container starts with what was put into it before."""
    found = project.services.get(service) if project is not None else None
    return start_deliveries(project, found) if project is not None and found is not None else ()


def _not_created(project: Project, there: Existing, named: Collection[str]) -> list[str]:
    """The services without a container, which are left out as docker compose does. Raises `PlanError` where that would
    not be what was asked for: one that is named, all of them, one whose health or end is to be waited for."""
    services = project.services
    missing = [name for name, found in there.containers.items() if not found and services[name].replicas]
    asked = missing if not any(there.containers.values()) else [name for name in missing if name in named]
    hint = "`composer up` creates what is missing and starts it"
    if asked[1:]:
        raise PlanError(f"services without a container to start: {', '.join(asked)}", hint=hint)
    if asked:
        raise PlanError(f'service "{asked[0]}" has no container to start', hint=hint)
    for name, found in there.containers.items():
        for dependency, edge in services[name].depends_on.items() if _is_to_start(found) else ():
            if dependency in missing and edge.required and edge.condition is not Condition.STARTED:
                raise PlanError(f"{name} is missing dependency {dependency}, which has no container", hint=hint)
    return missing


def _is_to_start(containers: Iterable[ObservedContainer]) -> bool:
    return not all(found.is_running for found in containers)


def _decide(found: ObservedContainer) -> Decision:
    verdict = Verdict.KEEP if found.is_running else Verdict.START
    return Decision(verdict, replica_of(found), Reason(Cause.NOT_RUNNING, found.status or found.state), found)
