"""No progress at all: only what must not stay unsaid (warnings). Failures are told by the verb itself."""

from __future__ import annotations

from typing import TextIO

from composer.events.types import Event, Warned
from composer.views.cells import clean


class QuietView:
    """A bus subscriber."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def start(self) -> None:
        """Nothing to prepare."""

    def stop(self) -> None:
        """Nothing to clean up."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Warned):
            self._stream.write(f"Warning: {clean(event.message)}\n")
