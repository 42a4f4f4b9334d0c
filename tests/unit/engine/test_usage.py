"""Readings as the engine sends them: what is computed from them is what the docker command line shows."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from composer.engine.connect import Address
from composer.engine.usage import SocketUsage, parse_processes, parse_usage
from composer.engine.wire import Connection
from composer.errors import EngineUnreachable
from composer.plan.readings import Processes, Usage

ADDRESS = Address("unix", path="/x.sock")


def processor(used: int, system: int, **more: object) -> dict[str, Any]:
    return {"cpu_usage": {"total_usage": used, "percpu_usage": [1, 2, 3]}, "system_cpu_usage": system, **more}


READING = {
    "cpu_stats": processor(3_000, 10_000, online_cpus=2),
    "precpu_stats": processor(1_000, 2_000, online_cpus=2),
    "memory_stats": {"usage": 1000, "limit": 5000, "stats": {"inactive_file": 200}},
    "networks": {"eth0": {"rx_bytes": 1, "tx_bytes": 2}, "eth1": {"rx_bytes": 10, "tx_bytes": 20}},
    "blkio_stats": {
        "io_service_bytes_recursive": [
            {"op": "Read", "value": 3},
            {"op": "read", "value": 4},
            {"op": "write", "value": 5},
            {"op": "total", "value": 99},
        ]
    },
    "pids_stats": {"current": 7},
}


def test_a_reading() -> None:
    usage = parse_usage(READING)
    assert usage == Usage(
        processor=0.5, memory=800, memory_limit=5000, received=11, sent=22, read=7, written=5, processes=7
    )
    assert usage.memory_share == 0.16


def test_a_container_that_does_not_run_uses_nothing() -> None:
    empty = {"cpu_stats": {"cpu_usage": {"total_usage": 0}}, "precpu_stats": {}, "memory_stats": {}}
    assert parse_usage(empty) == Usage()
    assert parse_usage({"networks": None, "blkio_stats": {"io_service_bytes_recursive": None}}) == Usage()
    assert Usage().memory_share == 0.0


@pytest.mark.parametrize(
    ("now", "before", "share"),
    [
        (processor(3_000, 10_000), processor(1_000, 2_000), 0.75),
        (processor(1_000, 10_000), processor(1_000, 2_000), 0.0),
        (processor(500, 10_000), processor(1_000, 2_000), 0.0),
        (processor(3_000, 2_000), processor(1_000, 2_000), 0.0),
    ],
    ids=["processors counted", "idle", "restarted", "no time went by"],
)
def test_the_share_of_a_processor(now: dict[str, Any], before: dict[str, Any], share: float) -> None:
    assert parse_usage({"cpu_stats": now, "precpu_stats": before}).processor == share


@pytest.mark.parametrize(
    ("details", "memory"),
    [({"total_inactive_file": 300, "inactive_file": 1}, 700), ({"inactive_file": 100}, 900), ({}, 1000)],
    ids=["control groups 1", "control groups 2", "unknown"],
)
def test_memory_without_the_cache_that_can_be_given_back(details: dict[str, int], memory: int) -> None:
    assert parse_usage({"memory_stats": {"usage": 1000, "stats": details}}).memory == memory


def test_processes() -> None:
    raw = {"Titles": ["PID", "CMD"], "Processes": [["1", "sh"], ["7", "sleep 9"]]}
    assert parse_processes(raw) == Processes(("PID", "CMD"), (("1", "sh"), ("7", "sleep 9")))
    assert parse_processes({"Titles": None, "Processes": None}) == Processes((), ())


@pytest.fixture
def stream() -> tuple[SocketUsage, Callable[[bytes], None], socket.socket]:
    ours, theirs = socket.socketpair()
    return SocketUsage(ADDRESS, Connection(ADDRESS, ours)), theirs.sendall, theirs


def test_readings_come_line_by_line(stream: tuple[SocketUsage, Callable[[bytes], None], socket.socket]) -> None:
    usage, send, peer = stream
    line = json.dumps(READING).encode() + b"\n"
    send(line + b"\n" + line[:10])
    send(line[10:])
    peer.close()
    assert [one.processes for one in usage] == [7, 7]


def test_what_is_no_reading(stream: tuple[SocketUsage, Callable[[bytes], None], socket.socket]) -> None:
    usage, send, peer = stream
    send(b"{oh no\n")
    with pytest.raises(EngineUnreachable, match="a reading could not be read"):
        list(usage)
    peer.close()
