"""From a replica, network or volume of the plan to the body of the engine's create call.

Owns every field of `POST /containers/create`, `/networks/create` and `/volumes/create`, as docker
compose 2.40.3 fills them, so that both tools make the same container. A new attribute of a service is
a line here. Pure. Must not know: the engine client, what the engine holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine.mounts import InheritedVolume, inherited_anonymous_volumes, mounts_of
from composer.model.network import ServiceNetwork
from composer.units import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.model.healthcheck import Healthcheck
    from composer.model.port import Port
    from composer.model.service import Service
    from composer.plan.actions import CreateNetwork, CreateVolume, ReplicaSpec

__all__ = [
    "InheritedVolume",
    "container_payload",
    "extra_networks",
    "inherited_anonymous_volumes",
    "network_payload",
    "volume_payload",
]

MANY_NETWORKS = (1, 44)  # the first API that takes more than one network in create
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
    binds, mounts = mounts_of(service.volumes, spec.volume_names, inherited)
    payload["HostConfig"] = _host_config(service) | {
        "Binds": binds or None,
        "Mounts": mounts,
        "NetworkMode": spec.networks[0][0] if spec.networks else "none",
    }
    if spec.networks:
        count = len(spec.networks) if api_version >= MANY_NETWORKS else 1
        endpoints = {name: _endpoint(spec, joined) for name, joined in spec.networks[:count]}
        payload["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    return payload


def extra_networks(spec: ReplicaSpec, api_version: tuple[int, int]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """(engine network name, endpoint) to connect after the create: an older API takes only one there."""
    if api_version >= MANY_NETWORKS:
        return ()
    return tuple((name, _endpoint(spec, joined)) for name, joined in spec.networks[1:])


def network_payload(action: CreateNetwork, api_version: tuple[int, int]) -> Mapping[str, Any]:
    """An older API would make a second network of the same name unless told to look first."""
    network = action.network
    payload = {
        "Name": network.name,
        "Driver": network.driver or "",
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Options": dict(network.driver_opts) or None,
        "Labels": {**network.labels, **action.labels},
    }
    return payload if api_version >= MANY_NETWORKS else {**payload, "CheckDuplicate": True}


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


def _host_config(service: Service) -> dict[str, Any]:
    config: dict[str, Any] = {
        "CapAdd": _capabilities(service.cap_add),
        "CapDrop": _capabilities(service.cap_drop),
        "ExtraHosts": [f"{host}:{address}" for host, found in service.extra_hosts.items() for address in found],
        "LogConfig": _log_config(service),
        "Memory": int(service.mem_limit or 0),
        "NanoCpus": _nano_cpus(service.cpus or 0.0),
        "OomKillDisable": False,
        "PortBindings": _port_bindings(service.ports),
        "Privileged": bool(service.privileged),
        "ReadonlyRootfs": bool(service.read_only),
        "RestartPolicy": _restart_policy(service.restart or ""),
    }
    if service.init is not None:  # unset is the engine's own default
        config["Init"] = service.init
    if service.tmpfs:
        config["Tmpfs"] = {path: options for path, _, options in (entry.partition(":") for entry in service.tmpfs)}
    return config


def _log_config(service: Service) -> dict[str, Any]:
    if service.logging is None:
        return {"Type": "", "Config": None}
    return {"Type": service.logging.driver or "", "Config": dict(service.logging.options) or None}


def _restart_policy(restart: str) -> dict[str, Any]:
    name, _, attempts = restart.partition(":")
    count = int(attempts) if attempts.isdecimal() else 0
    return {"Name": {"none": "no", "any": "always"}.get(name, name), "MaximumRetryCount": count}


def _capabilities(names: Iterable[str]) -> list[str] | None:
    """Upper case with prefix, sorted, each once: as every Docker client sends them."""
    upper = {name.upper() for name in names}
    found = {name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in upper}
    return sorted(found) or None


def _nano_cpus(cpus: float) -> int:
    """The reference computes in 32-bit floats: 0.1234567 CPUs must give its figure, not ours."""
    import struct  # noqa: PLC0415 - rare

    def single(value: float) -> float:
        return float(struct.unpack("f", struct.pack("f", value))[0])

    return int(single(single(cpus) * 1e9)) if cpus else 0


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


def _endpoint(spec: ReplicaSpec, joined: ServiceNetwork | None) -> dict[str, Any]:
    """Under which names the container is found. Settings that are all default count as none given."""
    plain = joined is None or joined == ServiceNetwork()
    aliases = joined.aliases if joined is not None else ()
    return {"IPAMConfig": None if plain else {}, "Aliases": [spec.name, spec.service.name, *aliases]}
