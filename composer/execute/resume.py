"""Going on with a log whose reading broke off: from the last line that was given out, which comes again.

Pure. Lines are stamped (see `composer.stamps`). Stamps alone do not do: stdout and stderr of a container may stand in
its log a little out of order, and two lines may have one stamp. Must not know: how logs are read.
"""

from __future__ import annotations

from composer.stamps import WIDTH, lines_of, stamp_seconds

OVERLAP = 1  # second by which the engine is asked for more than what is missing


class Position:
    """Up to where a log was read: the last whole line, and the latest stamp."""

    def __init__(self) -> None:
        self.stream = 0
        self.line = b""
        self.newest = b""

    def note(self, stream: int, data: bytes) -> None:
        """Whole lines were given out."""
        self.stream = stream
        self.line = data[data.rfind(b"\n", 0, -1) + 1 : -1]
        self.newest = max(self.newest, self.line[:WIDTH])

    def __bool__(self) -> bool:
        return bool(self.line)

    @property
    def since(self) -> str:
        """From when on the log is to be read again, as the engine wants it."""
        seconds, _, fraction = stamp_seconds(self.line[:WIDTH]).partition(".")
        return f"{max(0, int(seconds) - OVERLAP)}.{fraction}"


class Rest:
    """Takes the lines of a log that is read again and leaves out what was there before the position."""

    def __init__(self, position: Position) -> None:
        self._stream, self._line, self._newest = position.stream, position.line, position.newest
        self._is_new = not position

    def feed(self, stream: int, data: bytes) -> bytes:
        """Of these whole lines, the new ones. A position that is not there any more is passed by the stamps."""
        if self._is_new:
            return data
        lines = [line + b"\n" for line in lines_of(data)]
        for at, line in enumerate(lines):
            if (stream, line[:-1]) == (self._stream, self._line):
                self._is_new = True
                return b"".join(lines[at + 1 :])
            if line[:WIDTH] > self._newest:
                self._is_new = True
                return b"".join(lines[at:])
        return b""
