"""Synchronous fan-out of events. A subscriber that raises is dropped and noted; it cannot stop a run.

Called from the run's main thread only. Must not know: what subscribers do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.events.types import Event

    Subscriber = Callable[[Event], None]


class Bus:
    def __init__(self) -> None:
        self._subscribers: list[Subscriber] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """No effect if it is not (or no longer) subscribed."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def publish(self, event: Event) -> None:
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:
                import logging  # noqa: PLC0415 - never needed when all is well

                logging.getLogger(__name__).exception("a view failed on %s and is switched off", type(event).__name__)
                self.unsubscribe(subscriber)
