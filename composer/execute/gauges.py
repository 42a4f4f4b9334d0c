"""What containers use, read in a thread for each: the last reading of every one.

Containers may come and go meanwhile. Must not know: which ones are wanted, how readings are shown.
"""

from __future__ import annotations

from threading import Condition, Thread
from typing import TYPE_CHECKING

from composer.errors import EngineError, NotFound
from composer.values import entity, value

if TYPE_CHECKING:
    from composer.engine.port import EngineReader, UsageStream
    from composer.plan.readings import Usage


@value()
class Gauge:
    """`usage` None: no reading has come yet."""

    container: str
    name: str
    usage: Usage | None


@entity()
class _Reading:
    name: str
    usage: Usage | None = None
    stream: UsageStream | None = None
    is_over: bool = False
    is_wanted: bool = True


class Gauges:
    """`follow`: readings go on, one a second; else there is one of each."""

    def __init__(self, engine: EngineReader, *, follow: bool) -> None:
        self._engine = engine
        self._follow = follow
        self._changed = Condition()
        self._readings: dict[str, _Reading] = {}
        self._trouble: EngineError | None = None

    def add(self, container: str, name: str) -> None:
        """Starts reading; anew if it was read before and is over."""
        with self._changed:
            known = self._readings.get(container)
            if known is not None and not known.is_over:
                return
            reading = self._readings[container] = _Reading(name)
        Thread(target=self._read, args=(container, reading), name=f"usage of {name}", daemon=True).start()

    def remove(self, container: str) -> None:
        with self._changed:
            reading = self._readings.pop(container, None)
            if reading is None:
                return
            reading.is_wanted = False
            stream = reading.stream
        if stream is not None:
            stream.close()

    def wait(self, seconds: float | None = None) -> None:
        """Until every container has a first reading (or is gone), at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._trouble or all(map(_has_come, self._readings.values())), seconds)

    def now(self) -> list[Gauge]:
        """The last reading of each, by name. Raises EngineError if the engine failed a reader."""
        with self._changed:
            if self._trouble is not None:
                raise self._trouble
            found = [Gauge(container, one.name, one.usage) for container, one in self._readings.items()]
        return sorted(found, key=lambda gauge: gauge.name)

    def close(self) -> None:
        for container in list(self._readings):
            self.remove(container)

    def _read(self, container: str, reading: _Reading) -> None:
        """The thread of one container."""
        try:
            stream = self._engine.usage(container, follow=self._follow)
            with self._changed:
                reading.stream = stream
                is_wanted = reading.is_wanted
            if is_wanted:
                self._take(reading, stream)
            stream.close()
        except NotFound:
            self.remove(container)
        except EngineError as error:
            with self._changed:
                if reading.is_wanted:
                    self._trouble = error
        finally:
            with self._changed:
                reading.is_over = True
                self._changed.notify_all()

    def _take(self, reading: _Reading, stream: UsageStream) -> None:
        for usage in stream:
            with self._changed:
                reading.usage = usage
                self._changed.notify_all()


def _has_come(reading: _Reading) -> bool:
    return reading.usage is not None or reading.is_over
