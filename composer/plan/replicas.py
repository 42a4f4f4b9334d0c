"""Decisions about replicas → steps: create, stop, remove, rename, start.

Owns the chain of a recreate (made under a temporary name, old one stopped and removed, renamed, started)
and who must make room first: a name or a host port that another container of the plan still holds. Pure.
Must not know: why a replica is replaced (`containers`), conditions of dependencies (`ordering`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping

from composer.model.port import Port
from composer.model.project import Project
from composer.model.service import Service
from composer.plan.actions import (
    ContainerRef,
    CreateContainer,
    Delivery,
    RemoveContainer,
    RenameContainer,
    ReplicaId,
    StartContainer,
    StepId,
    StopContainer,
)
from composer.plan.containers import STARTED, Decision, Verdict
from composer.plan.desired import DesiredState, container_name, replica_spec
from composer.plan.draft import Draft
from composer.plan.existing import replica_of
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.reasons import Cause, Reason
from composer.values import value

PortKey = tuple[object, object]  # protocol and host port


@value()
class Handling:
    """`start`: False for create only. `timeout`: seconds for stops, None = the container's own.
    `diverged_networks`: keys of networks that are recreated: their containers stop first."""

    start: bool = True
    timeout: int | None = None
    renew_volumes: bool = False
    diverged_networks: Collection[str] = ()


class ReplicaSteps:
    """Adds the steps of decisions to a draft."""

    def __init__(self, draft: Draft, desired: DesiredState, observed: ObservedState, handling: Handling) -> None:
        self._draft = draft
        self._desired = desired
        self._observed = observed
        self._handling = handling

    def add(self, decisions: Iterable[Decision], needs: Iterable[StepId]) -> None:
        """One service's decisions; `needs`: steps that a create waits for (image, networks, volumes)."""
        for decision in decisions:
            if decision.container is None:
                self._create(decision, None, needs)
            else:
                self._handle(decision, decision.container, needs)
            if self._handling.start and decision.verdict in STARTED:
                start = add_start(self._draft, decision, self._deliveries(decision.replica))
                if decision.rename_to:
                    self._draft.after(start, (StepId(f"rename:{decision.replica}"),))
                self._draft.after(start, (StepId(f"join:{decision.replica}:{key}") for key in decision.rejoins))

    def _deliveries(self, replica: ReplicaId) -> tuple[Delivery, ...]:
        project = self._desired.project
        return start_deliveries(project, project.services[replica.service])

    def _handle(self, decision: Decision, found: ObservedContainer, needs: Iterable[StepId]) -> None:
        replica, reason, timeout = decision.replica, decision.reason, self._handling.timeout
        match decision.verdict:
            case Verdict.RECREATE:
                self._recreate(decision, found, needs)
            case Verdict.REPLACE:
                self._replace(decision, found, needs)
            case Verdict.REMOVE:
                twin = f"@{found.id[:12]}" if reason.cause is Cause.REPLACED else ""
                add_removal(self._draft, f"{replica}{twin}", found, reason, timeout=timeout)
            case Verdict.RESTART:
                add_stop(self._draft, str(replica), found, reason, timeout=timeout)
            case Verdict.REJOIN:
                from composer.plan.rejoin import add_rejoin  # noqa: PLC0415 - rare

                add_rejoin(self._draft, self._desired, self._observed, decision, found, timeout=timeout)
            case Verdict.KEEP:
                self._draft.unchanged[replica] = found.ref
            case _:
                pass
        if decision.rename_to:
            detail = Reason(Cause.REPLACED, "left under a temporary name")
            self._draft.add(f"rename:{replica}", RenameContainer(replica, decision.rename_to, found.ref), detail)

    def _create(self, decision: Decision, replaced: ContainerRef | None, needs: Iterable[StepId]) -> StepId:
        replica = decision.replica
        service = self._desired.project.services[replica.service]
        spec = replica_spec(self._desired, service, replica.number, replaces=replaced is not None)
        create = CreateContainer(spec, replaced, self._handling.renew_volumes)
        return self._draft.add(f"create:{replica}", create, decision.reason, after=needs)

    def _replace(self, decision: Decision, found: ObservedContainer, needs: Iterable[StepId]) -> None:
        """The create waits for a volume, which waits for the removal."""
        replica = decision.replica
        timeout, keeps = self._handling.timeout, not self._handling.renew_volumes
        add_removal(self._draft, str(replica), found, decision.reason, timeout=timeout, hands_over=keeps)
        created = self._create(decision, None, needs)
        self._draft.after(created, (self._draft.removes[found.id],))

    def _recreate(self, decision: Decision, found: ObservedContainer, needs: Iterable[StepId]) -> None:
        draft, replica, reason = self._draft, decision.replica, Reason(Cause.REPLACED)
        service = self._desired.project.services[replica.service]
        created = self._create(decision, found.ref, needs)
        done = {created}
        if found.is_running:
            stopped = add_stop(draft, str(replica), found, reason, timeout=self._handling.timeout)
            done.add(stopped)
            # A network can only be made anew when nothing runs on it: then the old container stops first.
            if any(key in self._handling.diverged_networks for key in service.networks):
                draft.after(created, (stopped,))
            else:
                draft.after(stopped, (created,))
        removed = draft.add(f"remove:{replica}", RemoveContainer(replica, found.ref), reason, after=done)
        draft.removes[found.id] = removed
        name = container_name(self._desired.project, service, replica.number)
        draft.add(f"rename:{replica}", RenameContainer(replica, name), reason, after=(removed,))


def start_deliveries(project: Project, service: Service) -> tuple[Delivery, ...]:
    """What each of its containers gets before every start."""
    if not (service.secrets or service.configs):
        return ()
    from composer.plan.deliveries import deliveries  # noqa: PLC0415 - rare

    return deliveries(project, service)


def add_removal(
    draft: Draft,
    label: str,
    found: ObservedContainer,
    reason: Reason,
    *,
    timeout: int | None,
    volumes: bool = False,
    hands_over: bool = False,
) -> None:
    """Stop, if it runs, then remove. `label` names the steps: the replica, or the container of an orphan.
    `volumes`: its anonymous volumes go too. `hands_over`: its successor takes them over."""
    subject = draft.subject(label, found.id)
    stopped = (add_stop(draft, subject, found, reason, timeout=timeout),) if found.is_running else ()
    owner = replica_of(found)
    remove = RemoveContainer(owner, found.ref, volumes=volumes, force=True, hands_over=hands_over)
    draft.removes[found.id] = draft.add(f"remove:{subject}", remove, reason, after=stopped)


def add_stop(draft: Draft, label: str, found: ObservedContainer, reason: Reason, *, timeout: int | None) -> StepId:
    step = draft.add(
        f"stop:{label}", StopContainer(replica_of(found), found.ref, timeout, draft.pre_stop(found)), reason
    )
    draft.stops[found.id] = step
    return step


def add_start(draft: Draft, decision: Decision, deliveries: tuple[Delivery, ...] = ()) -> StepId:
    """The start step, behind whatever makes or stops the replica's container in this plan."""
    replica = decision.replica
    exists = decision.verdict in (Verdict.START, Verdict.RESTART, Verdict.REJOIN)
    found = decision.container.ref if exists and decision.container is not None else None
    ready = {
        Verdict.CREATE: f"create:{replica}",
        Verdict.REPLACE: f"create:{replica}",
        Verdict.RECREATE: f"rename:{replica}",
        Verdict.RESTART: f"stop:{replica}",
    }.get(decision.verdict)
    after = () if ready is None else (StepId(ready),)
    return draft.add(
        f"start:{replica}",
        StartContainer(replica, found, deliveries, draft.post_start(replica.service)),
        decision.reason,
        after=after,
    )


def starts_of(draft: Draft, decisions: Iterable[Decision]) -> tuple[StepId, ...]:
    """The start steps that the draft holds for these decisions."""
    steps = (StepId(f"start:{decision.replica}") for decision in decisions if decision.verdict in STARTED)
    return tuple(step for step in steps if step in draft)


def stops_of(draft: Draft, decisions: Iterable[Decision]) -> tuple[StepId, ...]:
    """The steps that stop these decisions' containers."""
    containers = (decision.container for decision in decisions)
    return tuple(draft.stops[found.id] for found in containers if found is not None and found.id in draft.stops)


def make_room(
    draft: Draft,
    observed: ObservedState,
    services: Mapping[str, Service],
    decisions: Mapping[str, tuple[Decision, ...]],
) -> None:
    """A name is free when its former holder is removed, a host port when its former holder has stopped."""
    by_id = {found.id: found for found in observed.containers}
    names = {by_id[container].name: step for container, step in draft.removes.items()}
    for step, action in tuple(draft.actions()):
        match action:
            case CreateContainer(spec=spec, replaces=None) if spec.name in names:
                draft.after(step, (names[spec.name],))
            case RenameContainer(name=name) if name in names:
                draft.after(step, (names[name],))
            case _:
                pass
    freed: dict[PortKey, set[StepId]] = {}
    for container, step in draft.stops.items():
        for held in _held_ports(by_id[container]):
            freed.setdefault(held, set()).add(step)
    for name, mine in decisions.items():
        freeing = set(stops_of(draft, (decision for decision in mine if decision.verdict is Verdict.REMOVE)))
        for port in services[name].ports if freed else ():
            freeing.update(*(freed.get((port.protocol, number), ()) for number in _published(port)))
        for start in starts_of(draft, mine):
            own = start.replace("start:", "stop:", 1)  # the start is behind it anyway
            draft.after_any(start, freeing - {own})


def serialise_ranges(
    draft: Draft, services: Mapping[str, Service], decisions: Mapping[str, tuple[Decision, ...]]
) -> None:
    """Replicas that share a range of host ports start one after the other: the engine hands out the ports of a
    range without a lock."""
    for name, mine in decisions.items():
        if any("-" in (port.published or "") for port in services[name].ports):
            starts = starts_of(draft, mine)
            for first, second in itertools.pairwise(starts):
                draft.after_any(second, (first,))


def _published(port: Port) -> range:
    """The host ports it may take: `8000-8005` are six; none when the engine is to choose."""
    first, _, last = (port.published or "").partition("-")
    return range(int(first), int(last or first) + 1) if first else range(0)


def _held_ports(found: ObservedContainer) -> set[PortKey]:
    return {(port.get("Type"), port.get("PublicPort")) for port in found.ports if port.get("PublicPort")}
