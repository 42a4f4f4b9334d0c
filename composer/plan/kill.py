"""`kill`: a signal to running containers, all at once. With or without a file. Pure."""

from __future__ import annotations

from composer.model.project import Project
from composer.plan.actions import KillContainer
from composer.plan.draft import Draft
from composer.plan.elsewhere import warn_of_other_folders
from composer.plan.existing import existing, replica_of, step_label
from composer.plan.observed import ObservedState
from composer.plan.options import KillOptions
from composer.plan.orphans import orphans
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason


def plan_kill(project: Project | None, observed: ObservedState, options: KillOptions) -> Plan:
    """Dependency order has no meaning here. Raises `PlanError` for an unknown service."""
    there = existing(project, observed, options.services, oneoffs=True)
    chosen = [found for containers in there.containers.values() for found in containers]
    if options.remove_orphans and project is not None:
        chosen += [found for found in orphans(project, observed) if found not in chosen]
    draft = Draft()
    warn_of_other_folders(draft, project, observed)
    for container in chosen:
        if container.is_running:
            kill = KillContainer(replica_of(container), container.ref, options.signal)
            draft.add(f"kill:{draft.subject(step_label(container), container.id)}", kill, Reason(Cause.REQUESTED))
    if not draft:
        draft.warnings.append("no container to kill")
    return draft.finish(there.order)
