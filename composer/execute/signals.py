"""Signals as something to wait for: while entered, their numbers come out of a descriptor, none is lost.

Nothing happens in a handler, so nothing is interrupted half-way: whoever waits for other descriptors waits for
this one as well, and decides. Must not know: what a signal is to mean.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class Signals:
    """Takes `numbers` in for as long as it is entered. Outside the main thread, where it cannot, it does nothing."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = tuple(numbers)
        self._before: list[tuple[int, Any]] = []
        self._source = -1

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._source, self._sink = os.pipe()
            os.set_blocking(self._source, False)
            os.set_blocking(self._sink, False)
            self._wakeup_before = signal.set_wakeup_fd(self._sink, warn_on_full_buffer=False)
            self._before = [(number, signal.signal(number, _taken)) for number in self._numbers]
        return self

    def __exit__(self, *_: object) -> None:
        if self._source < 0:
            return
        for number, handler in self._before:
            # None: the handler was not set from Python, and cannot be from here
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._before = []
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._sink)
        os.close(self._source)
        self._source = -1

    def fileno(self) -> int:
        """Readable when a signal has come; -1 when none is taken in."""
        return self._source

    def taken(self) -> tuple[int, ...]:
        """Those that have come since, in order."""
        try:
            numbers = os.read(self._source, 64)
        except BlockingIOError:
            return ()
        return tuple(number for number in numbers if number in self._numbers)


def _taken(number: int, frame: object) -> None:
    """The signal has a handler, so that it does not end the process; the pipe tells of it."""
    del number, frame
