"""What a project needs of the engine's API, held against the version there is.

Owns the first version of every attribute that an older engine would refuse late or drop in silence. Pure. Must
not know: engines, how the attributes are sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import PlanError
from composer.plan.desired import network_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from composer.model.mount import Mount
    from composer.model.network import ServiceNetwork
    from composer.model.project import Project
    from composer.model.service import Service

ApiVersion = tuple[int, int]
Need = tuple[str, ApiVersion]

MAC_ADDRESSES = (1, 44)
RECURSIVE = (1, 44)
START_INTERVAL = (1, 44)
SUBPATH = (1, 45)
IMAGE_MOUNTS = (1, 48)
GATEWAY_PRIORITY = (1, 48)
WITHOUT_IPV4 = (1, 48)
INTERFACE_NAMES = (1, 49)
NEWEST = INTERFACE_NAMES  # an engine of this version lacks nothing
ANNOTATIONS = (1, 43)


def refuse_too_new(project: Project, api_version: ApiVersion) -> None:
    """Raises `PlanError` naming every attribute without which the containers would be other ones."""
    if api_version >= NEWEST:
        return
    lacking = [(path, first) for path, first in _needs(project) if api_version < first]
    if lacking:
        path, first = lacking[0]
        more = "".join(f"; {other} needs API {_text(version)}" for other, version in lacking[1:])
        raise PlanError(
            f"{path} needs Engine API {_text(first)}{more}",
            hint=f"this engine offers API {_text(api_version)}: upgrade it, or leave the attribute out",
        )


def refuse_contradictions(project: Project) -> None:
    """Raises `PlanError` for what the reference refuses when it makes containers, not when it reads the file."""
    for name, service in project.services.items():
        check = service.healthcheck
        if check is not None and check.start_interval and not check.start_period:
            raise PlanError(
                f"services.{name}: healthcheck.start_interval requires healthcheck.start_period to be set",
                hint="the start interval is the pace of probes during the start period",
            )


def dropped_by(project: Project, api_version: ApiVersion) -> Iterator[str]:
    """Warnings: what an older engine does without, and the containers are much the same."""
    if api_version >= START_INTERVAL:
        return
    for name, service in project.services.items():
        if service.healthcheck is not None and service.healthcheck.start_interval:
            yield _dropped(f"services.{name}.healthcheck.start_interval", START_INTERVAL)
        if service.annotations and api_version < ANNOTATIONS:
            yield _dropped(f"services.{name}.annotations", ANNOTATIONS)


def _needs(project: Project) -> Iterator[Need]:
    for name, service in project.services.items():
        for key, joined in service.networks.items():
            yield from _network_needs(f"services.{name}.networks.{key}", joined) if joined is not None else ()
        for index, mount in enumerate(service.volumes):
            yield from _mount_needs(f"services.{name}.volumes.{index}", mount)
        yield from _address_needs(f"services.{name}", service)
    for key, network in project.networks.items():
        if network.enable_ipv4 is False:
            yield f"networks.{key}.enable_ipv4", WITHOUT_IPV4


def _network_needs(path: str, joined: ServiceNetwork) -> Iterator[Need]:
    if joined.interface_name:
        yield f"{path}.interface_name", INTERFACE_NAMES
    if joined.gw_priority:
        yield f"{path}.gw_priority", GATEWAY_PRIORITY


def _mount_needs(path: str, mount: Mount) -> Iterator[Need]:
    if mount.type == "image":
        yield f"{path}.type image", IMAGE_MOUNTS
    if mount.volume is not None and mount.volume.subpath:
        yield f"{path}.volume.subpath", SUBPATH
    if mount.bind is not None and mount.bind.recursive in ("writable", "readonly"):
        yield f"{path}.bind.recursive", RECURSIVE


def _address_needs(path: str, service: Service) -> Iterable[Need]:
    """An older engine knows one MAC address a container, that of its main network."""
    further = network_keys(service)[1:]
    addressed = [key for key in further if (joined := service.networks[key]) is not None and joined.mac_address]
    return [(f"{path}.networks.{key}.mac_address", MAC_ADDRESSES) for key in addressed]


def _dropped(path: str, first: ApiVersion) -> str:
    return f"{path} has no effect: it needs Engine API {_text(first)}"


def _text(version: ApiVersion) -> str:
    return f"{version[0]}.{version[1]}"
