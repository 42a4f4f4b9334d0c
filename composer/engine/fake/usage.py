"""What the fake engine's containers use, and which processes run in them: what their script says, or a little.

Must not know: states beyond whether a container runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from composer.engine.fake.container import FakeContainer
from composer.engine.fake.freezing import FreezingEngine
from composer.engine.fake.script import Script
from composer.engine.port import UsageStream
from composer.errors import Conflict
from composer.plan.readings import Processes, Usage

TITLES = ("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")
LITTLE = Usage(processor=0.5, memory=1 << 20, memory_limit=1 << 30, received=1500, sent=200, processes=1)


def processes_of(container: FakeContainer) -> Processes:
    """One: the container's own. Raises Conflict if it does not run."""
    if not container.is_running:
        raise Conflict(f"container {container.id} is not running", status=409)
    command = [*(container.config["Entrypoint"] or ()), *(container.config["Cmd"] or ())]
    return Processes(TITLES, (("root", "1", "0", "0", "00:00", "?", "00:00:00", " ".join(command)),))


class FakeUsageStream:
    """The readings of a script in turn. Following, the last is not repeated: the stream waits for the container's end.
    One reader iterates; any thread may `close`."""

    def __init__(self, container: FakeContainer, readings: tuple[Usage, ...], *, follow: bool) -> None:
        self._log = container.log
        self._readings = readings
        self._follow = follow
        self._is_closed = False

    def __iter__(self) -> Iterator[Usage]:
        if not self._log.is_live:
            yield Usage()
            return
        yield from self._readings if self._follow else self._readings[:1]
        with self._log.changed:
            if self._follow:
                self._log.changed.wait_for(lambda: self._is_closed or not self._log.is_live)

    def close(self) -> None:
        with self._log.changed:
            self._is_closed = True
            self._log.changed.notify_all()


class MeasuredEngine(FreezingEngine):
    """The part of `FakeEngine` that says what goes on in containers."""

    _script_of: Callable[[FakeContainer], Script]

    def processes(self, container: str) -> Processes:
        with self._call("processes", container):
            return processes_of(self._registry.container(container))

    def usage(self, container: str, *, follow: bool) -> UsageStream:
        with self._call("usage", container):
            found = self._registry.container(container)
            return FakeUsageStream(found, self._script_of(found).usage or (LITTLE,), follow=follow)
