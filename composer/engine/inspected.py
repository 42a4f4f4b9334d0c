"""How a container was made, as its inspection tells: for those that carry no record of their configuration.

The inspection and the create body of the container that is to replace it are read in the same way, into one
document in the file's terms, as far as the engine keeps what the file says. What the image brings is taken out.
Must not know: why the question comes up, how a difference is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine.payload import container_payload
from composer.errors import EngineError
from composer.plan.differences import partial_differences
from composer.plan.grounds import Answer
from composer.units import SECOND, format_duration

if TYPE_CHECKING:
    from composer.engine.port import EngineReader
    from composer.plan.actions import ReplicaSpec
    from composer.plan.grounds import Question

Raw = Mapping[str, Any]
_ANONYMOUS = re.compile("[0-9a-f]{64}")
_IMAGE_FIELDS = ("Entrypoint", "User", "WorkingDir", "StopSignal", "Healthcheck")

# attribute → field of the container's configuration
_CONFIG = {
    "hostname": "Hostname",
    "domainname": "Domainname",
    "user": "User",
    "tty": "Tty",
    "stdin_open": "OpenStdin",
    "working_dir": "WorkingDir",
    "image": "Image",
    "stop_signal": "StopSignal",
    "command": "Cmd",
    "entrypoint": "Entrypoint",
}
# attribute → field of the host configuration
_HOST = {
    "privileged": "Privileged",
    "read_only": "ReadonlyRootfs",
    "cap_add": "CapAdd",
    "cap_drop": "CapDrop",
    "dns": "Dns",
    "dns_search": "DnsSearch",
    "dns_opt": "DnsOptions",
    "extra_hosts": "ExtraHosts",
    "ipc": "IpcMode",
    "pid": "PidMode",
    "uts": "UTSMode",
    "userns_mode": "UsernsMode",
    "network_mode": "NetworkMode",
    "security_opt": "SecurityOpt",
    "sysctls": "Sysctls",
    "tmpfs": "Tmpfs",
    "shm_size": "ShmSize",
    "mem_limit": "Memory",
    "mem_reservation": "MemoryReservation",
    "cpu_shares": "CpuShares",
    "cpuset": "CpusetCpus",
    "cpu_quota": "CpuQuota",
    "cpu_period": "CpuPeriod",
    "pids_limit": "PidsLimit",
    "oom_kill_disable": "OomKillDisable",
    "oom_score_adj": "OomScoreAdj",
    "init": "Init",
    "runtime": "Runtime",
    "cgroup_parent": "CgroupParent",
    "group_add": "GroupAdd",
    "storage_opt": "StorageOpt",
    "device_cgroup_rules": "DeviceCgroupRules",
}
# What the engine writes where nothing was asked for.
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "ipc": ("private", "shareable"),
    "runtime": ("runc",),
    "shm_size": (64 * 1024 * 1024,),
    "pids_limit": (-1,),
}
_HEALTH = {"interval": "Interval", "timeout": "Timeout", "start_period": "StartPeriod"}


def answer(engine: EngineReader, question: Question) -> Answer | None:
    """None when the engine cannot tell (any more)."""
    try:
        raw = engine.inspect_raw(question.container.id)
        if question.reason.changes:  # the record told all but the old values of variables
            return Answer(_environment(raw["Config"]))
        image = engine.image(raw.get("Image") or "")
        brought = image.defaults if image is not None else {}
        body = container_payload(question.spec, image_digest="", api_version=engine.info().api_version)
    except EngineError:
        return None
    return Answer(
        _environment(raw["Config"]), tuple(partial_differences(*documents(raw, body, brought, question.spec)))
    )


def documents(raw: Raw, body: Raw, image: Raw, spec: ReplicaSpec) -> tuple[dict[str, Any], dict[str, Any]]:
    """The container that is there, and the one that is wanted, in the same terms. `image`: the old one's."""
    old = {**raw["Config"], "HostConfig": raw["HostConfig"]}
    new = {**body, **{key: body.get(key) or image.get(key) for key in _IMAGE_FIELDS}}
    if body.get("Cmd") is None and not body.get("Entrypoint"):
        new["Cmd"] = image.get("Cmd")
    project = spec.labels.get(labels.PROJECT, "")
    there = _document(old, project)
    wanted = _document(new, project)
    there["environment"] = _without(there["environment"], _environment(image), wanted["environment"])
    there["labels"] = _without(there["labels"], image.get("Labels") or {}, wanted["labels"])
    there["networks"] = _names((raw.get("NetworkSettings") or {}).get("Networks") or {}, project)
    wanted["networks"] = _names(dict(spec.networks), project)
    if str(there["hostname"] or "-") in raw["Id"]:
        there["hostname"] = ""
    _align(there, wanted)
    return there, wanted


def _document(config: Raw, project: str) -> dict[str, Any]:
    host = config["HostConfig"]
    found: dict[str, Any] = {key: config.get(field) for key, field in _CONFIG.items()}
    found.update((key, host.get(field)) for key, field in _HOST.items())
    for key, defaults in _DEFAULTS.items():
        if found[key] in defaults:
            found[key] = None
    found["environment"] = _environment(config)
    found["labels"] = {
        name: text
        for name, text in (config.get("Labels") or {}).items()
        if not name.startswith((labels.PREFIX, labels.OWN_PREFIX))
    }
    for key in ("cap_add", "cap_drop"):
        found[key] = [name.removeprefix("CAP_") for name in found[key] or ()]
    found["cpus"] = (host.get("NanoCpus") or 0) / 1e9 or None
    found["stop_grace_period"] = _seconds(config.get("StopTimeout"))
    found["restart"] = _restart(host.get("RestartPolicy") or {})
    found["logging"] = _logging(host.get("LogConfig") or {})
    found["healthcheck"] = _healthcheck(config.get("Healthcheck") or {})
    found["ulimits"] = {one["Name"]: f"{one['Soft']}:{one['Hard']}" for one in host.get("Ulimits") or ()}
    found["devices"] = [f"{one['PathOnHost']}:{one['PathInContainer']}" for one in host.get("Devices") or ()]
    found["ports"] = list(_ports(host.get("PortBindings") or {}))
    found["volumes"] = [*_binds(host.get("Binds") or (), project), *_mounts(host.get("Mounts") or (), project)]
    return found


def _environment(config: Raw) -> dict[str, str]:
    return dict(entry.split("=", 1) for entry in config.get("Env") or () if "=" in entry)


def _without(there: Mapping[str, str], brought: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """What the image brings is nothing of the file's, unless the file says it too."""
    return {key: text for key, text in there.items() if key in wanted or brought.get(key) != text}


def _names(networks: Mapping[str, Any], project: str) -> dict[str, None]:
    return dict.fromkeys(_key(name, project) for name in networks if name not in ("host", "none"))


def _key(name: str, project: str) -> str:
    return name.removeprefix(f"{project}_")


def _align(there: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Takes out what looks different and means the same."""
    for key in ("network_mode", "ipc", "pid"):
        sides = str(there[key] or ""), str(wanted[key] or "")
        if sides[0].startswith("container:") and sides[1].startswith("service:"):
            there[key] = wanted[key]
    modes = ("host", "none", "container:", "service:", "bridge", "default")
    if not any(str(side["network_mode"]).startswith(modes) for side in (there, wanted)):
        there["network_mode"] = wanted["network_mode"]  # a network by its name: told with the networks
    if there["network_mode"] == "host":
        there["hostname"] = wanted["hostname"]
    targets = {mount["target"] for mount in wanted["volumes"]}
    there["volumes"] = [
        mount for mount in there["volumes"] if mount.keys() & {"source", "type"} or mount["target"] in targets
    ]  # volumes of the image, taken over from the container before


def _seconds(timeout: int | None) -> str | None:
    return None if timeout is None else format_duration(timeout * SECOND)


def _restart(policy: Raw) -> str | None:
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    return None if name == "no" else f"{name}:{count}" if count else name


def _logging(config: Raw) -> dict[str, Any]:
    driver = config.get("Type") or ""
    return {
        **({"driver": driver} if driver not in ("", "json-file") else {}),
        **({"options": options} if (options := dict(config.get("Config") or {})) else {}),
    }


def _healthcheck(check: Raw) -> dict[str, Any]:
    found: dict[str, Any] = {"test": check["Test"]} if check.get("Test") else {}
    found.update((key, format_duration(check[field])) for key, field in _HEALTH.items() if check.get(field))
    return {**found, "retries": check["Retries"]} if check.get("Retries") else found


def _ports(bindings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for port, hosts in sorted(bindings.items()):
        target, _, protocol = port.partition("/")
        for host in hosts or ():
            found = {"target": int(target), "published": host.get("HostPort"), "protocol": protocol or "tcp"}
            yield {**found, "host_ip": host["HostIp"]} if host.get("HostIp") else found


def _binds(binds: Iterator[str] | Any, project: str) -> Iterator[dict[str, Any]]:
    for bind in binds:
        source, target, *options = bind.split(":")
        yield _mount("", _key(source, project), target, read_only="ro" in ",".join(options).split(","))


def _mounts(mounts: Iterator[Raw] | Any, project: str) -> Iterator[dict[str, Any]]:
    for mount in mounts:
        source = _key(mount.get("Source") or "", project)
        kind = mount["Type"] if mount["Type"] not in ("bind", "volume") else ""
        yield _mount(kind, source, mount["Target"], read_only=bool(mount.get("ReadOnly")))


def _mount(kind: str, source: str, target: str, *, read_only: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind} if kind else {}
    if source and not _ANONYMOUS.fullmatch(source):
        found["source"] = source
    found["target"] = target
    return {**found, "read_only": True} if read_only else found
