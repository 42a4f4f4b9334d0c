"""A program in a pseudo-terminal, and the screen a person would see.

The screen understands what progress displays use: colours, cursor movement, erasing. Nothing more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 60.0
CONTROL = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r\n|[\r\n\b]|[^\x1b\r\n\b]+|\x1b.")


class Terminal:
    """Runs `command` with a terminal of the given size; use as a context manager."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], size: tuple[int, int] = (30, 100)
    ) -> None:
        self.size = size
        self.transcript = ""
        self._looked = 0
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        terminal = {name: value for name, value in environment.items() if name != "NO_COLOR"} | {
            "TERM": "xterm-256color"
        }
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=terminal,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  (one system call)
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)

    def hang_up(self) -> None:
        """As when the window is closed: the program gets SIGHUP, and has no terminal any more."""
        os.close(self._master)
        self._master = -1

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def resize(self, rows: int, columns: int) -> None:
        """As a window does: the program gets SIGWINCH."""
        self.size = rows, columns
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settings(self) -> list[object]:
        """Echo, line mode and so on, as the program has set them."""
        return termios.tcgetattr(self._master)

    def read_until(self, text: str) -> None:
        """Read on until `text` appears. Raises AssertionError when the program ends before."""
        while (found := self.transcript.find(text, self._looked)) < 0:
            assert self._read(), f"the program ended before it showed {text!r}:\n{self.transcript}"
        self._looked = found + len(text)

    def wait(self) -> int:
        while self._read():
            pass
        return self.process.wait(PATIENCE)

    def screen(self, *, colours: bool = False) -> str:
        """What is visible now; with `colours`, with its ANSI colours."""
        return "\n".join(render(self.transcript, width=self.size[1], colours=colours))

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        assert ready, f"nothing came for {PATIENCE:g} s after:\n{self.transcript}"
        with contextlib.suppress(OSError):  # EIO: nobody has the other end open any more
            piece = os.read(self._master, 65536)
            self.transcript += piece.decode(errors="replace")
            return bool(piece)
        return False


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def render(transcript: str, *, width: int, colours: bool = False) -> list[str]:
    """The lines a terminal of this width would hold after `transcript`, scrolled-out ones included."""
    screen = _Screen(width)
    for found in CONTROL.finditer(transcript):
        if found.group(2):
            screen.control(found.group(1), found.group(2))
        elif not found.group().startswith("\x1b"):
            screen.write(found.group())
    return screen.lines(colours=colours)


class _Screen:
    def __init__(self, width: int) -> None:
        self._width = width
        self._rows: list[list[tuple[str, str]]] = [[]]
        self._row = self._column = 0
        self._style = ""

    def write(self, text: str) -> None:
        for character in text:
            if character == "\n":
                self._row += 1
                while len(self._rows) <= self._row:
                    self._rows.append([])
            elif character == "\r":
                self._column = 0
            elif character == "\b":
                self._column = max(0, self._column - 1)
            else:
                self._put(character)

    def _put(self, character: str) -> None:
        if self._column >= self._width:
            self.write("\r\n")
        row = self._rows[self._row]
        row.extend([(" ", "")] * (self._column + 1 - len(row)))
        row[self._column] = (character, self._style)
        self._column += 1

    def control(self, numbers: str, letter: str) -> None:
        count = int(numbers) if numbers.isdigit() else 1
        row = self._rows[self._row]
        if letter == "m":
            self._style = "" if numbers in {"", "0"} else self._style + f"\x1b[{numbers}m"
        elif letter == "A":
            self._row = max(0, self._row - count)
        elif letter == "B":
            self._row = min(len(self._rows) - 1, self._row + count)
        elif letter == "G":
            self._column = count - 1
        elif letter == "K":
            del row[0 if numbers == "2" else self._column :]
        elif letter == "J":
            del row[self._column :]
            del self._rows[self._row + 1 :]

    def lines(self, *, colours: bool) -> list[str]:
        if not colours:
            return ["".join(character for character, _ in row).rstrip() for row in self._rows]
        return ["".join(f"{style}{character}\x1b[0m" for character, style in row) for row in self._rows]
