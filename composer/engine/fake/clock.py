"""Virtual time: it moves when a test says so, and every event takes a millisecond of it.

Owns the time and what is due when. Must not know: what the due things do.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime

from composer.units import SECOND

TICK = 1_000_000  # nanoseconds; well above what a `since` given as float can still tell apart


class Clock:
    """`now` in nanoseconds since 1970."""

    def __init__(self, start: float) -> None:
        self.now = int(start * SECOND)
        self._due: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def tick(self) -> int:
        self.now += TICK
        return self.now

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._due, (self.now + int(seconds * SECOND), self._count, action))

    def advance(self, seconds: float) -> None:
        """Runs what falls due, in order; at its own time."""
        end = self.now + int(seconds * SECOND)
        while self._due and self._due[0][0] <= end:
            self._run_next()
        self.now = max(self.now, end)

    def run_all(self) -> None:
        """Time jumps to each due thing until none is left (also those that come up meanwhile)."""
        while self._due:
            self._run_next()

    def _run_next(self) -> None:
        due, _, action = heapq.heappop(self._due)
        self.now = max(self.now, due)
        action()


def rfc3339(nanoseconds: int) -> str:
    """As the engine writes times: UTC with nine digits; the year 1 for never."""
    if not nanoseconds:
        return "0001-01-01T00:00:00Z"
    seconds, rest = divmod(nanoseconds, SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
