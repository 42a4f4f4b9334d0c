"""`stats`: a reading of each container as a row, in the texts of the docker command line. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.values import value
from composer.views.gojson import go_json
from composer.views.tables import WHOLE, table_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.plan.readings import Usage
    from composer.views.formats import RowFormat

TITLES = {
    "ID": "CONTAINER ID", "Container": "CONTAINER", "Name": "NAME", "CPUPerc": "CPU %",
    "MemUsage": "MEM USAGE / LIMIT", "MemPerc": "MEM %", "NetIO": "NET I/O", "BlockIO": "BLOCK I/O", "PIDs": "PIDS",
}  # fmt: skip
COLUMNS = ("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs")
DISPENSABLE = ("CONTAINER ID", "BLOCK I/O", "NET I/O", "PIDS", "MEM %", "MEM USAGE / LIMIT", "CPU %")
BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB")


@value()
class UsageRow:
    """`usage` None: there is no reading yet."""

    container: str
    name: str
    usage: Usage | None


def usage_object(row: UsageRow, *, truncate: bool = True) -> dict[str, str]:
    """What `stats --format json` says of one container."""
    usage = row.usage
    return {
        "BlockIO": f"{_decimal(usage.read)} / {_decimal(usage.written)}" if usage else "--",
        "CPUPerc": f"{usage.processor * 100:.2f}%" if usage else "--",
        "Container": row.container,
        "ID": row.container[:12] if truncate else row.container,
        "MemPerc": f"{usage.memory_share * 100:.2f}%" if usage else "--",
        "MemUsage": f"{_binary(usage.memory)} / {_binary(usage.memory_limit)}" if usage else "-- / --",
        "Name": row.name,
        "NetIO": f"{_decimal(usage.received)} / {_decimal(usage.sent)}" if usage else "--",
        "PIDs": str(usage.processes) if usage else "--",
    }


def usage_json(rows: Sequence[UsageRow], *, truncate: bool = True) -> str:
    return "".join(go_json(usage_object(row, truncate=truncate)) + "\n" for row in rows)


def usage_table(rows: Sequence[UsageRow], *, truncate: bool = True, columns: int | None = None) -> str:
    table = [[told[name] for name in COLUMNS] for told in (usage_object(row, truncate=truncate) for row in rows)]
    headers = [TITLES[name] for name in COLUMNS]
    return table_text(headers, table, columns=columns, floor=WHOLE, dispensable=DISPENSABLE)


def usage_formatted(rows: Sequence[UsageRow], form: RowFormat, *, truncate: bool = True) -> str:
    from composer.views.gotemplate import Struct  # noqa: PLC0415 - only for templates

    return form.text([Struct(usage_object(row, truncate=truncate)) for row in rows], TITLES)


def _binary(size: float) -> str:
    return _scaled(size, 1024, BINARY, 4)


def _decimal(size: float) -> str:
    return _scaled(size, 1000, DECIMAL, 3)


def _scaled(size: float, base: int, units: Sequence[str], digits: int) -> str:
    place = 0
    while size >= base and place < len(units) - 1:
        size /= base
        place += 1
    return f"{size:.{digits}g}{units[place]}"
