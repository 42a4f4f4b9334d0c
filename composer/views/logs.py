"""Container output on its way to the terminal: `web-1  | text`, a stable colour per service.

Works on bytes and on whole chunks, never line by line, so that output of many megabytes a second
passes. Must not know: where chunks come from, rich.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

# Far enough apart to be told from each other on dark and light backgrounds; bright ones come second.
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
RESET = b"\033[0m"


class LogWriter:
    """Writes chunks of whole lines, prefixed. Lines of one container never mix with another's.

    `services` in the order in which they get their colours; `labels` are those expected, for the width of
    the prefix (a longer one that comes later widens it from then on)."""

    def __init__(
        self,
        stream: BinaryIO,
        *,
        services: Iterable[str] = (),
        labels: Iterable[str] = (),
        colour: bool = False,
        prefix: bool = True,
    ) -> None:
        self._stream = stream
        self._order = {service: place for place, service in enumerate(dict.fromkeys(services))}
        self._width = max(map(len, labels), default=0)
        self._colour = colour
        self._prefix = prefix
        self._prefixes: dict[str, bytes] = {}
        self._rests: dict[tuple[str, int], bytes] = {}  # (label, stream) → the piece of a line not ended yet

    def write(self, label: str, stream: int, data: bytes, *, service: str = "") -> None:
        """A chunk of the container `label` (`web-1`). A last line without its end is kept until it comes
        (see `finish`). `stream` is 1 or 2; both are shown alike but their lines are not mixed."""
        key = (label, stream)
        rest = self._rests.pop(key, None)
        if rest:
            data = rest + data
        if not data.endswith(b"\n"):
            data, _, rest = data.rpartition(b"\n")
            if rest:
                self._rests[key] = rest
            if not data:
                return
            data += b"\n"
        self._put(label, data, service)

    def finish(self, label: str, *, service: str = "") -> None:
        """The container's output is at its end: what is left of its last line is written."""
        for stream in (1, 2):
            rest = self._rests.pop((label, stream), b"")
            if rest:
                self._put(label, rest + b"\n", service)

    def announce(self, label: str, text: str, *, service: str = "") -> None:
        """A line about the container in the place of its output: `web-1 exited with code 0`."""
        self.finish(label, service=service)
        line = f"{text}\n".encode()
        if self._colour and self._prefix:
            line = self._paint(service or _service(label)) + line[:-1] + RESET + b"\n"
        self._stream.write(line)
        self._stream.flush()

    def _put(self, label: str, data: bytes, service: str) -> None:
        if self._prefix:
            prefix = self._prefixes.get(label) or self._new_prefix(label, service or _service(label))
            data = prefix + data[:-1].replace(b"\n", b"\n" + prefix) + b"\n"
        self._stream.write(data)
        self._stream.flush()

    def _new_prefix(self, label: str, service: str) -> bytes:
        if len(label) > self._width:
            self._width = len(label)
            self._prefixes.clear()
        text = f"{label:<{self._width}}  | ".encode()
        if self._colour:
            text = self._paint(service) + text + RESET
        self._prefixes[label] = text
        return text

    def _paint(self, service: str) -> bytes:
        place = self._order.setdefault(service, len(self._order))
        return b"\033[%dm" % COLOURS[place % len(COLOURS)]


def _service(label: str) -> str:
    """The service of a replica label: `web` for `web-1`."""
    return label.rpartition("-")[0] or label
