"""How a build goes on, in words: for the live view's row, as plain lines, as an object.

Pure. Must not know: terminals, which other steps run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.views.cells import clean
from composer.views.numbers import duration_text, size_text

if TYPE_CHECKING:
    from composer.events.types import BuildWent


def live_note(event: BuildWent | None) -> str:
    """`[web 2/3] RUN make, cached`; "" before anything is known."""
    if event is None:
        return ""
    text = {"cached": "cached", "failed": "failed", "progress": _transferred(event)}.get(event.state, "")
    name = clean(event.name)
    return f"{name}, {text}" if text else name


def plain_lines(event: BuildWent) -> list[str]:  # noqa: PLR0911 - one per state
    """As docker's own plain progress has them, with the service's name where it has none: ` web #3 [2/3] RUN make`."""
    head = f" {event.step.removeprefix('build:')} #{event.part}"
    match event.state:
        case "started":
            return [f"{head} {clean(event.name)}"]
        case "output":
            return [f"{head} {clean(event.text)}"]
        case "cached":
            return [f"{head} CACHED"]
        case "done":
            return [f"{head} DONE {duration_text(event.duration)}"]
        case "failed":
            return [f"{head} ERROR {clean(event.text)}"]
        case "warning":
            return [f" {event.step.removeprefix('build:')} WARNING {clean(event.text)}"]
        case _:
            return []  # bytes on their way are for those who watch


def build_object(event: BuildWent) -> dict[str, object]:
    told: dict[str, object] = {"event": "build", "step": event.step, "part": event.part, "name": event.name}
    told["state"] = event.state
    if event.text:
        told["text"] = event.text
    if event.state in ("done", "cached", "failed"):
        told["duration"] = round(event.duration, 3)
    if event.state == "progress":
        told |= {"current": event.current, "total": event.total}
    return told | {"time": round(event.at, 3)}


def _transferred(event: BuildWent) -> str:
    if not event.current:
        return clean(event.text)
    return f"{clean(event.text)} {size_text(event.current)}{f'/{size_text(event.total)}' if event.total else ''}"
