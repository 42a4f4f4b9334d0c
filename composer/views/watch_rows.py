"""The watched rules as a table: a line each with what it last led to, and a last line that says whose they are. Pure,
but for the clock of `RuleRows`.

No line is wider than the terminal. Where the rules have no room, those that failed or move stay, then those that did
something last; the rest is counted. Must not know: how a frame gets on a screen.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.values import value
from composer.views.cells import clean, clip, fill, width
from composer.views.layout import FRAMES_PER_SECOND, SPINNER, fit
from composer.views.numbers import count_text, duration_text
from composer.watch.effects import NOTHING, Effect, Phase
from composer.watch.rules import REBUILD, RESTART, SYNC_EXEC, SYNC_RESTART

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from composer.views.ansi import Style
    from composer.views.layout import Line
    from composer.watch.rules import Rule

SYMBOLS = {Phase.IDLE: "·", Phase.DONE: "✔", Phase.FAILED: "✘"}
STYLES: dict[Phase, Style] = {Phase.IDLE: "dim", Phase.WORKING: "cyan", Phase.DONE: "green", Phase.FAILED: "red"}
TELLING = 26  # columns that what a rule led to keeps as long as there are any to be taken from the path
PATH = 4  # columns below which the path is left out
GAP = "  "
STEP = 5  # seconds
AGO = 8  # columns of how long ago it was


@value()
class RuleRow:
    """`path`: as people write it. `at`: when the effect was told, in the seconds of `now`."""

    rule: Rule
    path: str
    effect: Effect = NOTHING
    at: float = 0.0


class RuleRows:
    """The rows as they change. `title`: of the last line. Rows are replaced whole, so any thread may read them."""

    def __init__(self, rows: Sequence[RuleRow], *, title: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._rows = {row.rule.name: row for row in rows}
        self._title = title
        self._clock = clock

    @property
    def moves(self) -> bool:
        return any(row.effect.phase is Phase.WORKING for row in self._rows.values())

    def show(self, rule: Rule, effect: Effect) -> None:
        self._rows[rule.name] = replace(self._rows[rule.name], effect=effect, at=self._clock())

    def frame(self, columns: int, lines: int | None = None) -> list[Line]:
        """As `watch_frame`, now."""
        rows = list(self._rows.values())
        return watch_frame(rows, title=self._title, now=self._clock(), columns=columns, lines=lines)


def watch_frame(
    rows: Sequence[RuleRow], *, title: str, now: float, columns: int, lines: int | None = None
) -> list[Line]:
    """`title`: of the last line. `lines` None: every row, however many."""
    kept, rest = (list(rows), 0) if lines is None else _choose(rows, max(lines - 1, 0))
    widths = _widths(rows, columns)
    frame = [_row(row, widths, now) for row in kept]
    if rest:
        frame.append([(f"… {count_text(rest, 'more rule')}", "dim")])
    frame.append([(title, "bold"), (f"{GAP}{count_text(len(rows), 'rule')}", "dim"), *_failed(rows)])
    return [fit(line, columns) for line in frame[: lines or None]]


def effect_text(rule: Rule, effect: Effect) -> str:
    """`a.txt synced in 12ms`."""
    match effect.phase:
        case Phase.IDLE:
            return "no change yet"
        case Phase.WORKING:
            return f"{_doing(rule)} {_subject(effect)}"
        case Phase.FAILED:
            return clean(effect.error)
        case Phase.DONE:
            return f"{_done(rule, effect)} in {_took(effect.seconds)}"


def ago_text(seconds: float) -> str:
    """`now`, `5s ago`, `4m ago`, `2h ago`: in steps, so that a table at rest is seldom drawn anew."""
    whole = int(seconds)
    if whole < STEP:
        return "now"
    if whole < 60:
        return f"{whole // STEP * STEP}s ago"
    return f"{whole // 60}m ago" if whole < 3600 else f"{whole // 3600}h ago"


def _doing(rule: Rule) -> str:
    return {REBUILD: "rebuilding for", RESTART: "restarting for"}.get(rule.action, "syncing")


def _done(rule: Rule, effect: Effect) -> str:
    if rule.action == REBUILD:
        return f"rebuilt for {_subject(effect)}"
    if rule.action == RESTART:
        return f"restarted for {_subject(effect)}"
    if effect.name:
        parts = [f"{effect.name} {'synced' if effect.changed else 'removed'}"]
    else:
        parts = [f"{count_text(effect.changed, 'file')} synced"] if effect.changed else []
        parts += [f"{effect.gone} removed"] if effect.gone else []
    parts += {SYNC_RESTART: ["restarted"], SYNC_EXEC: ["command run"]}.get(rule.action, [])
    return ", ".join(parts)


def _subject(effect: Effect) -> str:
    return effect.name or count_text(effect.changed + effect.gone, "file")


def _took(seconds: float) -> str:
    return f"{seconds * 1000:.0f}ms" if seconds < 1 else duration_text(seconds)


def _choose(rows: Sequence[RuleRow], room: int) -> tuple[list[RuleRow], int]:
    """The rows that fit into `room` lines, in their order, and how many do not."""
    if len(rows) <= room:
        return list(rows), 0
    by_need = sorted(range(len(rows)), key=lambda place: (_need(rows[place]), place))
    chosen = set(by_need[: max(room - 1, 0)])
    return [row for place, row in enumerate(rows) if place in chosen], len(rows) - len(chosen)


def _need(row: RuleRow) -> tuple[int, float]:
    order = (Phase.FAILED, Phase.WORKING, Phase.DONE, Phase.IDLE)
    return order.index(row.effect.phase), -row.at


def _widths(rows: Sequence[RuleRow], columns: int) -> tuple[int, int, int, int, int]:
    """Columns for service, action, path, effect and age. What there is to tell comes before the whole path."""
    service = min(max((width(clean(row.rule.service)) for row in rows), default=0), max(columns // 4, 4))
    action = max((len(row.rule.action) for row in rows), default=0)
    ago = AGO if columns >= service + action + TELLING + AGO else 0
    room = max(columns - len(f"✔ {GAP}{GAP}") - service - action - ago, 0)
    path = max((width(clean(row.path)) for row in rows), default=0)
    if room < TELLING + len(GAP) + PATH:
        return service, action, 0, room, ago
    path = min(path, room - len(GAP) - TELLING)
    return service, action, path, room - len(GAP) - path, ago


def _row(row: RuleRow, widths: tuple[int, int, int, int, int], now: float) -> Line:
    service, action, path, room, ago = widths
    phase = row.effect.phase
    style = STYLES[phase]
    idle: Style = "dim" if phase is Phase.IDLE else ""
    line: Line = [
        (f"{_symbol(phase, now)} ", style),
        (fill(clean(row.rule.service), service) + GAP, idle),
        (fill(row.rule.action, action) + GAP, idle),
    ]
    if path:
        line.append((fill(clean(row.path), path) + GAP, "dim"))
    text, style = effect_text(row.rule, row.effect), "red" if phase is Phase.FAILED else idle
    if not ago or phase is Phase.IDLE:
        line.append((clip(text, room), style))
    else:
        line.extend([(fill(text, room), style), (f"{ago_text(now - row.at):>{ago}}", "dim")])
    return line


def _symbol(phase: Phase, now: float) -> str:
    return SPINNER[int(now * FRAMES_PER_SECOND) % len(SPINNER)] if phase is Phase.WORKING else SYMBOLS[phase]


def _failed(rows: Sequence[RuleRow]) -> Line:
    failed = sum(row.effect.phase is Phase.FAILED for row in rows)
    return [(f"{GAP}· {failed} failed", "red")] if failed else []
