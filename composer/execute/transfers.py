"""Pulls and pushes as a run carries them out: progress layer by layer, and another attempt where that helps.

`Summary` is pure, save the clock that it is given. Must not know: which engine, who shows it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from composer.errors import ComposerError, EngineError
from composer.events.types import Layer
from composer.execute.commands import Progressed, Retrying
from composer.execute.retries import is_worth_retrying

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from composer.engine.port import Engine, PullProgress
    from composer.plan.actions import PullImage, PushImage, StepId

    Tell = Callable[[Progressed | Retrying], object]
    Listen = Callable[[PullProgress], None]

_PAUSE = 0.1  # seconds between two tellings
_ENDS = ("Pull complete", "Already exists", "Pushed", "Layer already exists")
_TRANSFERRED = (*_ENDS, "Download complete", "Verifying Checksum", "Extracting")
_MOVING = ("Downloading", "Pushing")


class GivenUp(ComposerError):
    """The run is over; raised into a transfer that goes on, to end it."""


class Summary:
    """What one transfer has said so far."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._layers: dict[str, Layer] = {}
        self._bytes: dict[str, tuple[int, int]] = {}  # of the transfer alone: the engine counts extraction anew
        self._said = ""
        self._told = float("-inf")
        self._is_told = True

    @property
    def has_begun(self) -> bool:
        """The registry has answered."""
        return bool(self._layers)

    def add(self, line: PullProgress) -> bool:
        """Takes in a line; is it time to tell?"""
        self._said = line.status
        if line.layer:
            self._note(line)
        now = self._clock()
        self._is_told = now - self._told >= _PAUSE
        if self._is_told:
            self._told = now
        return self._is_told

    @property
    def is_told(self) -> bool:
        """Has the last line been told of?"""
        return self._is_told

    def progress(self, step: StepId) -> Progressed:
        current = sum(current for current, _ in self._bytes.values())
        total = sum(total for _, total in self._bytes.values())
        return Progressed(step, self._text(), current, total, tuple(self._layers.values()))

    def _text(self) -> str:
        if not self._layers:
            return self._said
        ended = sum(is_ended(layer.status) for layer in self._layers.values())
        text = f"{ended} of {len(self._layers)} layers"
        doing = {layer.status for layer in self._layers.values()}
        return f"{text}, extracting" if "Extracting" in doing and not doing.intersection(_MOVING) else text

    def _note(self, line: PullProgress) -> None:
        _, total = self._bytes.get(line.layer, (0, 0))
        if line.status in _MOVING and line.total:
            # A push counts the packing too, and comes to more than it announced.
            self._bytes[line.layer] = (min(line.current, line.total), line.total)
        elif line.status in _TRANSFERRED or line.status.startswith("Mounted from"):
            self._bytes[line.layer] = (total, total)
        self._layers[line.layer] = Layer(line.layer, line.status, min(line.current, line.total), line.total)


def is_ended(status: str) -> bool:
    """Nothing is left to do for a layer of which the engine says this."""
    return status in _ENDS or status.startswith("Mounted from")


class Transfers:
    """`delays`: seconds before each further attempt. `is_quiet`: no progress is told. `over`: set when the run ends,
    which ends transfers too. Thread-safe: one call knows nothing of another."""

    def __init__(
        self, engine: Engine, tell: Tell, over: Event, *, delays: tuple[float, ...] = (), is_quiet: bool = False
    ) -> None:
        self._engine = engine
        self._tell = tell
        self._over = over
        self._delays = delays
        self._is_quiet = is_quiet

    def pull(self, action: PullImage, step: StepId) -> None:
        """Raises EngineError of the last attempt, GivenUp."""
        self._repeat(step, lambda on: self._engine.pull(action.image, platform=action.platform, on_progress=on))

    def push(self, action: PushImage, step: StepId) -> None:
        """As `pull`."""
        self._repeat(step, lambda on: self._engine.push(action.image, on_progress=on))

    def _repeat(self, step: StepId, transfer: Callable[[Listen], None]) -> None:
        attempts = len(self._delays) + 1
        for attempt, delay in enumerate((*self._delays, 0.0), start=1):
            summary = Summary()
            try:
                transfer(self._listener(step, summary))
            except EngineError as error:
                if attempt == attempts or not is_worth_retrying(error, has_begun=summary.has_begun):
                    if attempt > 1:
                        error.message += f" (attempt {attempt} of {attempts})"
                    raise
                self._tell(Retrying(step, error.message, attempt + 1, attempts, delay))
                if self._over.wait(delay):
                    raise GivenUp("the run is over") from error
                continue
            if not summary.is_told and not self._is_quiet:
                self._tell(summary.progress(step))
            return

    def _listener(self, step: StepId, summary: Summary) -> Listen:
        def on_progress(line: PullProgress) -> None:
            if self._over.is_set():
                raise GivenUp("the run is over")
            if summary.add(line) and not self._is_quiet:
                self._tell(summary.progress(step))

        return on_progress
