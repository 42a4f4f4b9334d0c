"""Which containers a service shares or links to, given what is decided for the services before it.

Fills `DesiredState.parents`, `linked` and the hashes that depend on them. Pure. Must not know: the rules of
sharing (`sharing`), steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from composer.model.service import Service
from composer.plan.actions import Parent, ReplicaId
from composer.plan.containers import Decision, Verdict
from composer.plan.desired import DesiredState, container_name
from composer.plan.observed import ObservedState
from composer.plan.sharing import Named, first_of, hash_of, linked_services, shared_services

Decisions = Mapping[str, tuple[Decision, ...]]


def with_relatives(
    desired: DesiredState, observed: ObservedState, service: Service, decisions: Decisions
) -> DesiredState:
    """`decisions`: those of every service that comes before. A service left out of this command counts with the
    containers it has. Raises `PlanError` when a container that is to be shared is not there and not made."""
    if service.links:
        found = {
            other: tuple(name for name, _ in _containers(desired, observed, other, decisions))
            for other in linked_services(service)
        }
        desired = replace(desired, linked={**desired.linked, service.name: found})
    shared = shared_services(service)
    if not shared:
        return desired
    parents = tuple(first_of(service, other, _containers(desired, observed, other, decisions)) for other in shared)
    ids = {parent.replica.service: parent.container for parent in parents if parent.container is not None}
    hashes = desired.hashes
    if len(ids) == len(parents):
        hashes = {**hashes, service.name: hash_of(service, ids)}
    return replace(desired, hashes=hashes, parents={**desired.parents, service.name: parents})


def _containers(desired: DesiredState, observed: ObservedState, service: str, decisions: Decisions) -> Iterator[Named]:
    """By final name; those that go are left out."""
    if service not in decisions:
        for found in observed.containers:
            if found.service == service and not found.oneoff:
                yield found.name, Parent(ReplicaId(service, found.number), found.id)
        return
    for decision in decisions[service]:
        if decision.verdict is Verdict.REMOVE:
            continue
        stays = decision.verdict in (Verdict.KEEP, Verdict.START, Verdict.REJOIN) and decision.container is not None
        name = container_name(desired.project, desired.project.services[service], decision.replica.number)
        yield name, Parent(decision.replica, decision.container.id if stays and decision.container else None)
