"""`top`: the processes of several containers in one table. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.views.tables import WHOLE, table_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.plan.readings import Processes

MINIMUM, PADDING = 4, 2  # the reference's here
DISPENSABLE = ("C", "PPID", "TTY", "STIME", "TIME", "UID", "PID")


def top_table(found: Sequence[tuple[str, int, Processes]], *, columns: int | None = None) -> str:
    """`found`: service, replica number and its processes; "" if there are none. A column that only some containers
    have is `-` for the others."""
    if not found:
        return ""
    titles = list(dict.fromkeys(title for _, _, processes in found for title in processes.titles))
    if "CMD" in titles:  # may be long: at the end
        titles.remove("CMD")
        titles.append("CMD")
    rows = []
    for service, number, processes in found:
        for row in processes.rows:
            held = dict(zip(processes.titles, row, strict=False))
            rows.append([service, str(number), *(held.get(title, "-") for title in titles)])
    headers = ["SERVICE", "#", *titles]
    return table_text(
        headers, rows, columns=columns, minimum=MINIMUM, padding=PADDING, floor=WHOLE, dispensable=DISPENSABLE
    )
