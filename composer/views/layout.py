"""The live view's frame: (state, size, time) → lines of styled pieces. Pure.

A line is a list of (text, style); none is wider than the terminal, whatever its width. With more rows
than lines, what failed or moves stays and the rest is counted. The same input gives the same frame.
Must not know: how a frame gets on a screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.events.types import StepOutcome
from composer.plan.actions import (
    BuildImage,
    CreateNetwork,
    CreateVolume,
    PullImage,
    PushImage,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
)
from composer.views.cells import clean, clip, fill, width
from composer.views.numbers import count_text, duration_text
from composer.views.rows import Phase, Shown, describe
from composer.views.transfers import layer_lines

if TYPE_CHECKING:
    from composer.plan.actions import Action
    from composer.views.ansi import Style
    from composer.views.state import Row, ViewState

    Line = list[tuple[str, Style]]

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
FRAMES_PER_SECOND = 10
SYMBOLS = {Phase.FAILED: "✘", Phase.HELD: "·", Phase.DROPPED: "-", Phase.DONE: "✔"}
STYLES: dict[Phase, Style] = {
    Phase.FAILED: "red",
    Phase.ACTIVE: "cyan",
    Phase.HELD: "dim",
    Phase.DROPPED: "dim",
    Phase.DONE: "green",
}
READY = {"up": "ready", "start": "ready", "scale": "ready", "restart": "ready", "down": "removed", "rm": "removed"}
READY |= {"stop": "stopped", "kill": "stopped", "pull": "pulled", "push": "pushed", "build": "built"}
READY |= {"pause": "paused", "unpause": "running", "create": "created"}
ROOMY = 60  # columns from which words and notes stand in columns of their own
TIME = 8  # columns of the elapsed time
MESSAGES = 4  # errors and warnings under the total line
RESOURCES: dict[str, tuple[type[Action], ...]] = {
    "network": (CreateNetwork, RemoveNetwork),
    "volume": (CreateVolume, RemoveVolume),
    "image": (PullImage, PushImage, BuildImage, RemoveImage),
}


def layout(state: ViewState, *, now: float, columns: int, lines: int | None = None) -> list[Line]:
    """The frame at `now` (seconds since the run began). `lines` None: every row, however many."""
    shown = {row.replica: describe(state, row) for row in state.rows.values()}
    rows = [(row, shown[row.replica]) for row in state.rows.values()]
    below = [
        _total(state, rows, now),
        *_messages(state, limit=MESSAGES if lines is None else min(MESSAGES, lines // 4)),
    ]
    kept, rest = (rows, "") if lines is None else choose(rows, max(lines - len(below), 0))
    widths = _widths(rows, columns)
    frame = [_row(row, said, widths, now, state) for row, said in kept]
    if rest:
        frame.append([(rest, "dim")])
    frame.extend(layer_lines(state, columns=columns, room=None if lines is None else lines - len(frame) - len(below)))
    return [fit(line, columns) for line in [*frame, *below][: lines or None]]


def choose(rows: list[tuple[Row, Shown]], room: int) -> tuple[list[tuple[Row, Shown]], str]:
    """The rows that fit in `room` lines, in their order, and a line that counts the others ("" if none)."""
    if len(rows) <= room:
        return rows, ""
    by_need = sorted(range(len(rows)), key=lambda place: (rows[place][1].phase, place))
    chosen = set(by_need[: max(room - 1, 0)])
    left = [rows[place][1].phase for place in range(len(rows)) if place not in chosen]
    counts = {"done": left.count(Phase.DONE), "waiting": left.count(Phase.HELD)}
    counts["other"] = len(left) - sum(counts.values())
    words = ", ".join(f"{number} more {word}" for word, number in counts.items() if number)
    return [rows[place] for place in sorted(chosen)], f"… {words}"


def fit(line: Line, columns: int) -> Line:
    """`line` without control characters, cut to `columns`."""
    fitted: Line = []
    left = columns
    for raw, style in line:
        text = clean(raw)
        cut = clip(text, left)
        if cut:
            fitted.append((cut, style))
        left -= width(cut)
        if cut != text:
            break
    return fitted


def _widths(rows: list[tuple[Row, Shown]], columns: int) -> tuple[int, int, int, int]:
    """Columns for label, word, word and note together, time. On a narrow terminal the notes follow the
    words at once (word 0); on a very narrow one there is no time."""
    label = max((width(row.label) for row, _ in rows), default=0)
    word = max([11, *(width(said.word) for _, said in rows)])
    label = min(label, max(columns // 3, 4))
    time = TIME if columns >= label + 24 else 0
    room = max(columns - label - time - 4, 0)  # the symbol, and two spaces after the label
    return label, min(word, 16) if columns >= ROOMY else 0, room, time


def _row(row: Row, said: Shown, widths: tuple[int, int, int, int], now: float, state: ViewState) -> Line:
    label, word, room, time = widths
    elapsed = _elapsed(row, said, now, state) if time else ""
    room = room if elapsed else room + time
    style = STYLES[said.phase]
    idle: Style = "dim" if said.phase in (Phase.HELD, Phase.DROPPED) else ""
    line: Line = [(f"{symbol(said.phase, now)} ", style), (fill(row.label, label) + "  ", idle)]
    text = clip(fill(said.word, word) if word else said.word, room)
    note = fill(f"  {said.note}" if word else f" {said.note}", room - width(text))
    line.extend([(text, style), (note, "red" if said.phase is Phase.FAILED else "dim")])
    if elapsed:
        line.append((f"{elapsed:>{time}}", "dim"))
    return line


def symbol(phase: Phase, now: float) -> str:
    if phase is Phase.ACTIVE:
        return SPINNER[int(now * FRAMES_PER_SECOND) % len(SPINNER)]
    return SYMBOLS[phase]


def _elapsed(row: Row, said: Shown, now: float, state: ViewState) -> str:
    """Time since the first step on the row, until it was ready (or the run was over)."""
    if row.began is None or said.phase in (Phase.HELD, Phase.DROPPED):
        return ""
    over = row.ended if row.ended is not None else state.finished_at
    return duration_text((now if over is None else over) - row.began)


def _total(state: ViewState, rows: list[tuple[Row, Shown]], now: float) -> Line:
    """`up demo  4/6 ready  3.2s  · 1 failed · 2 networks · 1/3 images`."""
    phases = [said.phase for _, said in rows]
    done, failed = phases.count(Phase.DONE), phases.count(Phase.FAILED)
    elapsed = duration_text(now if state.finished_at is None else state.finished_at)
    colour: Style = "red" if failed else "green" if done == len(rows) else "cyan"
    line: Line = [(f"{state.verb} {state.project}".strip(), "bold")]
    line.append((f"  {done}/{len(rows)} {READY.get(state.verb, 'done')}", colour))
    line.append((f"  {elapsed}", "dim"))
    parts = [f"{failed} failed"] if failed else []
    if dropped := phases.count(Phase.DROPPED):
        parts.append(f"{dropped} not started" if state.verb in ("up", "start") else f"{dropped} left")
    parts.extend(_resources(state))
    if state.interrupts and state.result is None:
        parts.insert(0, "stopping, press Ctrl+C again to kill" if state.interrupts == 1 else "killing")
    if parts:
        line.append((f"  · {' · '.join(parts)}", "dim"))
    return line


def _resources(state: ViewState) -> list[str]:
    """`2 networks`, or `1/3 images` while not all are done."""
    parts = []
    for noun, kinds in RESOURCES.items():
        steps = [step.id for step in state.steps.values() if isinstance(step.action, kinds)]
        done = sum(state.outcomes.get(step) is StepOutcome.SUCCEEDED for step in steps)
        if steps:
            every = count_text(len(steps), noun)
            parts.append(every if done == len(steps) else f"{done}/{every}")
    return parts


def _messages(state: ViewState, *, limit: int) -> list[Line]:
    """Errors and warnings. Errors go with the run's end: the whole story is told then, under the view."""
    errors = [] if state.result is not None else state.errors
    lines: list[Line] = [[("✘ ", "red"), (clean(error), "red")] for error in errors]
    lines.extend([("! ", "yellow"), (clean(warning), "yellow")] for warning in state.warnings)
    return lines[:limit]
