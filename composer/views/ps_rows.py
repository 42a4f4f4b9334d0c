"""`ps`: an observed container as the reference's JSON object and as a table row.

Fields, their order and their texts are those of docker compose 2.40 `ps --format json`; the port
text merges neighbouring ports as the docker command line does. Labels and networks are sorted
(there: in random order). Pure; `now` is seconds since 1970.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.views.cells import clip
from composer.views.gojson import go_json, go_quoted
from composer.views.tables import table_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from composer.plan.observed import ObservedContainer
    from composer.views.formats import RowFormat

HEADERS = ("NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS")
DISPENSABLE = ("COMMAND", "CREATED", "IMAGE", "SERVICE", "PORTS")
ID_LENGTH = 12
COMMAND_LENGTH = 20
MOUNT_LENGTH = 15
# Titles of columns in a table made by a template
TITLES = {
    "ID": "CONTAINER ID", "Name": "NAME", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND",
    "Service": "SERVICE", "RunningFor": "CREATED", "CreatedAt": "CREATED AT", "State": "STATE", "Status": "STATUS",
    "Ports": "PORTS", "Size": "SIZE", "Labels": "LABELS", "Mounts": "MOUNTS", "LocalVolumes": "LOCAL VOLUMES",
    "Networks": "NETWORKS", "Project": "PROJECT", "Health": "HEALTH", "ExitCode": "EXIT CODE",
    "Publishers": "PUBLISHERS",
}  # fmt: skip
RAW = """container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state:{{pad .State 1 0}}
status:{{pad .Status 1 0}}
names: {{.Names}}
labels:{{pad .Labels 1 0}}
ports:{{pad .Ports 1 0}}
"""


def ps_object(container: ObservedContainer, *, now: float, truncate: bool = True) -> dict[str, object]:
    """What `ps --format json` says of one container."""
    return {
        "Command": command_text(container.command, truncate=truncate),
        "CreatedAt": time.strftime("%Y-%m-%d %H:%M:%S %z %Z", time.localtime(container.created)),
        "ExitCode": container.exit_code or 0,
        "Health": container.health,
        "ID": container.id[:ID_LENGTH] if truncate else container.id,
        "Image": container.image,
        "Labels": ",".join(f"{key}={value}" for key, value in sorted(container.labels.items())),
        "LocalVolumes": str(sum(mount.get("Driver") == "local" for mount in container.mounts)),
        "Mounts": ",".join(mount_name(mount, truncate=truncate) for mount in container.mounts),
        "Name": container.name,
        "Names": container.name,
        "Networks": ",".join(sorted(container.networks)),
        "Ports": ports_text(container.ports),
        "Project": container.labels.get(labels.PROJECT, ""),
        "Publishers": publishers(container),
        "RunningFor": age_text(now - container.created),
        "Service": container.service,
        "Size": "0B",
        "State": container.state,
        "Status": container.status,
    }


def ps_json(containers: Iterable[ObservedContainer], *, now: float, truncate: bool = True) -> str:
    """One object per line, by name."""
    lines = (go_json(ps_object(container, now=now, truncate=truncate)) for container in by_name(containers))
    return "".join(line + "\n" for line in lines)


def ps_formatted(containers: Iterable[ObservedContainer], form: RowFormat, *, now: float, truncate: bool = True) -> str:
    """A line for each by the user's own template, by name."""
    from composer.views.formats import label_of  # noqa: PLC0415 - only for templates
    from composer.views.gotemplate import Struct  # noqa: PLC0415

    rows = []
    for container in by_name(containers):
        told = ps_object(container, now=now, truncate=truncate)
        told["Publishers"] = [Struct(port) for port in publishers(container)]
        rows.append(Struct(told, label_of(container.labels)))
    return form.text(rows, TITLES)


def ps_table(
    containers: Iterable[ObservedContainer], *, now: float, truncate: bool = True, columns: int | None = None
) -> str:
    """The table, by name; `columns`: the terminal's width, None when the output is not a terminal."""
    ordered = by_name(containers)
    text = table_text(HEADERS, [_row(container, now, truncate=truncate) for container in ordered])
    if columns is None or max(map(len, text.splitlines())) <= columns:
        return text
    rows = [[*_row(c, now, truncate=truncate)[:-1], short_ports_text(c.ports)] for c in ordered]
    return table_text(HEADERS, rows, columns=columns, dispensable=DISPENSABLE)


def by_name(containers: Iterable[ObservedContainer]) -> list[ObservedContainer]:
    return sorted(containers, key=lambda container: container.name)


def _row(container: ObservedContainer, now: float, *, truncate: bool) -> list[str]:
    return [
        container.name,
        container.image,
        command_text(container.command, truncate=truncate),
        container.service,
        age_text(now - container.created),
        container.status,
        ports_text(container.ports),
    ]


def command_text(command: str, *, truncate: bool = True) -> str:
    """The command, cut and quoted as Go's `%q` does for what commands contain."""
    shown = clip(command, COMMAND_LENGTH) if truncate else command
    return go_quoted(shown)


def mount_name(mount: Mapping[str, object], *, truncate: bool = True) -> str:
    """The volume's name, else the path."""
    name = str(mount.get("Name") or mount.get("Source") or "")
    return clip(name, MOUNT_LENGTH) if truncate else name


def age_text(seconds: float) -> str:
    """`About a minute ago`: docker's rounding of durations."""
    whole = int(seconds)
    minutes, hours = whole // 60, int(whole / 3600 + 0.5)
    for limit, text in (
        (1, "Less than a second"),
        (2, "1 second"),
        (60, f"{whole} seconds"),
        (120, "About a minute"),
        (3600, f"{minutes} minutes"),
    ):
        if whole < limit:
            return f"{text} ago"
    for limit, text in (
        (2, "About an hour"),
        (48, f"{hours} hours"),
        (24 * 14, f"{hours // 24} days"),
        (24 * 60, f"{hours // 24 // 7} weeks"),
        (24 * 730, f"{hours // 24 // 30} months"),
    ):
        if hours < limit:
            return f"{text} ago"
    return f"{whole // 3600 // 24 // 365} years ago"


def publishers(container: ObservedContainer) -> list[dict[str, object]]:
    """Its ports, by the number within."""
    return sorted(map(_publisher, container.ports), key=lambda port: int(str(port["TargetPort"])))


def _publisher(port: Mapping[str, Any]) -> dict[str, object]:
    return {
        "URL": str(port.get("IP") or ""),
        "TargetPort": int(port.get("PrivatePort") or 0),
        "PublishedPort": int(port.get("PublicPort") or 0),
        "Protocol": str(port.get("Type") or ""),
    }


def ports_text(ports: Sequence[Mapping[str, Any]]) -> str:
    """`0.0.0.0:80-81->80-81/tcp, 127.0.0.1:8080->90/tcp`. Ports that keep their number join into ranges
    per address and protocol and stand first; renumbered ones follow one by one."""
    known = [_publisher(port) for port in ports]
    ordered = sorted(known, key=lambda p: (p["TargetPort"], p["URL"], p["PublishedPort"], p["Protocol"]))
    closed: list[str] = []
    renumbered: list[str] = []
    open_ranges: dict[tuple[str, str], list[int]] = {}
    for port in ordered:
        address, target, kind = str(port["URL"]), int(str(port["TargetPort"])), str(port["Protocol"])
        if address and port["PublishedPort"] != target:
            renumbered.append(f"{_host(address)}:{port['PublishedPort']}->{target}/{kind}")
            continue
        last = open_ranges.get((address, kind))
        if last and target == last[1] + 1:
            last[1] = target
            continue
        if last:
            closed.append(_range(address, kind, last))
        open_ranges[(address, kind)] = [target, target]
    still_open = [_range(address, kind, ends) for (address, kind), ends in open_ranges.items()]
    return ", ".join([*closed, *still_open, *renumbered])


def _range(address: str, kind: str, ends: Sequence[int]) -> str:
    first, last = ends
    numbers = str(first) if first == last else f"{first}-{last}"
    return f"{_host(address)}:{numbers}->{numbers}/{kind}" if address else f"{numbers}/{kind}"


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def short_ports_text(ports: Sequence[Mapping[str, Any]]) -> str:
    """For narrow terminals: published ports only, the any-addresses and `/tcp` left out."""
    published = {(p["URL"], p["PublishedPort"], p["TargetPort"], p["Protocol"]) for p in map(_publisher, ports)}
    texts = []
    for address, public, target, kind in sorted(published, key=lambda p: (p[2], p[1], p[0], p[3])):
        if public:
            host = "" if address in ("", "0.0.0.0", "::") else f"{_host(str(address))}:"  # noqa: S104 - only compared
            texts.append(f"{host}{public}->{target}{'' if kind == 'tcp' else f'/{kind}'}")
    return ", ".join(dict.fromkeys(texts))
