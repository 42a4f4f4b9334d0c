"""The engine's JSON as our own values, and the snapshot that the planners decide on.

Everything but `observe` is pure parsing of API answers (list and inspect forms, API 1.41 to 1.51). State,
health and exit code of a container come from one list call: the list says them only in its status text, and
an inspect per container would cost more than everything else. Must not know: sockets, the SDK, what
follows from the state.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine.port import ContainerDetail, Healthprobe, ProbeOutput
from composer.plan.actions import ContainerId
from composer.plan.observed import (
    ObservedContainer,
    ObservedImage,
    ObservedNetwork,
    ObservedState,
    ObservedVolume,
)
from composer.plan.platforms import fits
from composer.units import SECOND

if TYPE_CHECKING:
    from composer.engine.port import EngineReader
    from composer.model.project import Project

Raw = Mapping[str, Any]

_VOLUME = {"driver": "Driver", "driver_opts": "Options"}
_NETWORK = {**_VOLUME, "internal": "Internal", "attachable": "Attachable", "enable_ipv6": "EnableIPv6"}
_POOL = {"subnet": "Subnet", "ip_range": "IPRange", "gateway": "Gateway", "aux_addresses": "AuxiliaryAddresses"}
_HEALTH = {"(healthy)": "healthy", "(unhealthy)": "unhealthy", "(health: starting)": "starting"}


def observe(
    reader: EngineReader,
    project_name: str,
    project: Project | None = None,
    *,
    images: Iterable[str] = (),
) -> ObservedState:
    """One snapshot: three list calls, one call per network or volume that `project` names and the lists by
    label lack (external ones, or somebody else's of that name), one per distinct reference of `images`, and one per
    `container_name` that no container of the project has."""
    containers = reader.containers(project=project_name)
    networks = {network.name: network for network in reader.networks(project=project_name)}
    volumes = {volume.name: volume for volume in reader.volumes(project=project_name)}
    if project is not None:
        for name in sorted({network.name for network in project.networks.values()} - networks.keys()):
            if (network := reader.network(name)) is not None:
                networks[name] = network
        for name in sorted({volume.name for volume in project.volumes.values()} - volumes.keys()):
            if (volume := reader.volume(name)) is not None:
                volumes[name] = volume
    found = {ref: reader.image(ref) for ref in sorted(set(images))}
    present = {ref: image for ref, image in found.items() if image is not None}
    strangers = _strangers(reader, project, {container.name for container in containers}) if project else {}
    has_hooks = project is not None and any(service.pre_start for service in project.services.values())
    hooks = reader.hook_containers(project=project_name) if has_hooks else ()
    return ObservedState(
        project_name, containers, networks, volumes, present, at=time.time(), hooks=hooks, strangers=strangers
    )


def _strangers(reader: EngineReader, project: Project, seen: Collection[str]) -> dict[str, ObservedContainer]:
    """Who has the names that services ask for. Only those: for the usual names the project's own containers say it."""
    wanted = {service.container_name for service in project.services.values() if service.container_name}
    holders = ((name, reader.container_named(name)) for name in sorted(wanted.difference(seen)))
    return {name: holder for name, holder in holders if holder is not None}


def parse_container(raw: Raw) -> ObservedContainer:
    """One entry of GET /containers/json."""
    marks: Mapping[str, str] = raw.get("Labels") or {}
    status = raw.get("Status") or ""
    attached = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    mounts = tuple(raw.get("Mounts") or ())
    return ObservedContainer(
        id=ContainerId(raw["Id"]),
        name=_own_name(raw.get("Names") or ()),
        service=marks.get(labels.SERVICE, ""),
        number=_number(marks.get(labels.NUMBER, "")),
        state=raw.get("State") or "",
        config_hash=marks.get(labels.CONFIG_HASH, ""),
        image_digest=marks.get(labels.IMAGE, ""),
        image=raw.get("Image") or "",
        image_id=raw.get("ImageID") or "",
        health=health_of(status),
        exit_code=exit_code_of(status),
        oneoff=marks.get(labels.ONEOFF, "").lower() == "true",
        depends_on=marks.get(labels.DEPENDS_ON, ""),
        labels=marks,
        networks={name: (settings or {}).get("NetworkID") or "" for name, settings in attached.items()},
        volumes=_volume_names(mounts),
        created=int(raw.get("Created") or 0),
        status=status,
        command=raw.get("Command") or "",
        ports=tuple(raw.get("Ports") or ()),
        mounts=mounts,
    )


def health_of(status: str) -> str:
    """`Up 3 seconds (health: starting)` → `starting`; "" where the text says nothing of health."""
    return next((health for mark, health in _HEALTH.items() if status.endswith(mark)), "")


def exit_code_of(status: str) -> int | None:
    """`Exited (137) 2 minutes ago` → 137; `Restarting (1) 3 seconds ago` → 1; None for all other states."""
    state, _, rest = status.partition(" (")
    if state not in ("Exited", "Restarting"):
        return None
    try:
        return int(rest.partition(")")[0])
    except ValueError:
        return None


def _own_name(names: Sequence[str]) -> str:
    """Old links put further names, with a second slash, into the list."""
    plain = [name[1:] for name in names if name.count("/") == 1]
    return plain[0] if plain else (names[0].lstrip("/") if names else "")


def _volume_names(mounts: Iterable[Raw]) -> tuple[str, ...]:
    """Each once, in mount order."""
    names = (mount.get("Name") for mount in mounts if mount.get("Type") == "volume")
    return tuple(dict.fromkeys(name for name in names if name))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def parse_detail(raw: Raw) -> ContainerDetail:
    """GET /containers/{id}/json."""
    state, config, host = raw.get("State") or {}, raw.get("Config") or {}, raw.get("HostConfig") or {}
    health = state.get("Health") or {}
    policy = host.get("RestartPolicy") or {}
    status = state.get("Status") or ""
    return ContainerDetail(
        id=ContainerId(raw["Id"]),
        name=(raw.get("Name") or "").lstrip("/"),
        state=status,
        exit_code=state.get("ExitCode") if status in ("exited", "dead", "restarting") else None,
        oom_killed=bool(state.get("OOMKilled")),
        error=state.get("Error") or "",
        restarting=bool(state.get("Restarting")),
        restart_count=int(raw.get("RestartCount") or 0),
        restart_policy=policy.get("Name") or "no",
        health=(health.get("Status") or "").replace("none", ""),
        failing_streak=int(health.get("FailingStreak") or 0),
        health_log=tuple(parse_probe(entry) for entry in health.get("Log") or ()),
        healthprobe=parse_healthprobe(config.get("Healthcheck") or {}),
        user=config.get("User") or "",
        tty=bool(config.get("Tty")),
        log_driver=(host.get("LogConfig") or {}).get("Type") or "",
        image_id=raw.get("Image") or "",
        started_at=state.get("StartedAt") or "",
        finished_at=state.get("FinishedAt") or "",
        mounts=tuple(raw.get("Mounts") or ()),
        stop_timeout=config.get("StopTimeout"),
    )


def parse_probe(raw: Raw) -> ProbeOutput:
    return ProbeOutput(exit_code=int(raw.get("ExitCode") or 0), output=raw.get("Output") or "", at=raw.get("End") or "")


def parse_healthprobe(raw: Raw) -> Healthprobe | None:
    """None without a test. The engine keeps 0 for what was not set and applies its defaults when it probes."""
    test = tuple(raw.get("Test") or ())
    if not test or test[0] == "NONE":
        return None
    return Healthprobe(
        test=test,
        interval=(raw.get("Interval") or 30 * SECOND) / SECOND,
        timeout=(raw.get("Timeout") or 30 * SECOND) / SECOND,
        retries=raw.get("Retries") or 3,
        start_period=(raw.get("StartPeriod") or 0) / SECOND,
        start_interval=(raw.get("StartInterval") or 0) / SECOND,
    )


def parse_network(raw: Raw) -> ObservedNetwork:
    marks: Mapping[str, str] = raw.get("Labels") or {}
    return ObservedNetwork(
        id=raw["Id"],
        name=raw["Name"],
        key=marks.get(labels.NETWORK, ""),
        project=marks.get(labels.PROJECT, ""),
        config_hash=marks.get(labels.CONFIG_HASH, ""),
        definition=marks.get(labels.DEFINITION, ""),
        settings=_settings(raw, _NETWORK),
    )


def _settings(raw: Raw, fields: Mapping[str, str]) -> dict[str, Any]:
    """What is set, in the file's terms."""
    found: dict[str, Any] = {key: raw[field] for key, field in fields.items() if raw.get(field)}
    pools = [_pool(pool) for pool in (raw.get("IPAM") or {}).get("Config") or ()]
    marks = _own_labels(raw.get("Labels") or {})
    return {**found, **({"ipam": {"config": pools}} if pools else {}), **({"labels": marks} if marks else {})}


def _pool(raw: Raw) -> dict[str, Any]:
    return {key: raw[field] for key, field in _POOL.items() if raw.get(field)}


def _own_labels(marks: Mapping[str, str]) -> dict[str, str]:
    """Those of the user."""
    return {key: text for key, text in marks.items() if not key.startswith((labels.PREFIX, labels.OWN_PREFIX))}


def parse_volume(raw: Raw) -> ObservedVolume:
    marks: Mapping[str, str] = raw.get("Labels") or {}
    return ObservedVolume(
        name=raw["Name"],
        key=marks.get(labels.VOLUME, ""),
        project=marks.get(labels.PROJECT, ""),
        config_hash=marks.get(labels.CONFIG_HASH, ""),
        driver=raw.get("Driver") or "",
        mountpoint=raw.get("Mountpoint") or "",
        scope=raw.get("Scope") or "",
        labels=marks,
        definition=marks.get(labels.DEFINITION, ""),
        settings=_settings(raw, _VOLUME),
    )


def parse_image(ref: str, raw: Raw) -> ObservedImage:
    """GET /images/{ref}/json."""
    config = raw.get("Config") or {}
    return ObservedImage(
        ref=ref,
        id=raw["Id"],
        has_healthcheck=parse_healthprobe(config.get("Healthcheck") or {}) is not None,
        volumes=tuple(sorted(config.get("Volumes") or ())),
        labels=config.get("Labels") or {},
        defaults=config,
        tagged=_moment((raw.get("Metadata") or {}).get("LastTagTime")),
        platform=platform_of(raw),
        size=int(raw.get("Size") or 0),
        created=_moment(raw.get("Created")),
    )


def _moment(text: str | None) -> str:
    """RFC 3339 text; "" also for the year 1, by which engines say never."""
    return "" if not text or text.startswith("0001-") else text


def platform_of(raw: Raw) -> str:
    """`linux/arm/v7` of an inspected image; what the engine does not say is left out at the end."""
    return "/".join(str(raw.get(key) or "") for key in ("Os", "Architecture", "Variant")).rstrip("/")


def fits_platform(raw: Raw, platform: str) -> bool:
    """Is the inspected image of `os[/architecture[/variant]]`?"""
    return fits(platform_of(raw), platform)
