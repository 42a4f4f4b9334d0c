"""`ls`: the containers of all projects, summed up per project as docker compose does it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer import labels
from composer.views.gojson import go_json
from composer.views.tables import table_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.plan.observed import ObservedContainer

HEADERS = ("NAME", "STATUS", "CONFIG FILES")
MINIMUM = 20  # the reference's narrowest column here


def ls_objects(containers: Iterable[ObservedContainer]) -> list[dict[str, str]]:
    """`[{"Name":…,"Status":"exited(1), running(2)","ConfigFiles":…}]`, by name. Which containers count
    (all, or running ones) is the caller's choice."""
    projects: dict[str, list[ObservedContainer]] = {}
    for container in containers:
        projects.setdefault(container.labels.get(labels.PROJECT, ""), []).append(container)
    return [
        {"Name": name, "Status": status_text(members), "ConfigFiles": config_files(members)}
        for name, members in sorted(projects.items())
    ]


def status_text(containers: Sequence[ObservedContainer]) -> str:
    """`exited(1), running(2)`."""
    states = [container.state for container in containers]
    return ", ".join(f"{state}({states.count(state)})" for state in sorted(set(states)))


def config_files(containers: Sequence[ObservedContainer]) -> str:
    """Every file any of the containers was made from, once, comma-separated; `N/A` when none is known."""
    listed = [path for c in containers for path in c.labels.get(labels.CONFIG_FILES, "").split(",") if path]
    return ",".join(dict.fromkeys(listed)) or "N/A"


def ls_json(objects: Sequence[dict[str, str]]) -> str:
    return go_json(list(objects)) + "\n"


def ls_table(objects: Sequence[dict[str, str]], *, columns: int | None = None) -> str:
    rows = [list(project.values()) for project in objects]
    return table_text(HEADERS, rows, columns=columns, minimum=MINIMUM, dispensable=("CONFIG FILES",))
