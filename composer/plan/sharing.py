"""Services that use another service's container: its network, IPC or process namespace, or its volumes.

Owns what `service:x` stands for: the first container of x, by name. Its id takes the reference's place before the
config hash is computed, so that both tools agree, and so that a new container of x means new ones for those
who share. Pure. Must not know: why the other container is replaced, how steps are ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.errors import PlanError
from composer.plan.actions import Parent
from composer.plan.fingerprint import service_hash

if TYPE_CHECKING:
    from composer.model.service import Service
    from composer.plan.actions import ReplicaSpec

_NAMESPACES = ("network_mode", "ipc", "pid")
_SERVICE = "service:"
_CONTAINER = "container:"

Named = tuple[str, Parent]  # a container's (final) name, and whose it is


def shared_services(service: Service) -> tuple[str, ...]:
    """The services whose containers it is made with, each once."""
    modes = (getattr(service, attribute) or "" for attribute in _NAMESPACES)
    names = [mode.removeprefix(_SERVICE) for mode in modes if mode.startswith(_SERVICE)]
    names += [entry.partition(":")[0] for entry in service.volumes_from if not entry.startswith(_CONTAINER)]
    return tuple(dict.fromkeys(names))


def linked_services(service: Service) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link.partition(":")[0] for link in service.links))


def names_containers(service: Service) -> bool:
    """Whether it is made with containers that it names itself, not by their service."""
    modes = (getattr(service, attribute) or "" for attribute in _NAMESPACES)
    return any(text.startswith(_CONTAINER) for text in (*modes, *service.volumes_from))


def first_of(service: Service, other: str, containers: Iterable[Named]) -> Parent:
    """The container of `other` that `service:other` means. Raises `PlanError` when there is none."""
    found = min(containers, key=lambda named: named[0], default=None)
    if found is None:
        raise PlanError(
            f'service "{service.name}" cannot share {_shared_part(service, other)} with service {other}: '
            "container missing",
            hint=f"run at least one replica of {other}",
        )
    return found[1]


def _shared_part(service: Service, other: str) -> str:
    modes = {"network_mode": "network namespace", "ipc": "IPC namespace", "pid": "PID namespace"}
    return next((word for name, word in modes.items() if getattr(service, name) == _SERVICE + other), "volume")


def resolved(service: Service, containers: Mapping[str, str]) -> Service:
    """The service with container ids for references. `containers`: service → id."""
    modes: dict[str, Any] = {}
    for attribute in _NAMESPACES:
        mode = getattr(service, attribute) or ""
        other = mode.removeprefix(_SERVICE)
        if mode.startswith(_SERVICE) and other in containers:
            modes[attribute] = _CONTAINER + containers[other]
    volumes = tuple(_source(entry, containers) for entry in service.volumes_from)
    return replace(service, volumes_from=volumes, **modes)


def hash_of(service: Service, containers: Mapping[str, str] | None = None) -> str:
    """The config hash as the label records it. The reference drops the mode of `volumes_from`."""
    if not (service.volumes_from or containers):
        return service_hash(service)
    service = resolved(service, containers or {})
    return service_hash(replace(service, volumes_from=tuple(entry.partition(":")[0] for entry in service.volumes_from)))


def with_parents(spec: ReplicaSpec, containers: Mapping[str, str]) -> ReplicaSpec:
    """The spec ready to be made, when the containers it shares are there."""
    expected = hash_of(spec.service, containers)
    return replace(
        spec,
        service=resolved(spec.service, containers),
        config_hash=expected,
        labels={**spec.labels, labels.CONFIG_HASH: expected},
        parents=(),
    )


def links_of(service: Service, number: int, project: str, linked: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """`container:alias` for the engine. `linked`: service → names of its containers.

    Each is found under the alias, and (by the reference's rule, with the number of the one who links) under the
    two names that its replica has.
    """
    links: list[str] = []
    for link in service.links:
        other, _, alias = link.partition(":")
        numbered = labels.replica_label(other, number)
        for container in linked.get(other, ()):
            aliases = (alias or other, numbered, labels.container_name(project, other, number))
            links += [f"{container}:{name}" for name in aliases]
    for link in service.external_links:
        container, _, alias = link.partition(":")
        links.append(f"{container}:{alias or container}")
    return tuple(links)


def _source(entry: str, containers: Mapping[str, str]) -> str:
    """`id` or `id:ro` for `service[:mode]` and `container:name[:mode]`. A service not known stays as it is."""
    if entry.startswith(_CONTAINER):
        return entry.removeprefix(_CONTAINER)
    name, colon, mode = entry.partition(":")
    return f"{containers.get(name, name)}{colon}{mode}"
