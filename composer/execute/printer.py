"""Writing what containers put out, in a thread of its own; it may be held back, and remarks wait for the last output.

Must not know: which containers there are, when a stay ends, wording of output (the writer's).
"""

from __future__ import annotations

from threading import Event, Thread
from typing import TYPE_CHECKING, Protocol

from composer import labels
from composer.execute.follow import LogBatch, LogEnded, LogFollower, LogItem, LogNote, LogSource

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 3600.0  # seconds; the writer waits for output, not for time


class Output(Protocol):
    """Where output goes; `views.logs.LogOutput` is one."""

    def write(self, label: str, stream: int, data: bytes, *, service: str, container: str) -> None: ...
    def announce(self, label: str, text: str, *, service: str) -> None: ...


class Printer:
    """Writes what a follower reads, in its own thread; remarks about an end come after the last output."""

    def __init__(self, follower: LogFollower, *, unread: Callable[[], None]) -> None:
        self._follower = follower
        self._unread = unread
        self._thread: Thread | None = None
        self._ending = False
        self._may_write = Event()
        self._expected: set[str] = set()  # containers whose output has not ended
        self._pending: dict[str, LogNote] = {}

    def start(self, output: Output) -> None:
        self._may_write.set()
        self._thread = Thread(target=self._write_all, args=(output,), name="output of the session", daemon=True)
        self._thread.start()

    def hold(self) -> None:
        self._may_write.clear()

    def release(self) -> None:
        """Output goes on after `hold`."""
        self._may_write.set()

    def expect(self, container: str) -> None:
        """Output of this container is to come."""
        self._expected.add(container)

    def finish(self) -> None:
        """Writes what is still being read, then ends."""
        self._ending = True
        self._may_write.set()
        self._follower.note(_WAKE_UP)
        if self._thread is not None:
            self._thread.join()

    def _write_all(self, output: Output) -> None:
        """The thread. Once nobody reads any more it only goes on taking, so that no reader of ours is stuck."""
        is_read = True
        while True:
            items = self._follower.drain(None if self._ending else LONG)
            if not items and self._ending:
                return
            self._may_write.wait()
            try:
                for item in items if is_read else ():
                    self._write(item, output)
            except BrokenPipeError:
                is_read = False
                self._unread()

    def _write(self, item: LogItem, output: Output) -> None:
        source = item.source
        if isinstance(item, LogBatch):
            output.write(label_of(source), item.stream, item.data, service=source.service, container=source.name)
            return
        if isinstance(item, LogEnded):
            self._expected.discard(source.container)
            if item.trouble:
                self._announce(LogNote(source, f"{label_of(source)}: {item.trouble}"), output)
            note = self._pending.pop(source.container, None)
        else:
            note = item
        if note is not None and note.after_end and source.container in self._expected:
            self._pending[source.container] = note
        elif note is not None and note is not _WAKE_UP:
            self._announce(note, output)

    def _announce(self, note: LogNote, output: Output) -> None:
        output.announce(label_of(note.source), note.text, service=note.source.service)


def label_of(source: LogSource) -> str:
    """`web-1`; a container with a name of its own is called by it."""
    if not source.number:
        return source.name
    label = labels.replica_label(source.service, source.number)
    return label if source.name.endswith((f"-{label}", f"_{source.service}_{source.number}")) else source.name


_WAKE_UP = LogNote(LogSource("", ""), "")
