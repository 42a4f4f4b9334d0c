"""Ctrl-C and SIGTERM as inputs of a run: the first asks it to end, the second ends it at once.

A value is put on the run's queue, by a thread of its own: a handler in Python only runs once the main thread gets
to it, and a signal that arrives just before that thread waits for the queue would go unnoticed until something else
happens. The interpreter writes each signal's number to a pipe at once, wherever it is. Must not know: what the run
does about it.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Self

from composer.execute.commands import InterruptedBy

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While entered, SIGINT and SIGTERM are put as `InterruptedBy`. Does nothing outside the main thread,
    where handlers cannot be set, or with `enabled` False. May be nested: the innermost gets them."""

    def __init__(self, put: Callable[[InterruptedBy], object], *, enabled: bool = True) -> None:
        self._put = put
        self._enabled = enabled and threading.current_thread() is threading.main_thread()
        self._before: list[tuple[signal.Signals, Any]] = []

    def __enter__(self) -> Self:
        if self._enabled:
            self._source, self._sink = os.pipe()
            os.set_blocking(self._sink, False)
            self._wakeup_before = signal.set_wakeup_fd(self._sink, warn_on_full_buffer=False)
            self._before = [(number, signal.signal(number, _taken)) for number in _SIGNALS]
            self._listener = threading.Thread(target=self._listen, name="signals", daemon=True)
            self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        if not self._before:
            return
        for number, handler in self._before:
            # None: the handler was not set from Python, and cannot be from here
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._before = []
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._sink)
        self._listener.join()
        os.close(self._source)

    def _listen(self) -> None:
        """Until the pipe is closed; every signal that the process handles comes through it."""
        count = 0
        while numbers := os.read(self._source, 64):
            for number in numbers:
                if number in _SIGNALS:
                    count += 1
                    self._put(InterruptedBy(count))


def _taken(number: int, frame: object) -> None:
    """The signal has a handler, so that it does not end the process; the pipe tells of it."""
    del number, frame
