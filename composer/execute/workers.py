"""A few daemon threads, started on demand, for calls that block.

Must not know: what the tasks do. A task must not raise; the runner wraps them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

Task = Callable[[], None]


class Workers:
    """Used from one thread. `most`: how many threads at most; further tasks queue up."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._started = 0
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._idle: SimpleQueue[None] = SimpleQueue()  # one entry per thread that has nothing to do

    def do(self, task: Task) -> None:
        try:
            self._idle.get_nowait()
        except Empty:
            self._grow()
        self._tasks.put(task)

    def close(self) -> None:
        """Idle threads end now, busy ones after their task."""
        for _ in range(self._started):
            self._tasks.put(None)

    def _grow(self) -> None:
        if self._started < self._most:
            self._started += 1
            threading.Thread(target=self._work, name=f"composer-{self._started}", daemon=True).start()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
            self._idle.put(None)
