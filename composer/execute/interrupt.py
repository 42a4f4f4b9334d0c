"""Ctrl-C and SIGTERM as inputs of a run: the first asks it to end, the second ends it at once.

The handler only puts a value on the run's queue, which is safe at any moment. Must not know: what
the run does about it.
"""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

from composer.execute.commands import InterruptedBy

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While entered, SIGINT and SIGTERM are put as `InterruptedBy`. Does nothing outside the main thread,
    where handlers cannot be set, or with `enabled` False."""

    def __init__(self, put: Callable[[InterruptedBy], object], *, enabled: bool = True) -> None:
        self._put = put
        self._enabled = enabled and threading.current_thread() is threading.main_thread()
        self._count = 0
        self._before: list[tuple[signal.Signals, Any]] = []

    def __enter__(self) -> Self:
        if self._enabled:
            self._before = [(number, signal.signal(number, self._received)) for number in _SIGNALS]
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before:
            # None: the handler was not set from Python, and cannot be from here
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._before = []

    def _received(self, number: int, frame: object) -> None:
        del number, frame
        self._count += 1
        self._put(InterruptedBy(self._count))
