"""`images`: the image of each container as the reference's JSON object and as a table row. Pure.

Must not know: engines. `now` is seconds since 1970.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.plan.references import DEFAULT_TAG, parse_reference
from composer.views.gojson import go_json
from composer.views.numbers import size_text
from composer.views.ps_rows import age_text
from composer.views.tables import table_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.plan.observed import ObservedContainer, ObservedImage
    from composer.views.formats import RowFormat

    Used = tuple[ObservedContainer, ObservedImage]

HEADERS = ("CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED")
TITLES = {"ContainerName": "CONTAINER", "ID": "IMAGE ID", "LastTagTime": "CREATED"}
DISPENSABLE = ("PLATFORM", "CREATED", "SIZE", "TAG")
MINIMUM = 20  # the reference's narrowest column here
NONE = "<none>"
NAMELESS = "sha256"
PREFIX = f"{NAMELESS}:"


def image_object(container: ObservedContainer, image: ObservedImage) -> dict[str, object]:
    """`LastTagTime`: when the image came under its name, else when it was made. For an image that has lost its name
    the container knows its id alone: the reference takes that for a repository and a tag."""
    name = parse_reference(container.image)
    return {
        "ID": image.id,
        "ContainerName": container.name,
        "Repository": name.familiar,
        "Tag": "" if name.digest else name.tag or DEFAULT_TAG,
        "Platform": image.platform,
        "Size": image.size,
        "LastTagTime": image.tagged or image.created,
    }


def images_json(used: Iterable[Used]) -> str:
    return go_json([image_object(*one) for one in _by_container(used)]) + "\n"


def images_quiet(used: Iterable[Used]) -> str:
    """Every id once."""
    ids = dict.fromkeys(image.id.removeprefix(PREFIX) for _, image in _by_container(used))
    return "".join(f"{image}\n" for image in ids)


def images_formatted(used: Iterable[Used], form: RowFormat) -> str:
    """A line for each by the user's own template."""
    from composer.views.gotemplate import Struct  # noqa: PLC0415 - only for templates

    return form.text([Struct(image_object(*one)) for one in _by_container(used)], TITLES)


def images_table(used: Iterable[Used], *, now: float, columns: int | None = None) -> str:
    rows = [_row(image_object(*one), now) for one in _by_container(used)]
    return table_text(HEADERS, rows, columns=columns, minimum=MINIMUM, dispensable=DISPENSABLE)


def _row(told: dict[str, object], now: float) -> Sequence[str]:
    from datetime import datetime  # noqa: PLC0415 - not for -q and JSON

    if told["Repository"] == NAMELESS:
        told = told | {"Repository": "", "Tag": ""}
    since = str(told["LastTagTime"])
    age = age_text(now - datetime.fromisoformat(since).timestamp()) if since else ""
    return (
        str(told["ContainerName"]),
        str(told["Repository"]) or NONE,
        str(told["Tag"]) or NONE,
        str(told["Platform"]),
        str(told["ID"]).removeprefix(PREFIX)[:12],
        size_text(int(str(told["Size"]))),
        age,
    )


def _by_container(used: Iterable[Used]) -> list[Used]:
    return sorted(used, key=lambda one: one[0].name)
