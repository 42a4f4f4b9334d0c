"""CPU, memory, block I/O, ulimits and restarts of the create body, flat and from `deploy`."""

from __future__ import annotations

from typing import Any

import pytest

from composer.model.deploy import Deploy, Resource, Resources, RestartPolicy
from composer.model.service_limits import BlkioConfig, RateLimit, Ulimit, WeightDevice
from composer.units import Bytes
from tests.support.payloads import payload, plain


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("mem_reservation", 1024, {"MemoryReservation": 1024}),
        ("memswap_limit", -1, {"MemorySwap": -1}),
        ("mem_swappiness", 60, {"MemorySwappiness": 60}),
        ("mem_swappiness", 0, {}),
        ("pids_limit", -1, {"PidsLimit": -1}),
        ("pids_limit", 0, {}),
        ("cpu_count", 2, {"CpuCount": 2}),
        ("cpu_percent", 12.5, {"CpuPercent": 1250}),
        ("cpu_period", 50000, {"CpuPeriod": 50000}),
        ("cpu_quota", 25000, {"CpuQuota": 25000}),
        ("cpu_rt_period", 1000000, {"CpuRealtimePeriod": 1000000}),
        ("cpu_rt_runtime", 950000, {"CpuRealtimeRuntime": 950000}),
        ("cpu_shares", 512, {"CpuShares": 512}),
        ("cpuset", "0-1,3", {"CpusetCpus": "0-1,3"}),
        ("shm_size", 1 << 20, {"ShmSize": 1 << 20}),
        ("oom_kill_disable", True, {"OomKillDisable": True}),
        ("oom_score_adj", -500, {"OomScoreAdj": -500}),
        (
            "ulimits",
            {"nproc": Ulimit(single=512), "core": Ulimit(single=0), "nofile": Ulimit(soft=10, hard=20)},
            {
                "Ulimits": [
                    {"Name": "core", "Soft": 0, "Hard": 0},
                    {"Name": "nofile", "Soft": 10, "Hard": 20},
                    {"Name": "nproc", "Soft": 512, "Hard": 512},
                ]
            },
        ),
    ],
)
def test_one_limit(attribute: str, value: object, expected: dict[str, Any]) -> None:
    assert payload(**{attribute: value}) == plain(host=expected)


def test_block_io() -> None:
    blkio = BlkioConfig(
        weight=300,
        weight_device=(WeightDevice(path="/dev/a", weight=400),),
        device_read_bps=(RateLimit(path="/dev/a", rate=Bytes(1)),),
        device_read_iops=(RateLimit(path="/dev/b", rate=Bytes(2)),),
        device_write_bps=(RateLimit(path="/dev/c", rate=Bytes(3)),),
        device_write_iops=(RateLimit(path="/dev/d", rate=Bytes(4)),),
    )
    assert payload(blkio_config=blkio) == plain(
        host={
            "BlkioWeight": 300,
            "BlkioWeightDevice": [{"Path": "/dev/a", "Weight": 400}],
            "BlkioDeviceReadBps": [{"Path": "/dev/a", "Rate": 1}],
            "BlkioDeviceReadIOps": [{"Path": "/dev/b", "Rate": 2}],
            "BlkioDeviceWriteBps": [{"Path": "/dev/c", "Rate": 3}],
            "BlkioDeviceWriteIOps": [{"Path": "/dev/d", "Rate": 4}],
        }
    )
    assert payload(blkio_config=BlkioConfig()) == plain()


def deployed(limits: Resource | None = None, reservations: Resource | None = None) -> Deploy:
    return Deploy(resources=Resources(limits=limits, reservations=reservations))


def test_limits_of_deploy_are_the_containers() -> None:
    deploy = deployed(
        Resource(cpus=0.25, memory=Bytes(1024), pids=7),
        Resource(cpus=0.1, memory=Bytes(512)),  # CPU reservations mean something to a swarm only
    )
    expected = {"NanoCpus": 250000000, "Memory": 1024, "PidsLimit": 7, "MemoryReservation": 512}
    assert payload(deploy=deploy) == plain(host=expected)
    assert payload(deploy=deploy, mem_limit=1, cpus=3.0, pids_limit=9) == plain(host=expected)


def test_what_deploy_leaves_open_is_taken_from_the_service() -> None:
    deploy = deployed(Resource(memory=Bytes(1024)), Resource())
    assert payload(deploy=deploy, cpus=2.0, mem_reservation=5) == plain(
        host={"Memory": 1024, "NanoCpus": 2000000000, "MemoryReservation": 5}
    )


@pytest.mark.parametrize(
    ("condition", "attempts", "name", "count"),
    [
        ("none", None, "no", 0),
        ("any", None, "always", 0),
        ("on-failure", 4, "on-failure", 4),
        ("unless-stopped", None, "unless-stopped", 0),
        (None, None, "", 0),
    ],
)
def test_the_restart_policy_of_deploy_wins(condition: str | None, attempts: int | None, name: str, count: int) -> None:
    deploy = Deploy(restart_policy=RestartPolicy(condition=condition, max_attempts=attempts))
    assert payload(deploy=deploy, restart="always") == plain(
        host={"RestartPolicy": {"Name": name, "MaximumRetryCount": count}}
    )
