"""Pieces of one output stream put together to whole lines, in bytes and in bulk.

Pure: however the bytes were cut on their way, the same lines come out. Works on chunks of many lines: a Python
object per line would cost more than reading them. Must not know: where the bytes are from, prefixes, colours.
"""

from __future__ import annotations

LONGEST = 1 << 20  # a line without end must not fill the memory: it is broken after so many bytes


class Lines:
    r"""`feed` pieces as they come; each answer ends with a newline or is empty. `flush` at the end.

    >>> lines = Lines()
    >>> [lines.feed(b"one\ntw"), lines.feed(b"o\nthr"), lines.flush()]
    [b'one\n', b'two\n', b'thr\n']
    """

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._parts: list[bytes] = []  # of the line that has no end yet
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        if self._size + len(data) > self._longest:
            return self._feed_broken(data)
        cut = data.rfind(b"\n") + 1
        if not cut:
            self._keep(data)
            return b""
        whole = b"".join((*self._parts, data[:cut])) if self._parts else data[:cut]
        self._parts, self._size = [], 0
        self._keep(data[cut:])
        return whole

    @property
    def begun(self) -> bytes:
        """The first piece of the line that has no end yet."""
        return self._parts[0] if self._parts else b""

    def flush(self) -> bytes:
        """The last line, with the newline it did not have; b"" if the last one was whole."""
        rest = b"".join(self._parts)
        self._parts, self._size = [], 0
        return rest + b"\n" if rest else b""

    def _keep(self, data: bytes) -> None:
        if data:
            self._parts.append(data)
            self._size += len(data)

    def _feed_broken(self, data: bytes) -> bytes:
        """The same where a line may be too long: each is cut after `longest` bytes, counted from its start."""
        *whole, rest = b"".join((*self._parts, data)).split(b"\n")
        pieces = [piece for line in whole for piece in self._broken(line)]
        *further, rest = self._broken(rest)
        self._parts, self._size = [], 0
        self._keep(rest)
        return b"".join(piece + b"\n" for piece in (*pieces, *further))

    def _broken(self, line: bytes) -> list[bytes]:
        return [line[start : start + self._longest] for start in range(0, len(line), self._longest)] or [b""]
