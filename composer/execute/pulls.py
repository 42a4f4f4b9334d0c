"""From the many lines of a pull to a few words and two numbers for the view.

Pure, save the clock that it is given. Must not know: the engine, threads, views.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.engine.port import PullProgress

_PAUSE = 0.1  # seconds between two tellings
_DONE = ("Pull complete", "Already exists", "Download complete")


class PullSummary:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._layers: dict[str, tuple[int, int]] = {}
        self._complete: set[str] = set()
        self._told = float("-inf")

    def add(self, line: PullProgress) -> tuple[str, int, int] | None:
        """(text, bytes so far, bytes in all) when it is time to tell, else None."""
        text = line.status
        if line.layer:
            self._note(line)
            text = f"{len(self._complete)} of {len(self._layers)} layers"
        now = self._clock()
        if now - self._told < _PAUSE:
            return None
        self._told = now
        current = sum(current for current, _ in self._layers.values())
        return text, current, sum(total for _, total in self._layers.values())

    def _note(self, line: PullProgress) -> None:
        _, total = self._layers.get(line.layer, (0, 0))
        if line.status == "Downloading" and line.total:
            self._layers[line.layer] = (line.current, line.total)
        elif line.status in _DONE:
            self._layers[line.layer] = (total, total)
        else:
            self._layers.setdefault(line.layer, (0, 0))
        if line.status in ("Pull complete", "Already exists"):
            self._complete.add(line.layer)
