"""Containers of one service: keep, start, recreate, create or remove, and why.

Owns the rules of `up` for replicas (numbers, scale, what makes a container obsolete). Pure decisions;
`replicas.py` turns them into steps. Must not know: other services, the order of steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from composer import labels
from composer.model.service import Service
from composer.plan.actions import ContainerId, ReplicaId
from composer.plan.contents import content_changes
from composer.plan.desired import DesiredState, container_name, image_of, volume_keys
from composer.plan.grounds import service_changed
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.reasons import Cause, Reason
from composer.values import value

DIVERGED, FORCE, NEVER = "diverged", "force", "never"


class Verdict(StrEnum):
    KEEP = "keep"
    START = "start"  # it exists, is as wanted, and does not run
    RESTART = "restart"  # it runs and stays, but a dependency is replaced under it
    REJOIN = "rejoin"  # it stays, but a network is made anew under it: it stops and starts
    CREATE = "create"
    RECREATE = "recreate"
    REPLACE = "replace"  # as recreate, but the old one has to be gone before the new one is made
    REMOVE = "remove"


STARTED = (Verdict.START, Verdict.RESTART, Verdict.REJOIN, Verdict.CREATE, Verdict.RECREATE, Verdict.REPLACE)
MADE = (Verdict.CREATE, Verdict.RECREATE, Verdict.REPLACE)  # there will be a new container


@value()
class Decision:
    """What becomes of one replica. `container` is what exists now, None for CREATE. `rename_to` is set for a
    container that an interrupted run left under its temporary name. `rejoins`: keys of networks, for REJOIN."""

    verdict: Verdict
    replica: ReplicaId
    reason: Reason
    container: ObservedContainer | None = None
    rename_to: str = ""
    rejoins: tuple[str, ...] = ()


@value()
class Rules:
    """`recreate`: diverged, force or never. `diverged_networks`: keys of networks that are recreated.
    `lost_volumes`: engine names of volumes that are made anew. `made`: containers that are not forced."""

    recreate: str = DIVERGED
    diverged_networks: Collection[str] = ()
    lost_volumes: Collection[str] = ()
    made: Collection[ContainerId] = ()


def decide_service(
    desired: DesiredState, observed: ObservedState, service: Service, mine: Sequence[ObservedContainer], rules: Rules
) -> tuple[Decision, ...]:
    """One decision per replica wanted and per container there, replicas first, in number order.

    As the reference: of too many containers the obsolete ones go first, then the highest numbers; a new
    replica gets the highest number plus one, and so on. `mine`: the containers of the service.
    """
    obsolete = {
        found.id: reason
        for found in mine
        if (reason := obsolete_because(desired, observed, service, found, rules)) is not None
    }
    numbers = _numbers(mine)
    twins = _twins(mine, numbers, obsolete)
    singles = sorted(
        (found for found in mine if found.id not in twins), key=lambda it: (it.id in obsolete, numbers[it.id])
    )
    kept, surplus = singles[: service.replicas], singles[service.replicas :]
    highest = max(numbers.values(), default=0)
    decisions = [_decide(desired, service, found, rules, (numbers[found.id], obsolete.get(found.id))) for found in kept]
    decisions += [
        Decision(Verdict.CREATE, ReplicaId(service.name, highest + 1 + index), Reason(Cause.MISSING))
        for index in range(service.replicas - len(kept))
    ]
    decisions.sort(key=lambda decision: decision.replica)
    too_many = Reason(Cause.SCALE_DOWN, f"{service.replicas} wanted")
    leftover = Reason(Cause.REPLACED, "left by a run that was cut short")
    removed = [(found, too_many) for found in surplus] + [(found, leftover) for found in mine if found.id in twins]
    decisions += [
        Decision(Verdict.REMOVE, ReplicaId(service.name, numbers[found.id]), reason, found) for found, reason in removed
    ]
    return tuple(decisions)


def obsolete_because(
    desired: DesiredState, observed: ObservedState, service: Service, found: ObservedContainer, rules: Rules
) -> Reason | None:
    """Why the container must be replaced; None when it is as wanted."""
    if rules.recreate == NEVER:
        return None
    if rules.recreate == FORCE and found.id not in rules.made:
        return Reason(Cause.FORCED)
    renewed = [str(parent.replica) for parent in desired.parents.get(service.name, ()) if parent.container is None]
    if renewed:
        return Reason(Cause.DEPENDENCY_RECREATED, f"uses the container of {', '.join(renewed)}")
    expected = desired.hashes[service.name]
    if found.config_hash != expected:
        reason = service_changed(desired, service, found)
        also = _content_changed(desired, service, found)
        return replace(reason, changes=reason.changes + also.changes) if also and reason.changes else reason
    if found.state in ("dead", "removing"):
        return Reason(Cause.NOT_RUNNING, found.state)
    return (
        _content_changed(desired, service, found)
        or _image_changed(desired, observed, service, found)
        or _mounted_image_changed(observed, service, found)
        or _network_changed(desired, observed, service, found)
        or _volume_changed(desired, service, found)
    )


def restarted_with(
    decisions: Mapping[str, tuple[Decision, ...]], services: Mapping[str, Service], order: Iterable[str]
) -> dict[str, tuple[Decision, ...]]:
    """The decisions, where running replicas that depend with `restart: true` on a service that is replaced or
    restarted are restarted too. `order`: dependencies first, so that it carries on along a chain."""
    result = dict(decisions)
    for name in order:
        replaced = [
            dependency
            for dependency, edge in services[name].depends_on.items()
            if edge.restart and _is_replaced(result.get(dependency, ()))
        ]
        if replaced:
            reason = Reason(Cause.DEPENDENCY_RECREATED, f"depends on {', '.join(replaced)}")
            result[name] = tuple(_restarted(decision, reason) for decision in result[name])
    return result


def _is_replaced(decisions: Iterable[Decision]) -> bool:
    """A start under another name is the rest of a recreate that was cut short."""
    replaced = (Verdict.RECREATE, Verdict.REPLACE, Verdict.RESTART, Verdict.REJOIN)
    return any(it.verdict in replaced or (it.verdict is Verdict.START and it.rename_to) for it in decisions)


def _restarted(decision: Decision, reason: Reason) -> Decision:
    if decision.verdict is not Verdict.KEEP:
        return decision
    return Decision(Verdict.RESTART, decision.replica, reason, decision.container, decision.rename_to)


def _decide(
    desired: DesiredState,
    service: Service,
    found: ObservedContainer,
    rules: Rules,
    known: tuple[int, Reason | None],
) -> Decision:
    """`known`: its number, and why it must be replaced."""
    number, obsolete = known
    replica = ReplicaId(service.name, number)
    lost = [name for name in found.volumes if name in rules.lost_volumes]
    if lost:
        return Decision(Verdict.REPLACE, replica, Reason(Cause.VOLUME_CHANGED, f"{lost[0]} is made anew"), found)
    if obsolete is not None:
        return Decision(Verdict.RECREATE, replica, obsolete, found)
    name = container_name(desired.project, service, number)
    rename_to = name if _is_temporary(found.name, name) else ""
    rejoins = _rejoins(desired, service, found, rules)
    if rejoins:
        reason = Reason(Cause.NETWORK_CHANGED, f"network {', '.join(rejoins)} is recreated")
        return Decision(Verdict.REJOIN, replica, reason, found, rename_to, rejoins)
    if found.is_running:
        return Decision(Verdict.KEEP, replica, Reason(Cause.REPLACED), found, rename_to)
    return Decision(Verdict.START, replica, Reason(Cause.NOT_RUNNING, found.status or found.state), found, rename_to)


def _rejoins(desired: DesiredState, service: Service, found: ObservedContainer, rules: Rules) -> tuple[str, ...]:
    """Keys of the networks made anew that it is on."""
    networks = desired.project.networks
    return tuple(
        key for key in service.networks if key in rules.diverged_networks and networks[key].name in found.networks
    )


def _is_temporary(name: str, final: str) -> bool:
    """`<12 hex digits>_<final>`: how the new container of a recreate is called at first."""
    prefix, _, rest = name.partition("_")
    return rest == final and len(prefix) == 12 and not prefix.strip("0123456789abcdef")


def _numbers(containers: Iterable[ObservedContainer]) -> dict[ContainerId, int]:
    """Container id → replica number. One without the label gets a number of its own, above all others."""
    containers = sorted(containers, key=lambda found: (found.created, found.id))
    numbers = {found.id: found.number for found in containers if found.number > 0}
    highest = max(numbers.values(), default=0)
    unnumbered = [found for found in containers if found.number <= 0]
    numbers.update({found.id: highest + 1 + index for index, found in enumerate(unnumbered)})
    return numbers


def _twins(
    containers: Iterable[ObservedContainer], numbers: Mapping[ContainerId, int], obsolete: Collection[str]
) -> set[str]:
    """Ids of containers whose number another, better one has too: an interrupted recreate leaves both the old
    and the new one. Better: as wanted, then running, then newer."""
    best: dict[int, ObservedContainer] = {}

    def merit(found: ObservedContainer) -> tuple[bool, bool, int, str]:
        return (found.id not in obsolete, found.is_running, found.created, found.id)

    for found in sorted(containers, key=merit):
        best[numbers[found.id]] = found
    winners = {found.id for found in best.values()}
    return {found.id for found in containers if found.id not in winners}


def _content_changed(desired: DesiredState, service: Service, found: ObservedContainer) -> Reason | None:
    changes = content_changes(service, found.labels.get(labels.CONTENT, ""), desired.contents)
    return Reason(Cause.CONTENT_CHANGED, changes=changes) if changes else None


def _image_changed(
    desired: DesiredState, observed: ObservedState, service: Service, found: ObservedContainer
) -> Reason | None:
    """The tag means another image now. An image that is not there yet is judged after its pull."""
    image = observed.images.get(image_of(desired.project, service))
    if image is None or image.id == found.image_digest:
        return None
    return Reason(Cause.IMAGE_CHANGED, f"{found.image_digest[:19] or 'unknown'} → {image.id[:19]}")


def _mounted_image_changed(observed: ObservedState, service: Service, found: ObservedContainer) -> Reason | None:
    """The tag of an image that it mounts means another image now. One without the label is left alone."""
    recorded = found.labels.get(labels.IMAGE_VOLUMES, "")
    digests = dict(entry.rpartition("=")[::2] for entry in recorded.split(",") if "=" in entry)
    for mount in service.volumes:
        image = observed.images.get(mount.source or "") if mount.type == "image" else None
        digest = digests.get(mount.target or "")
        if image is not None and digest is not None and digest != image.id:
            return Reason(Cause.IMAGE_CHANGED, f"{mount.source}: {digest[:19]} → {image.id[:19]}")
    return None


def _network_changed(
    desired: DesiredState, observed: ObservedState, service: Service, found: ObservedContainer
) -> Reason | None:
    """Not attached to what it needs, or attached to a network that was made anew: it could not be started.

    The engine lists attachments in every state. (The reference looks at running containers only, and starts others
    without a network that they need.)
    """
    for key in service.networks:
        name = desired.project.networks[key].name
        actual = observed.networks.get(name)
        attached = found.networks.get(actual.name if actual else name)
        if attached is None:
            return Reason(Cause.NETWORK_CHANGED, f"not attached to {name}")
        if attached and (actual is None or actual.id != attached):
            return Reason(Cause.NETWORK_CHANGED, f"attached to a former {name}")
    return None


def _volume_changed(desired: DesiredState, service: Service, found: ObservedContainer) -> Reason | None:
    for key in volume_keys(service):
        name = desired.project.volumes[key].name
        if name not in found.volumes:
            return Reason(Cause.VOLUME_CHANGED, f"{name} is not mounted")
    return None
