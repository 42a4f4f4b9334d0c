"""Host devices, and devices asked of a driver (GPUs), as the engine wants them.

Pure. Must not know: whether the devices exist.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from composer.model.deploy import DeviceRequest
    from composer.model.service import Service
    from composer.model.service_limits import Device

_GPU = "gpu"
# `vendor.com/class=name`, by the rules of the Container Device Interface.
_CDI_NAME = re.compile(
    r"[A-Za-z]([A-Za-z0-9_.-]*[A-Za-z0-9])?"
    r"/[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?"
    r"=[A-Za-z0-9]([A-Za-z0-9_.:-]*[A-Za-z0-9])?"
)


def device_fields(service: Service) -> dict[str, Any]:
    """Fields of `HostConfig`; those that nothing is asked for are left out."""
    mapped = [_mapping(device) for device in service.devices if not _is_cdi(device)]
    requests = list(_requests(service))
    fields: dict[str, Any] = {}
    if mapped:
        fields["Devices"] = mapped
    if requests:
        fields["DeviceRequests"] = requests
    if service.device_cgroup_rules:
        fields["DeviceCgroupRules"] = list(service.device_cgroup_rules)
    return fields


def _mapping(device: Device) -> dict[str, Any]:
    return {
        "PathOnHost": device.source,
        "PathInContainer": device.target or "",
        # A long form need not say it. The reference then sends nothing, and the container cannot be started.
        "CgroupPermissions": device.permissions or "rwm",
    }


def _is_cdi(device: Device) -> bool:
    return device.source == device.target and _CDI_NAME.fullmatch(device.source) is not None


def _requests(service: Service) -> Iterator[dict[str, Any]]:
    """In the reference's order: reservations, CDI names, GPUs."""
    reserved = service.deploy.resources.reservations if service.deploy is not None else None
    for request in reserved.devices if reserved is not None else ():
        yield _request(request, list(request.capabilities))
    names = [device.source for device in service.devices if _is_cdi(device)]
    if names:
        yield {"Driver": "cdi", "DeviceIDs": names}
    for request in service.gpus:
        yield _request(request, [*request.capabilities, _GPU])


def _request(request: DeviceRequest, capabilities: list[str]) -> dict[str, Any]:
    return {
        "Driver": request.driver or "",
        "Count": request.count or 0,
        "DeviceIDs": list(request.device_ids) or None,
        "Capabilities": [capabilities],
        "Options": dict(request.options) or None,
    }
