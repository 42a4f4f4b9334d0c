"""Single keys from the terminal while something else goes on.

The terminal stays as it is but for echo and whole lines, so Ctrl-C and Ctrl-Z work as ever; it is given back as it
was. Must not know: what a key means.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


def can_read_keys() -> bool:
    """Whether somebody sits at our standard input, and we are not in the background."""
    try:
        descriptor = sys.stdin.fileno()
        return os.isatty(descriptor) and os.tcgetpgrp(descriptor) == os.getpgrp()
    except (OSError, ValueError):
        return False


class Keys:
    """While entered, each key is put, from a thread of its own. Only where `can_read_keys`."""

    def __init__(self, put: Callable[[str], object]) -> None:
        self._put = put
        self._descriptor = sys.stdin.fileno()

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._descriptor)
        quiet = termios.tcgetattr(self._descriptor)
        quiet[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, quiet)
        self._ending, self._end = os.pipe()
        self._thread = threading.Thread(target=self._read, name="keys", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
        self._thread.join()
        os.close(self._ending)
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def _read(self) -> None:
        """The thread: until the pipe is closed or the terminal is gone."""
        while True:
            ready, _, _ = select.select([self._descriptor, self._ending], [], [])
            if self._ending in ready:
                return
            try:
                typed = os.read(self._descriptor, 64)
            except OSError:
                return
            if not typed:
                return
            for key in typed.decode(errors="ignore"):
                self._put(key)
