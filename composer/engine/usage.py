"""A container's usage as the engine tells it: its JSON as `Usage`, and the open stream of readings.

The arithmetic is the docker command line's. `SocketUsage` iterates an open connection. Must not know: how it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from composer.engine.errors import broken
from composer.plan.readings import Processes, Usage

if TYPE_CHECKING:
    from composer.engine.connect import Address
    from composer.engine.wire import Connection

Raw = Mapping[str, Any]


def parse_processes(raw: Raw) -> Processes:
    """GET /containers/{id}/top."""
    rows = tuple(tuple(map(str, row)) for row in raw.get("Processes") or ())
    return Processes(tuple(map(str, raw.get("Titles") or ())), rows)


def parse_usage(raw: Raw) -> Usage:
    """One object of GET /containers/{id}/stats."""
    memory = raw.get("memory_stats") or {}
    networks = (raw.get("networks") or {}).values()
    moved = (raw.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
    return Usage(
        processor=_processor(raw.get("cpu_stats") or {}, raw.get("precpu_stats") or {}),
        memory=_memory(memory),
        memory_limit=int(memory.get("limit") or 0),
        received=sum(int(network.get("rx_bytes") or 0) for network in networks),
        sent=sum(int(network.get("tx_bytes") or 0) for network in networks),
        read=sum(int(entry.get("value") or 0) for entry in moved if str(entry.get("op")).lower() == "read"),
        written=sum(int(entry.get("value") or 0) for entry in moved if str(entry.get("op")).lower() == "write"),
        processes=int((raw.get("pids_stats") or {}).get("current") or 0),
    )


def _processor(now: Raw, before: Raw) -> float:
    """Of the machine's time since the reading before, the container's part, in processors."""
    used, used_before = (int((one.get("cpu_usage") or {}).get("total_usage") or 0) for one in (now, before))
    system, system_before = (int(one.get("system_cpu_usage") or 0) for one in (now, before))
    if used <= used_before or system <= system_before:
        return 0.0
    count = int(now.get("online_cpus") or 0) or len((now.get("cpu_usage") or {}).get("percpu_usage") or ())
    return (used - used_before) / (system - system_before) * count


def _memory(raw: Raw) -> int:
    """Without the page cache that could be given back at once: `total_inactive_file` with control groups of the first
    version, `inactive_file` with the second."""
    usage = int(raw.get("usage") or 0)
    details = raw.get("stats") or {}
    spare = int(details.get("total_inactive_file", details.get("inactive_file")) or 0)
    return usage - spare if spare < usage else usage


class SocketUsage:
    """`UsageStream` over one connection: a reading a second, until the container is gone or `close()`."""

    def __init__(self, address: Address, connection: Connection) -> None:
        self._address = address
        self._connection = connection

    def __iter__(self) -> Iterator[Usage]:
        pending = b""
        try:
            while data := self._connection.receive():
                *lines, pending = (pending + data).split(b"\n")
                for line in lines:
                    if line.strip():
                        yield self._parse(line)
        except TimeoutError as error:
            raise broken(self._address, "no reading came") from error
        finally:
            self._connection.close()

    def close(self) -> None:
        self._connection.close()

    def _parse(self, line: bytes) -> Usage:
        try:
            return parse_usage(json.loads(line))
        except (ValueError, AttributeError) as error:
            raise broken(self._address, "a reading could not be read") from error
