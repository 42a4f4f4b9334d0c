"""What a container may use: CPU, memory, processes, block I/O, ulimits, and when it is restarted.

Owns the resource fields of `HostConfig`, from a service's own settings and from `deploy`, which wins where
both are given. A field that is not set is left out, so that the engine's default holds. Pure. Must not know:
devices, the rest of the payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.model.deploy import Resource
    from composer.model.service import Service
    from composer.model.service_limits import BlkioConfig, RateLimit, Ulimit

# attribute → field; 0 means "not set" to the engine and to the reference alike.
_WHOLE_NUMBERS = {
    "mem_reservation": "MemoryReservation",
    "memswap_limit": "MemorySwap",
    "mem_swappiness": "MemorySwappiness",
    "pids_limit": "PidsLimit",
    "cpu_count": "CpuCount",
    "cpu_period": "CpuPeriod",
    "cpu_quota": "CpuQuota",
    "cpu_rt_period": "CpuRealtimePeriod",
    "cpu_rt_runtime": "CpuRealtimeRuntime",
    "cpu_shares": "CpuShares",
    "oom_score_adj": "OomScoreAdj",
    "shm_size": "ShmSize",
}
_BLKIO_RATES = {
    "device_read_bps": "BlkioDeviceReadBps",
    "device_read_iops": "BlkioDeviceReadIOps",
    "device_write_bps": "BlkioDeviceWriteBps",
    "device_write_iops": "BlkioDeviceWriteIOps",
}
_CONDITIONS = {"none": "no", "any": "always"}  # `deploy` has words of its own


def resources(service: Service) -> dict[str, Any]:
    """Fields of `HostConfig`. Memory in bytes, CPU in billionths of a core."""
    fields: dict[str, Any] = {
        "Memory": int(service.mem_limit or 0),
        "NanoCpus": _nano_cpus(service.cpus or 0.0),
        "OomKillDisable": bool(service.oom_kill_disable),
    }
    for attribute, field in _WHOLE_NUMBERS.items():
        if number := getattr(service, attribute):
            fields[field] = int(number)
    if service.cpu_percent:
        fields["CpuPercent"] = int(service.cpu_percent * 100)
    if service.cpuset:
        fields["CpusetCpus"] = service.cpuset
    if service.blkio_config is not None:
        fields |= _blkio(service.blkio_config)
    if service.ulimits:
        fields["Ulimits"] = _ulimits(service.ulimits)
    if service.deploy is not None:
        fields |= _limits(service.deploy.resources.limits) | _reservations(service.deploy.resources.reservations)
    return fields


def restart_policy(service: Service) -> dict[str, Any]:
    """`on-failure:3` as name and count. The delay and window of `deploy.restart_policy` speak to swarm alone."""
    deployed = service.deploy.restart_policy if service.deploy is not None else None
    if deployed is not None:
        name, count = deployed.condition or "", deployed.max_attempts or 0
    else:
        name, _, attempts = (service.restart or "").partition(":")
        count = int(attempts) if attempts.isdecimal() else 0
    return {"Name": _CONDITIONS.get(name, name), "MaximumRetryCount": count}


def _limits(limits: Resource | None) -> dict[str, Any]:
    if limits is None:
        return {}
    fields = {
        "Memory": int(limits.memory or 0),
        "NanoCpus": _nano_cpus(limits.cpus or 0.0),
        "PidsLimit": max(limits.pids or 0, 0),
    }
    return {field: number for field, number in fields.items() if number}


def _reservations(reserved: Resource | None) -> dict[str, Any]:
    """Of reservations only memory means something to one engine (devices: see `devices`)."""
    return {"MemoryReservation": int(reserved.memory)} if reserved is not None and reserved.memory else {}


def _ulimits(limits: Mapping[str, Ulimit]) -> list[dict[str, Any]]:
    return [
        {"Name": name, "Soft": limit.soft or limit.single or 0, "Hard": limit.hard or limit.single or 0}
        for name, limit in sorted(limits.items())
    ]


def _blkio(blkio: BlkioConfig) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if blkio.weight:
        fields["BlkioWeight"] = blkio.weight
    if blkio.weight_device:
        fields["BlkioWeightDevice"] = [{"Path": each.path, "Weight": each.weight} for each in blkio.weight_device]
    for attribute, field in _BLKIO_RATES.items():
        if rates := _rates(getattr(blkio, attribute)):
            fields[field] = rates
    return fields


def _rates(limits: Iterable[RateLimit]) -> list[dict[str, Any]]:
    return [{"Path": limit.path, "Rate": int(limit.rate)} for limit in limits]


def _nano_cpus(cpus: float) -> int:
    """The reference computes in 32-bit floats: 0.1234567 CPUs must give its figure, not ours."""
    import struct  # noqa: PLC0415 - rare

    def single(value: float) -> float:
        return float(struct.unpack("f", struct.pack("f", value))[0])

    return int(single(single(cpus) * 1e9)) if cpus else 0
