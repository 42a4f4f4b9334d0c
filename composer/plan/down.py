"""`down`: stop and remove what the project owns. With or without a file.

Owns which containers go, and in which order; `cleanup` has the rest. Nothing without the project's label is
touched. Pure. Must not know: how a removal is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composer.graph.sorting import backwards, reach
from composer.model.project import Project
from composer.plan.actions import RemoveContainer, StepId
from composer.plan.cleanup import remove_images, remove_networks, remove_volumes
from composer.plan.draft import Draft
from composer.plan.elsewhere import confirm_removal, warn_of_other_folders
from composer.plan.existing import Existing, existing, replica_of, step_label
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import DownOptions
from composer.plan.ordering import order_stops
from composer.plan.orphans import orphans
from composer.plan.plan import Plan
from composer.plan.prestart import remove_left_hooks
from composer.plan.providers import add_providers, provider_services
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_removal

REQUESTED = Reason(Cause.REQUESTED)


def plan_down(project: Project | None, observed: ObservedState, options: DownOptions) -> Plan:
    """Dependents stop first, independent services at once; every container is removed as soon as it has
    stopped, every network as soon as its last container is gone.

    With `options.timeout` 0 nothing gets time to end, so order has no meaning: each container goes in one
    forced step, unless hooks are to run before it stops. Without a file, naming a service takes those that depend on
    it along, as the reference.
    Raises `PlanError` for an unknown service when there is a file.
    """
    there = _chosen(project, observed, options)
    draft = Draft(project.services if project is not None else None)
    for name in reversed(there.order):
        for container in there.containers.get(name, ()):
            _remove(draft, step_label(container), container, Reason(Cause.REQUESTED), options)
    order_stops(draft, there.edges, _stops(draft, there.containers))
    warn_of_other_folders(draft, project, observed)
    if project is not None:
        _end_providers(draft, project, there)
        if not options.services:
            _treat_orphans(draft, project, observed, options)
    services = tuple(there.containers) if options.services else None
    remove_networks(draft, project, observed, services)
    if options.volumes:
        remove_volumes(draft, project, observed, services)
    if options.images:
        remove_images(draft, project, observed, tuple(there.containers), only_local=options.images == "local")
    remove_left_hooks(draft, observed, tuple(there.containers))
    if not draft and not draft.warnings:
        draft.warnings.append(f'nothing to remove for project "{observed.project}"')
    return draft.finish(there.order)


def _end_providers(draft: Draft, project: Project, there: Existing) -> None:
    """Each behind the containers of those who depend on it, before those it depends on stop."""
    others = [name for name in project.services if name not in there.containers]
    add_providers(draft, project, "down", but=others)
    for service in provider_services(project):
        step = StepId(f"provider:{service.name}")
        if step not in draft:
            continue
        users = [name for name, other in project.services.items() if service.name in other.depends_on]
        found = [container for name in users for container in there.containers.get(name, ())]
        draft.after_any(step, (draft.removes[one.id] for one in found if one.id in draft.removes))
        for needed in service.depends_on:
            for one in there.containers.get(needed, ()):
                if one.id in draft.stops:
                    draft.after_any(draft.stops[one.id], (step,))


def _chosen(project: Project | None, observed: ObservedState, options: DownOptions) -> Existing:
    there = existing(project, observed, options.services, oneoffs=options.remove_orphans)
    if project is not None or not options.services:
        return there
    dependents = backwards({name: tuple(needed) for name, needed in there.edges.items()})
    return existing(None, observed, reach(dependents, options.services) or ("",), oneoffs=options.remove_orphans)


def has_anonymous_volumes(container: ObservedContainer) -> bool:
    """The engine names them by an id; only they go with their container."""
    return any(len(name) == 64 and not set(name) - set("0123456789abcdef") for name in container.volumes)


def _remove(draft: Draft, label: str, container: ObservedContainer, reason: Reason, options: DownOptions) -> None:
    volumes = options.volumes and has_anonymous_volumes(container)
    if options.timeout == 0 and not draft.pre_stop(container):
        remove = RemoveContainer(replica_of(container), container.ref, volumes=volumes, force=True)
        subject = draft.subject(label, container.id)
        draft.removes[container.id] = draft.add(f"remove:{subject}", remove, reason)
    else:
        add_removal(draft, label, container, reason, timeout=options.timeout, volumes=volumes)


def _treat_orphans(draft: Draft, project: Project, observed: ObservedState, options: DownOptions) -> None:
    found = [container for container in orphans(project, observed) if container.id not in draft.removes]
    if options.remove_orphans:
        for container in confirm_removal(draft, project, found, options.declined):
            _remove(draft, container.name, container, Reason(Cause.ORPHAN), options)
    elif names := ", ".join(container.name for container in found if not container.oneoff):
        draft.warnings.append(f"orphan containers ({names}) stay; --remove-orphans removes them")


def _stops(draft: Draft, containers: Mapping[str, Iterable[ObservedContainer]]) -> dict[str, tuple[StepId, ...]]:
    return {
        name: tuple(draft.stops[found.id] for found in mine if found.id in draft.stops)
        for name, mine in containers.items()
    }
