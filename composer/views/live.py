"""The live view: frames of `layout`, redrawn in place by rich's `Live` on the error stream.

Events only change the state; a thread draws, at most ten times a second and only when the frame
differs. rich is loaded by that thread, so a run that is over at once never pays for it: its last
frame is written by hand. On `stop` the whole final state stays readable and the cursor is back.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, TextIO

from composer.events.types import Event, RunStarted
from composer.views.ansi import paint
from composer.views.choose import screen_size
from composer.views.layout import FRAMES_PER_SECOND, layout
from composer.views.state import ViewState

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text

    from composer.views.layout import Line

PATIENCE = 0.08  # seconds before the first frame: a run shorter than that is only told at its end


class LiveView:
    """A bus subscriber. `clock` is monotonic seconds. Events may come from any one thread."""

    def __init__(self, stream: TextIO, *, colour: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._colour = colour
        self._clock = clock
        self._state = ViewState()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._drawn = False
        self._zero: float | None = None  # the clock when the run began

    def start(self) -> None:
        """Begins to draw. On a stream that is no terminal only the last frame is written, by `stop`."""
        self._over.clear()
        self._drawn = False
        if self._stream.isatty() and self._thread is None:
            self._thread = threading.Thread(target=self._draw, name="live view", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Leaves the final state on the screen. A second call does nothing."""
        if self._over.is_set():
            return
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with contextlib.suppress(OSError, ValueError):
            if not self._drawn and self._zero is not None:
                self._stream.write(frame_text(self._frame(whole=True), colour=self._colour))
            self._stream.flush()

    def __call__(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, RunStarted):
                self._zero = self._clock() - event.at
            self._state.apply(event)

    def _frame(self, *, whole: bool = False) -> list[Line]:
        columns, lines = screen_size(self._stream)
        with self._lock:
            now = self._clock() - (self._clock() if self._zero is None else self._zero)
            # The last column stays free: some terminals wrap when it is filled.
            return layout(self._state, now=now, columns=max(columns - 1, 1), lines=None if whole else max(lines - 1, 1))

    def _draw(self) -> None:
        if self._over.wait(PATIENCE):
            return
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone: nobody is watching
            self._draw_with_rich()

    def _draw_with_rich(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - only when there is something to watch
        from rich.live import Live  # noqa: PLC0415

        console = Console(
            file=self._stream, force_terminal=True, color_system="standard" if self._colour else None, highlight=False
        )
        shown: list[Line] = []
        with Live(
            console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False, vertical_overflow="crop"
        ) as live:
            while True:
                over = self._over.is_set()
                frame = self._frame(whole=over) if self._zero is not None else []
                if frame != shown:
                    live.update(rich_text(frame), refresh=True)
                    shown = frame
                if over:
                    break
                self._over.wait(1 / FRAMES_PER_SECOND)
        self._drawn = True


def rich_text(frame: list[Line]) -> Text:
    """The frame as one rich text that is never wrapped."""
    from rich.text import Text  # noqa: PLC0415

    text = Text(no_wrap=True, overflow="crop", end="")
    for number, line in enumerate(frame):
        if number:
            text.append("\n")
        for piece, style in line:
            text.append(piece, style or None)
    return text


def frame_text(frame: list[Line], *, colour: bool) -> str:
    """The frame as lines of text, with escape sequences if `colour`."""
    lines = ("".join(paint(piece, style, colour=colour) for piece, style in line).rstrip() for line in frame)
    return "".join(line + "\n" for line in lines)
