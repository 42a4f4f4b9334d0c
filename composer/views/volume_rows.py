"""`volumes`: the project's volumes as `docker volume ls` shows them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.views.gojson import go_json
from composer.views.tables import table_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.plan.observed import ObservedVolume
    from composer.views.formats import RowFormat

HEADERS = ("DRIVER", "VOLUME NAME")
TITLES = {
    "Name": "VOLUME NAME", "Driver": "DRIVER", "Scope": "SCOPE", "Mountpoint": "MOUNTPOINT", "Labels": "LABELS",
    "Links": "LINKS", "Size": "SIZE", "Availability": "AVAILABILITY", "Group": "GROUP", "Status": "STATUS",
}  # fmt: skip
RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"
UNKNOWN = "N/A"  # what the engine only tells in other lists


def volume_object(volume: ObservedVolume) -> dict[str, str]:
    """What `volumes --format json` says of one."""
    return {
        "Availability": UNKNOWN,
        "Driver": volume.driver,
        "Group": UNKNOWN,
        "Labels": ",".join(f"{key}={value}" for key, value in sorted(volume.labels.items())),
        "Links": UNKNOWN,
        "Mountpoint": volume.mountpoint,
        "Name": volume.name,
        "Scope": volume.scope,
        "Size": UNKNOWN,
        "Status": UNKNOWN,
    }


def volumes_json(volumes: Sequence[ObservedVolume]) -> str:
    return "".join(go_json(volume_object(volume)) + "\n" for volume in volumes)


def volumes_table(volumes: Sequence[ObservedVolume], *, columns: int | None = None) -> str:
    return table_text(HEADERS, [[one.driver, one.name] for one in volumes], columns=columns, dispensable=HEADERS[:1])


def volumes_formatted(volumes: Sequence[ObservedVolume], form: RowFormat) -> str:
    from composer.views.formats import label_of  # noqa: PLC0415 - only for templates
    from composer.views.gotemplate import Struct  # noqa: PLC0415

    return form.text([Struct(volume_object(one), label_of(one.labels)) for one in volumes], TITLES)
