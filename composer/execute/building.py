"""From what a builder tells to the parts of a build: numbered, each begun once and ended once, its output by lines.

Pure, save the clock that it is given. Must not know: the engine, threads, views.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from composer.engine.port import BuildOutput, BuildTransfer, BuildVertex
from composer.execute.commands import BuildTold
from composer.values import entity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from composer.engine.port import BuildUpdate
    from composer.plan.actions import StepId

PAUSE = 0.2  # seconds between two tellings of one part's progress
SECOND = 1_000_000_000


@entity()
class _Part:
    number: int
    name: str
    begun: bool = False
    over: bool = False
    told_at: float = float("-inf")
    line: str = ""


class BuildParts:
    """The parts of one build, `step`. Feed it every update; it answers what to tell."""

    def __init__(self, step: StepId, clock: Callable[[], float] = time.monotonic) -> None:
        self._step = step
        self._clock = clock
        self._parts: dict[str, _Part] = {}

    def add(self, update: BuildUpdate) -> Iterator[BuildTold]:
        if isinstance(update, BuildVertex):
            yield from self._vertex(update)
        elif isinstance(update, BuildTransfer):
            yield from self._transfer(update)
        elif isinstance(update, BuildOutput):
            yield from self._output(update)
        else:
            place = f" (line {update.line})" if update.line else ""
            text = update.text.removesuffix(place) + place  # newer frontends end with it, older ones do not
            yield BuildTold(self._step, 0, "", "warning", text)

    def _vertex(self, update: BuildVertex) -> Iterator[BuildTold]:
        """The builder may end a part and take it up again: told is the first begin and the first end."""
        part = self._parts.get(update.digest)
        if part is None:
            if update.started is None and update.completed is None:
                return  # only planned
            part = self._parts[update.digest] = _Part(len(self._parts) + 1, update.name)
        if not part.begun:
            part.begun = True
            yield self._told(part, "started")
        if update.completed is None or part.over:
            return
        part.over = True
        yield from self._rest(part)
        seconds = max(0.0, (update.completed - (update.started or update.completed)) / SECOND)
        state = "failed" if update.error else "cached" if update.cached else "done"
        yield self._told(part, state, update.error, duration=seconds)

    def _transfer(self, update: BuildTransfer) -> Iterator[BuildTold]:
        part = self._parts.get(update.vertex)
        now = self._clock()
        if part is None or (now - part.told_at < PAUSE and not update.is_over):
            return
        part.told_at = now
        yield self._told(part, "progress", update.name.rstrip(":"), current=update.current, total=update.total)

    def _output(self, update: BuildOutput) -> Iterator[BuildTold]:
        part = self._parts.get(update.vertex)
        if part is None:
            return
        *whole, part.line = (part.line + update.data.decode(errors="replace")).split("\n")
        for line in whole:
            yield self._told(part, "output", line.rstrip("\r"))

    def _rest(self, part: _Part) -> Iterator[BuildTold]:
        """The last line, when it has no end."""
        if part.line:
            yield self._told(part, "output", part.line)
            part.line = ""

    def _told(
        self, part: _Part, state: str, text: str = "", *, duration: float = 0.0, current: int = 0, total: int = 0
    ) -> BuildTold:
        return BuildTold(self._step, part.number, part.name, state, text, duration, current, total)
