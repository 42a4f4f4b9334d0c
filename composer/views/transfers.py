"""Layers of images that are pulled or pushed: lines for the live view, objects and lines for the other ones. Pure.

Must not know: terminals, which verb it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.plan.actions import Transfer
from composer.views.numbers import size_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.events.types import Layer
    from composer.views.ansi import Style
    from composer.views.state import ViewState

    Line = list[tuple[str, Style]]

IDLE = ("Pulling fs layer", "Waiting", "Preparing", "Download complete", "Verifying Checksum")
ENDED = ("Already exists", "Pull complete", "Pushed", "Layer already exists")
LAYERS = 6  # of one image at once
BAR = 20  # columns
ID = 12
WIDE_ENOUGH = 40


def layer_lines(state: ViewState, *, columns: int, room: int | None) -> list[Line]:
    """A line for every layer that moves, under the image it belongs to if there are several. `room`: lines, None for
    any number."""
    moving = {
        step: [layer for layer in progress.layers if is_moving(layer)][:LAYERS]
        for step, progress in state.progress.items()
        if step in state.running and isinstance(state.steps[step].action, Transfer)
    }
    lines: list[Line] = []
    for layers in moving.values():
        lines.extend(_line(layer, columns) for layer in layers)
    return lines if room is None else lines[: max(room, 0)]


def is_moving(layer: Layer) -> bool:
    return not (is_ended(layer) or layer.status in IDLE)


def is_ended(layer: Layer) -> bool:
    return layer.status in ENDED or layer.status.startswith("Mounted from")


def _line(layer: Layer, columns: int) -> Line:
    """`  3407c7fd7e24  extracting   ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌  23.9MB/60MB`."""
    line: Line = [(f"  {layer.id[:ID]}  ", "dim"), (f"{layer.status.lower():<11}", "")]
    if layer.total:
        if columns >= WIDE_ENOUGH + BAR:
            filled = BAR * layer.current // layer.total
            line += [("  ", ""), ("━" * filled, "cyan"), ("╌" * (BAR - filled), "dim")]
        line.append((f"  {size_text(layer.current)}/{size_text(layer.total)}", "dim"))
    return line


def changed_layers(before: Iterable[Layer], now: Iterable[Layer]) -> list[Layer]:
    """Those of `now` that are new or other ones than `before`."""
    known = {layer.id: layer for layer in before}
    return [layer for layer in now if known.get(layer.id) != layer]


def layer_object(layer: Layer, parent: str) -> dict[str, object]:
    """As docker compose tells a layer: `parent` is the service."""
    told: dict[str, object] = {"id": layer.id, "parent_id": parent, "text": layer.status}
    if is_ended(layer) or layer.status == "Download complete":
        return told | {"percent": 100}
    if layer.total:
        told |= {"status": f"{size_text(layer.current)}/{size_text(layer.total)}"}
        told |= {"current": layer.current, "total": layer.total, "percent": layer.current * 100 // layer.total}
    return told
