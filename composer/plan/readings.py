"""What the engine measures of a container, in our own types. Must not know: the engine's JSON, how it is shown."""

from __future__ import annotations

from composer.values import value


@value()
class Processes:
    """What runs in a container, as the engine's `ps` names and prints it."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@value(kw_only=True)
class Usage:
    """One reading. `processor`: share of one processor (1.0 is one busy all the time). The others in bytes, summed up
    over networks and devices. A container that does not run uses nothing."""

    processor: float = 0.0
    memory: int = 0
    memory_limit: int = 0
    received: int = 0
    sent: int = 0
    read: int = 0
    written: int = 0
    processes: int = 0

    @property
    def memory_share(self) -> float:
        """Of the limit, 0 to 1."""
        return self.memory / self.memory_limit if self.memory_limit else 0.0
