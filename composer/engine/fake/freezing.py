"""Pausing containers of the fake engine and letting them go on. Must not know: what a pause means for a container."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from composer.engine.fake.talk import TalkingEngine


class FreezingEngine(TalkingEngine):
    _moving: Callable[[], AbstractContextManager[None]]

    def pause(self, container: str) -> None:
        with self._call("pause", container):
            self._registry.pause(container)

    def unpause(self, container: str) -> None:
        with self._call("unpause", container), self._moving():
            self._registry.unpause(container)
