"""Waiting for an engine that does not answer just now, as while it is started anew."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from composer.errors import EngineUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSES = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 10.0)  # seconds between looks whether the engine is back


def await_answer(ask: Callable[[], object]) -> None:
    """Blocks until `ask` is answered. Raises EngineUnreachable when that takes too long."""
    for pause in (*PAUSES, None):
        try:
            ask()
        except EngineUnreachable:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return
