"""`restart`: stop and start what exists, and what asks to be restarted with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from composer.graph.sorting import backwards, reach
from composer.model.dependency import Dependency
from composer.model.project import Project
from composer.plan.containers import Decision, Verdict
from composer.plan.draft import Draft
from composer.plan.elsewhere import warn_of_other_folders
from composer.plan.existing import check_known, containers_of, existing, replica_of, replicas_of, step_label, with_named
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import RestartOptions
from composer.plan.ordering import Waits, order_restarts, order_starts
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_start, add_stop
from composer.plan.sharing import shared_services


def plan_restart(project: Project | None, observed: ObservedState, options: RestartOptions) -> Plan:
    """Restarts the named services (() = all) and, unless `no_deps`, those that depend on them with `restart: true`.

    Such edges make an order: dependents stop first and start when the condition holds again; so do those who are made
    with another service's container. Containers that do not run are started. Raises `PlanError` for an unknown service:
    without a file, one that has no container.
    """
    project = with_named(project, options.services)
    there = existing(project, observed, options.services)
    check_known(options.services, there.edges)
    edges = {name: _restarting(needed) for name, needed in there.edges.items()}
    chosen = set(there.containers)
    if not options.no_deps:
        chosen = reach(backwards({name: tuple(needed) for name, needed in edges.items()}), chosen)
    decisions: dict[str, tuple[Decision, ...]] = {}
    draft = Draft(project.services if project is not None else None)
    warn_of_other_folders(draft, project, observed)
    for name in there.order:
        if name in chosen:
            containers = replicas_of(containers_of(observed, name))
            decisions[name] = tuple(_decide(found) for found in containers)
            for decision, found in zip(decisions[name], containers, strict=True):
                _add(draft, decision, found, options.timeout)
    edges = {name: {**_shared(project, name), **needed} for name, needed in edges.items()}
    order_restarts(draft, edges, decisions)
    order_starts(draft, edges, decisions, Waits())
    return draft.finish(there.order)


def _shared(project: Project | None, name: str) -> dict[str, Dependency]:
    """A namespace can be joined only while the container that it is of runs."""
    service = project.services.get(name) if project is not None else None
    return dict.fromkeys(shared_services(service), Dependency(restart=True)) if service is not None else {}


def _restarting(needed: Mapping[str, Dependency]) -> dict[str, Dependency]:
    return {name: edge for name, edge in needed.items() if edge.restart}


def _decide(found: ObservedContainer) -> Decision:
    verdict = Verdict.RESTART if found.is_running else Verdict.START
    return Decision(verdict, replica_of(found), Reason(Cause.REQUESTED), found)


def _add(draft: Draft, decision: Decision, found: ObservedContainer, timeout: int | None) -> None:
    if decision.verdict is Verdict.RESTART:
        add_stop(draft, step_label(found), found, decision.reason, timeout=timeout)
    add_start(draft, decision)
