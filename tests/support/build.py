"""Short ways to say "this project" and "this is what the engine holds", for decision tests.

web_and_db = project("web -> db:healthy; db")
plan_up(web_and_db, observed(web_and_db, running("db-1"), stale("web-1")), UpOptions())
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from composer import labels
from composer.model.dependency import Condition, Dependency
from composer.model.network import Network
from composer.model.project import Project
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.actions import ContainerId
from composer.plan.desired import (
    depends_on_label,
    desire,
    image_of,
    network_labels,
    volume_keys,
    volume_labels,
)
from composer.plan.observed import (
    ObservedContainer,
    ObservedImage,
    ObservedNetwork,
    ObservedState,
    ObservedVolume,
)

NAME = "demo"
_CONDITIONS = {"": Condition.STARTED, "healthy": Condition.HEALTHY, "completed": Condition.COMPLETED}


def project(text: str, **changes: Mapping[str, Any]) -> Project:
    """Services separated by `;`: `web*2 -> db:healthy, cache?, job:completed!`.

    `*n` replicas, `:healthy`/`:completed` the condition, `?` not required, `!` restart. All use busybox and the
    default network. Keywords change fields of a service by name (`web={"image": "nginx"}`); networks and
    volumes that are named there are declared too.
    """
    services: dict[str, Service] = {}
    for declaration in filter(None, (part.strip() for part in text.split(";"))):
        head, _, needed = declaration.partition("->")
        name, _, scale = head.strip().partition("*")
        edges = dict(_edge(entry.strip()) for entry in needed.split(",") if entry.strip())
        basic = {"image": "busybox", "networks": {"default": None}, "scale": int(scale) if scale else None}
        services[name] = Service(name=name, depends_on=edges, **{**basic, **changes.get(name, {})})
    networks = {key: None for service in services.values() for key in service.networks}
    volumes = {key: None for service in services.values() for key in volume_keys(service)}
    return Project(
        name=NAME,
        working_dir="/srv/demo",
        config_files=("/srv/demo/compose.yaml",),
        services=services,
        networks={key: Network(name=labels.resource_name(NAME, key)) for key in networks},
        volumes={key: Volume(name=labels.resource_name(NAME, key)) for key in volumes},
    )


def _edge(text: str) -> tuple[str, Dependency]:
    name, _, condition = text.rstrip("?!").partition(":")
    flags = text[len(text.rstrip("?!")) :]
    return name, Dependency(condition=_CONDITIONS[condition], required="?" not in flags, restart="!" in flags)


@dataclass(frozen=True)
class Seen:
    """A container as a test sees it; `observed` completes it from the project."""

    replica: str
    state: str = "running"
    health: str = ""
    exit_code: int | None = None
    stale: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)


def running(replica: str, **changes: Any) -> Seen:
    return Seen(replica, changes=changes)


def healthy(replica: str, **changes: Any) -> Seen:
    return Seen(replica, health="healthy", changes=changes)


def starting(replica: str, **changes: Any) -> Seen:
    return Seen(replica, health="starting", changes=changes)


def exited(replica: str, exit_code: int = 0, **changes: Any) -> Seen:
    return Seen(replica, state="exited", exit_code=exit_code, changes=changes)


def created(replica: str, **changes: Any) -> Seen:
    return Seen(replica, state="created", changes=changes)


def stale(replica: str, **changes: Any) -> Seen:
    """Runs, with another configuration than the file's."""
    return Seen(replica, stale=True, changes=changes)


def one_off(name: str, state: str = "running", **changes: Any) -> Seen:
    """A container of `run`: `name` is the service."""
    return Seen(f"{name}-0", state=state, changes={"name": f"{NAME}-{name}-run", "oneoff": True, **changes})


def observed(of: Project, *containers: Seen, **changes: Any) -> ObservedState:
    """The engine's state when `of` is up with these containers: its networks, volumes and images are there.

    Keywords replace whole fields of the result, e.g. `networks={}`.
    """
    desired = desire(of)
    networks = {
        network.name: ObservedNetwork(
            network_id(network.name),
            network.name,
            key,
            of.name,
            network_labels(desired, key, network)[labels.CONFIG_HASH],
        )
        for key, network in of.networks.items()
    }
    volumes = {
        volume.name: ObservedVolume(volume.name, key, of.name, volume_labels(desired, key, volume)[labels.CONFIG_HASH])
        for key, volume in of.volumes.items()
    }
    images = {
        image: ObservedImage(image, image_id(image))
        for image in (image_of(of, service) for service in of.services.values())
    }
    found = tuple(_container(of, seen, desired.hashes) for seen in containers)
    return replace(ObservedState(of.name, found, networks, volumes, images), **changes)


def nothing(of: Project) -> ObservedState:
    """Only the images are there."""
    return observed(of, networks={}, volumes={})


def image_id(image: str) -> str:
    return f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"


def network_id(name: str) -> str:
    return f"id-of-{name}"


def container_id(name: str) -> ContainerId:
    return ContainerId(hashlib.sha256(name.encode()).hexdigest())


def _container(of: Project, seen: Seen, hashes: Mapping[str, str]) -> ObservedContainer:
    service_name, _, number = seen.replica.rpartition("-")
    service = of.services.get(service_name) or Service(name=service_name, image="busybox")
    keys = [key for key in service.networks if key in of.networks] if service_name in of.services else ["default"]
    name = str(seen.changes.get("name", labels.container_name(of.name, service_name, int(number))))
    image = image_of(of, service)
    found = ObservedContainer(
        id=container_id(name),
        name=name,
        service=service_name,
        number=int(number),
        state=seen.state,
        config_hash="0" * 64 if seen.stale else hashes.get(service_name, "unknown"),
        image_digest=image_id(image),
        image=image,
        image_id=image_id(image),
        health=seen.health,
        exit_code=seen.exit_code,
        depends_on=depends_on_label(service, service.depends_on),
        networks={labels.resource_name(of.name, key): network_id(labels.resource_name(of.name, key)) for key in keys},
        volumes=tuple(labels.resource_name(of.name, key) for key in volume_keys(service)),
        status=f"Exited ({seen.exit_code})" if seen.exit_code is not None else "",
    )
    return replace(found, **seen.changes)
