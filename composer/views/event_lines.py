"""`events`: what happens to a container as a line of text or JSON, in the reference's forms. Pure.

Attributes are sorted (there: in random order), those of the Compose labels left out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from composer import labels
from composer.units import SECOND
from composer.views.gojson import go_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def shown_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    own = (labels.PREFIX, labels.OWN_PREFIX)
    return {key: value for key, value in sorted(attributes.items()) if not key.startswith(own)}


def event_text(action: str, container: str, at: int, attributes: Mapping[str, str]) -> str:
    """`2026-11-25 19:13:30.887233 container create 9295c8f3… (image=busybox, name=rt-web-2)`, in local time. `at`:
    nanoseconds since 1970."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at // SECOND))
    told = ", ".join(f"{key}={value}" for key, value in shown_attributes(attributes).items())
    return f"{moment}.{at % SECOND // 1000:06d} container {action} {container} ({told})\n"


def event_json(action: str, container: str, at: int, attributes: Mapping[str, str]) -> str:
    """One object on a line. `time` as Go writes it: RFC 3339 with as many digits as it takes, in local time."""
    return (
        go_json(
            {
                "action": action,
                "attributes": shown_attributes(attributes),
                "id": container,
                "service": attributes.get(labels.SERVICE, ""),
                "time": go_time(at),
                "type": "container",
            }
        )
        + "\n"
    )


def go_time(at: int) -> str:
    local = time.localtime(at // SECOND)
    fraction = f"{at % SECOND:09d}".rstrip("0")
    offset = local.tm_gmtoff
    zone = "Z"
    if offset:
        hours, minutes = divmod(abs(offset) // 60, 60)
        zone = f"{'-' if offset < 0 else '+'}{hours:02d}:{minutes:02d}"
    return time.strftime("%Y-%m-%dT%H:%M:%S", local) + (f".{fraction}" if fraction else "") + zone
