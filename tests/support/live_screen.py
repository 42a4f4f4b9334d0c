"""A terminal for views in this process, whose output is read all the time, so that a test can await what it shows."""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import termios
import threading
from typing import TextIO

WIDTH, HEIGHT = 78, 12
PATIENCE = 30.0


class Screen:
    def __init__(self) -> None:
        self._master, slave = os.openpty()
        self.resize(WIDTH)
        self.stream: TextIO = os.fdopen(slave, "w", encoding="utf-8")
        self._text = ""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while piece := os.read(self._master, 65536):
                with self._news:
                    self._text += piece.decode(errors="replace")
                    self._news.notify_all()

    def await_text(self, text: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: text in self._text, PATIENCE), self._text

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, columns, 0, 0))

    @property
    def text(self) -> str:
        """What was written so far."""
        with self._news:
            return self._text

    def close(self) -> str:
        """Everything that was written."""
        self.stream.close()
        self._reader.join(PATIENCE)
        os.close(self._master)
        return self._text
