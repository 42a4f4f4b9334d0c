"""From a replica, network or volume of the plan to the body of the engine's create call.

Owns every field of `POST /containers/create`, `/networks/create` and `/volumes/create`, as docker
compose 2.40.3 fills them, so that both tools make the same container. A new attribute of a service is
a line here. Pure. Must not know: the engine client, what the engine holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine.mounts import InheritedVolume, inherited_anonymous_volumes, mounts_of
from composer.engine.networking import endpoint_of, extra_networks, network_mode, network_payload, networking
from composer.engine.resources import resources, restart_policy
from composer.engine.security import security_fields
from composer.units import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.model.healthcheck import Healthcheck
    from composer.model.port import Port
    from composer.model.service import Service
    from composer.plan.actions import CreateVolume, OneOff, ReplicaSpec, RunPreStart

__all__ = [
    "InheritedVolume",
    "container_payload",
    "endpoint_of",
    "extra_networks",
    "inherited_anonymous_volumes",
    "init_payload",
    "network_payload",
    "volume_payload",
]

START_INTERVAL = (1, 44)


def container_payload(
    spec: ReplicaSpec,
    *,
    image_digest: str,
    api_version: tuple[int, int],
    inherited: tuple[InheritedVolume, ...] = (),
    replaces: bool = False,
) -> Mapping[str, Any]:
    """The create body for one container.

    `image_digest` is the image's id (`sha256:…`), recorded in a label. `inherited` comes from
    `inherited_anonymous_volumes` of the container that is replaced; `replaces` marks the new one as
    its successor. Connect `extra_networks` before the start.
    """
    service = spec.service
    payload = _process(service)
    payload["Image"] = spec.image
    payload["ExposedPorts"] = _exposed_ports(service)
    payload["Labels"] = _labels(spec, image_digest, replaces=replaces)
    if service.healthcheck is not None:
        payload["Healthcheck"] = _healthcheck(service.healthcheck, api_version)
    binds, mounts = mounts_of(service.volumes, spec.volume_names, inherited, spec.files)
    payload["HostConfig"] = _host_config(spec) | {
        "Binds": binds or None,
        "Mounts": mounts,
        "NetworkMode": network_mode(spec),
    }
    if spec.oneoff is not None:
        _mark_one_off(payload, spec.oneoff)
    return payload | networking(spec, api_version)


def _mark_one_off(payload: dict[str, Any], oneoff: OneOff) -> None:
    """Its input is ours and ends with ours; its terminal has the size of ours from the beginning."""
    payload["AttachStdin"] = oneoff.stdin
    payload["StdinOnce"] = oneoff.stdin and payload["OpenStdin"]
    payload["HostConfig"]["AutoRemove"] = oneoff.remove
    if oneoff.size is not None:
        payload["HostConfig"]["ConsoleSize"] = list(oneoff.size)


def init_payload(action: RunPreStart, spec: ReplicaSpec, *, container: str) -> Mapping[str, Any]:
    """The create body for a `pre_start` hook. It has no config hash: no tool is to take it for a replica. It is on the
    service's networks without its names and addresses, which are for those who serve."""
    hook, marks = action.hook, spec.labels
    environment = {**spec.service.environment, **hook.environment}
    kept = (labels.PROJECT, labels.SERVICE, labels.VERSION)
    return {
        "Image": action.image,
        "Cmd": list(hook.command) if hook.command else None,
        "User": hook.user or "",
        "WorkingDir": hook.working_dir or "",
        "Env": [key if value is None else f"{key}={value}" for key, value in environment.items()] or None,
        "Labels": {key: marks[key] for key in kept} | {labels.HOOK: "pre_start"},
        "HostConfig": {
            "Privileged": bool(hook.privileged),
            "VolumesFrom": [container],
            "NetworkMode": network_mode(spec),
        },
        "NetworkingConfig": {"EndpointsConfig": {name: {} for name, _ in spec.networks}},
    }


def volume_payload(action: CreateVolume) -> Mapping[str, Any]:
    volume = action.volume
    return {
        "Name": volume.name,
        "Driver": volume.driver or "",
        "DriverOpts": dict(volume.driver_opts) or None,
        "Labels": {**volume.labels, **action.labels},
    }


def _process(service: Service) -> dict[str, Any]:
    """What runs inside, and how it is talked to and stopped. A null command or entrypoint inherits the image's."""
    payload: dict[str, Any] = {
        "Hostname": service.hostname or "",
        "User": service.user or "",
        "WorkingDir": service.working_dir or "",
        "AttachStdin": False,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": bool(service.tty),
        "OpenStdin": bool(service.stdin_open),
        # A key without a value takes the variable out of the image's environment.
        "Env": [key if value is None else f"{key}={value}" for key, value in service.environment.items()] or None,
        "Cmd": None if service.command is None else list(service.command),
        "Entrypoint": None if service.entrypoint is None else list(service.entrypoint),
    }
    if service.domainname:
        payload["Domainname"] = service.domainname
    if service.stop_signal:
        payload["StopSignal"] = service.stop_signal
    if service.stop_grace_period is not None:
        payload["StopTimeout"] = int(service.stop_grace_period // SECOND)
    return payload


def _labels(spec: ReplicaSpec, image_digest: str, *, replaces: bool) -> dict[str, str]:
    result = dict(spec.labels)
    if image_digest:
        result[labels.IMAGE] = image_digest
    if replaces:
        result[labels.REPLACE] = spec.service.container_name or str(spec.replica)
    return dict(sorted(result.items()))


def _healthcheck(check: Healthcheck, api_version: tuple[int, int]) -> dict[str, Any]:
    """A missing field inherits the image's or the engine's; switching off keeps the other fields."""
    fields = {
        "Test": ["NONE"] if check.disable else list(check.test or ()),
        "Interval": check.interval,
        "Timeout": check.timeout,
        "StartPeriod": check.start_period,
        "StartInterval": check.start_interval if api_version >= START_INTERVAL else None,
        "Retries": check.retries,
    }
    return {key: value for key, value in fields.items() if value}


def _host_config(spec: ReplicaSpec) -> dict[str, Any]:
    service = spec.service
    config: dict[str, Any] = {
        "ExtraHosts": [f"{host}:{address}" for host, found in service.extra_hosts.items() for address in found],
        "LogConfig": _log_config(service),
        "PortBindings": _port_bindings(service.ports),
        "RestartPolicy": restart_policy(service),
        **resources(service),
        **security_fields(service, spec.labels.get(labels.WORKING_DIR, "")),
    }
    if service.init is not None:  # unset is the engine's own default
        config["Init"] = service.init
    if service.tmpfs:
        config["Tmpfs"] = {path: options for path, _, options in (entry.partition(":") for entry in service.tmpfs)}
    if service.devices or service.gpus or service.device_cgroup_rules or service.deploy is not None:
        from composer.engine.devices import device_fields  # noqa: PLC0415 - rare

        config |= device_fields(service)
    for field, entries in (
        ("Dns", service.dns),
        ("DnsSearch", service.dns_search),
        ("DnsOptions", service.dns_opt),
        ("VolumesFrom", [entry.removeprefix("container:") for entry in service.volumes_from]),
        ("Links", spec.links),
    ):
        if entries:
            config[field] = list(entries)
    for field, pairs in (("Annotations", service.annotations), ("StorageOpt", service.storage_opt)):
        if pairs:
            config[field] = dict(pairs)
    return config


def _log_config(service: Service) -> dict[str, Any]:
    if service.logging is None:
        return {"Type": "", "Config": None}
    return {"Type": service.logging.driver or "", "Config": dict(service.logging.options) or None}


def _exposed_ports(service: Service) -> dict[str, dict[str, Any]]:
    published = (_port_key(port) for port in service.ports)
    return {port: {} for port in (*service.expose, *published)}


def _port_bindings(ports: Iterable[Port]) -> dict[str, list[dict[str, str]]]:
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in ports:
        binding = {"HostIp": port.host_ip or "", "HostPort": port.published or ""}
        bindings.setdefault(_port_key(port), []).append(binding)
    return bindings


def _port_key(port: Port) -> str:
    return f"{port.target}/{port.protocol}"
