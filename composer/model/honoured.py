"""Which attributes the engine layer carries out today.

Pure: names what a project sets that nothing acts on yet, so that planning can refuse it instead of ignoring
it. Attributes without effect outside swarm are not named: docker compose ignores them too. Must not know:
files, spans, messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.model.project import Project
    from composer.model.service import Service

_SERVICE = (
    "annotations",
    "attach",
    "build",
    "develop",
    "cgroup_parent",
    "cgroup",
    "configs",
    "credential_spec",
    "device_cgroup_rules",
    "devices",
    "dns",
    "dns_opt",
    "dns_search",
    "domainname",
    "provider",
    "external_links",
    "group_add",
    "gpus",
    "ipc",
    "isolation",
    "links",
    "mac_address",
    "models",
    "network_mode",
    "pid",
    "platform",
    "runtime",
    "secrets",
    "security_opt",
    "storage_opt",
    "sysctls",
    "use_api_socket",
    "userns_mode",
    "uts",
    "volumes_from",
    "post_start",
    "pre_stop",
)
_SERVICE_NETWORK = (
    "driver_opts",
    "gw_priority",
    "interface_name",
    "ipv4_address",
    "ipv6_address",
    "link_local_ips",
    "mac_address",
)
_NETWORK = ("enable_ipv4", "enable_ipv6")

Path = tuple[str | int, ...]


def unhonoured(project: Project) -> list[Path]:
    """Paths such as `("services", "web", "sysctls")`, in the project's order."""
    found: list[Path] = []
    for name, service in project.services.items():
        found.extend(("services", name, *path) for path in _service(service))
    for key, network in project.networks.items():
        found.extend(("networks", key, name) for name in _NETWORK if getattr(network, name) is not None)
        if network.ipam.config or network.ipam.driver or network.ipam.options:
            found.append(("networks", key, "ipam"))
    return found


def _service(service: Service) -> Iterator[Path]:
    for name in _SERVICE:
        if getattr(service, name):
            yield (name,)
    for key, network in service.networks.items():
        for name in _SERVICE_NETWORK if network is not None else ():
            if getattr(network, name):
                yield ("networks", key, name)
    for index, mount in enumerate(service.volumes):
        if mount.type not in ("bind", "volume", "tmpfs"):
            yield ("volumes", index, "type")
        if mount.volume is not None and mount.volume.labels:
            yield ("volumes", index, "volume", "labels")
    if service.deploy is not None:
        reserved = service.deploy.resources.reservations
        if reserved is not None and reserved.devices:
            yield ("deploy", "resources", "reservations", "devices")
