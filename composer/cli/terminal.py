"""Our side of a conversation: the standard streams as they are, and the terminal's raw mode and size.

The one place that touches the terminal's settings; whatever happens, they are put back. Must not know: what is
talked about.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from composer.execute.talk import Outlet, Streams

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_interactive() -> bool:
    """Both ends are a terminal, so that a process may be given one too."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


class StandardConsole:
    """`execute.process.Console` over stdin, stdout and stderr. `with_stdin` False: the process gets no input."""

    def __init__(self, *, with_stdin: bool = True) -> None:
        descriptor = _descriptor(sys.stdin) if with_stdin else None
        in_memory = with_stdin and descriptor is None and sys.stdin is not None and not sys.stdin.closed
        self._terminal = descriptor
        self.streams = Streams(
            out=_outlet(sys.stdout),
            err=_outlet(sys.stderr),
            stdin=descriptor,
            typed=sys.stdin.read().encode() if in_memory else b"",
            has_stdin=with_stdin,
        )

    def size(self) -> tuple[int, int] | None:
        for stream in (sys.stdout, sys.stdin, sys.stderr):
            descriptor = _descriptor(stream)
            if descriptor is not None and os.isatty(descriptor):
                columns, rows = os.get_terminal_size(descriptor)
                return (rows, columns) if rows and columns else None
        return None

    @contextmanager
    def raw(self) -> Iterator[None]:
        if self._terminal is None or not os.isatty(self._terminal):
            yield
            return
        import termios  # noqa: PLC0415 - terminals only

        before = termios.tcgetattr(self._terminal)
        try:
            termios.tcsetattr(self._terminal, termios.TCSANOW, _as_raw(before))
            yield
        finally:
            with suppress(termios.error):  # the terminal may be gone
                termios.tcsetattr(self._terminal, termios.TCSANOW, before)


def _as_raw(settings: list[Any]) -> list[Any]:
    """No echo, no lines, no keys with a meaning, output untouched: what termios(3) calls raw."""
    import termios  # noqa: PLC0415 - terminals only

    inputs, outputs, control, local, *speeds, characters = settings
    inputs &= ~(
        termios.IGNBRK | termios.BRKINT | termios.PARMRK | termios.ISTRIP
        | termios.INLCR | termios.IGNCR | termios.ICRNL | termios.IXON
    )  # fmt: skip
    outputs &= ~termios.OPOST
    control = control & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    local &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    keys = list(characters)
    keys[termios.VMIN], keys[termios.VTIME] = 1, 0
    return [inputs, outputs, control, local, *speeds, keys]


def _descriptor(stream: TextIO | None) -> int | None:
    """None for a stream that is closed, missing or in memory."""
    try:
        return stream.fileno() if stream is not None else None
    except (OSError, ValueError):
        return None


def _outlet(stream: TextIO) -> Outlet:
    stream.flush()
    return Outlet(cast("Any", stream).buffer, _descriptor(stream))
