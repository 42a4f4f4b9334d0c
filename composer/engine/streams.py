"""Container output as the engine sends it: frames of an 8-byte header and up to 16 KiB, or raw with a tty.

`Frames` and `RawStamps` are the pure half: bytes in, chunks out. `SocketLogs` iterates an open connection. The engine
splits lines longer than 16 KiB into parts and repeats the timestamp in each: the repetition is removed here, so that
whoever joins the pieces gets the line as it was written, with one stamp of 30 characters and a space before it.
Must not know: prefixes, colours, lines.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from time import sleep
from typing import TYPE_CHECKING

from composer.engine.errors import broken, unreachable
from composer.engine.port import GATHER_SECONDS, PLENTY, LogChunk

if TYPE_CHECKING:
    from composer.engine.connect import Address
    from composer.engine.wire import Connection

RAW = "application/vnd.docker.raw-stream"
MULTIPLEXED = "application/vnd.docker.multiplexed-stream"

STDOUT = 1
STDERR = 2
_HEADER = struct.Struct(">BxxxL")
_STAMPED = 31  # bytes of a stamp and the space behind it
_PART = 16 << 10  # bytes of a line after which the engine begins the next part of it
_LONGEST = 1 << 20


class Frames:
    """Takes the multiplexed stream apart. Neighbouring frames of one stream become one chunk: the engine
    sends a frame per line, and a chunk per line would cost more than everything else."""

    def __init__(self, *, timestamps: bool = False) -> None:
        self._pending = b""
        self._timestamps = timestamps
        self._is_mid_line = {STDOUT: False, STDERR: False}

    def feed(self, data: bytes) -> list[LogChunk]:
        buffer = self._pending + data if self._pending else data
        chunks: list[LogChunk] = []
        run: list[bytes] = []
        current = 0
        position, size = 0, len(buffer)
        unpack, is_plain = _HEADER.unpack_from, not self._timestamps  # this loop turns once a line
        while (start := position + 8) <= size:
            stream, length = unpack(buffer, position)
            if (end := start + length) > size:
                break
            if stream != current:
                if run:
                    chunks.append(LogChunk(current, b"".join(run)))
                run, current = [], stream
                is_mid_line = self._is_mid_line.get(stream, False)
            content = buffer[start:end]
            if not is_plain and (is_mid_line or content[29:31] != b"Z " or content[-1:] != b"\n"):
                content = self._once_stamped(stream, content)
                is_mid_line = self._is_mid_line[stream]
            run.append(content)
            position = end
        if run:
            chunks.append(LogChunk(current, b"".join(run)))
        self._pending = buffer[position:]
        return chunks

    @property
    def is_complete(self) -> bool:
        """No frame is half received."""
        return not self._pending

    def _once_stamped(self, stream: int, content: bytes) -> bytes:
        repeated = self._is_mid_line.get(stream, False)
        self._is_mid_line[stream] = not content.endswith(b"\n")
        if repeated:
            return content.partition(b" ")[2]
        return content if content[29:31] == b"Z " else _restamped(content)


class RawStamps:
    """The same for a terminal's output, which has no frames: whole lines in, whole lines out."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        whole, end, self._rest = (self._rest + data).rpartition(b"\n")
        lines = _each_stamped_once(whole) + end if end else b""
        return lines + self.flush() if len(self._rest) > _LONGEST else lines

    def flush(self) -> bytes:
        rest, self._rest = self._rest, b""
        return _each_stamped_once(rest) if rest else b""


def _each_stamped_once(lines: bytes) -> bytes:
    size = _STAMPED + _PART
    return b"\n".join(
        [line if line[29:31] == b"Z " and len(line) <= size else _stamped_once(line) for line in lines.split(b"\n")]
    )


def _stamped_once(line: bytes) -> bytes:
    """A long line of which each part begins with the stamp (the parts are as long as the engine makes them), or one
    with the stamp of another engine."""
    if line[29:31] != b"Z ":
        return _restamped(line)
    size = _STAMPED + _PART
    parts = [line[start : start + size] for start in range(0, len(line), size)]
    return b"".join([*parts[:1], *(part[_STAMPED:] for part in parts[1:])])


def _restamped(content: bytes) -> bytes:
    """An engine that is not Docker's may write its stamps in another way, or none."""
    from composer.stamps import normal_stamp  # noqa: PLC0415 - other engines only

    stamp, space, text = content.partition(b" ")
    normal = normal_stamp(stamp)
    return normal + b" " + (text if space and not normal.startswith(b"0001") else content)


class SocketLogs:
    """`LogStream` over one connection: ends with the log (or, following, with the container) or `close()`.

    Raises EngineUnreachable if the engine hangs up in the middle of a frame.
    """

    def __init__(self, address: Address, connection: Connection, *, tty: bool, timestamps: bool) -> None:
        self._address = address
        self._connection = connection
        self._tty = tty
        self._timestamps = timestamps
        self._frames = Frames(timestamps=timestamps)
        self._stamps = RawStamps()
        self._is_sparse = False
        self._is_over = False

    def __iter__(self) -> Iterator[LogChunk]:
        try:
            while (chunks := self.receive()) is not None:
                yield from chunks
                if self._is_sparse:
                    sleep(GATHER_SECONDS)
        finally:
            self._connection.close()

    def receive(self) -> list[LogChunk] | None:
        if self._is_over:
            return None
        try:
            data = self._connection.receive()
        except TimeoutError as error:
            raise unreachable(self._address, error) from error
        if data:
            self._is_sparse = len(data) < PLENTY
            return self._decode(data)
        self._is_over, self._is_sparse = True, False
        return self._rest()

    def fileno(self) -> int:
        return self._connection.fileno()

    def close(self) -> None:
        self._connection.close()

    @property
    def is_ready(self) -> bool:
        return self._connection.is_ready

    def _decode(self, data: bytes) -> list[LogChunk]:
        if not self._tty:
            return self._frames.feed(data)
        lines = self._stamps.feed(data) if self._timestamps else data
        return [LogChunk(STDOUT, lines)] if lines else []

    def _rest(self) -> list[LogChunk]:
        """What is left when nothing more comes."""
        if not self._frames.is_complete and not self._connection.is_closed:
            raise broken(self._address, "a log ended in the middle")
        rest = self._stamps.flush()
        return [LogChunk(STDOUT, rest)] if rest else []
