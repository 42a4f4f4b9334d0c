"""The table of watched rules, kept up to date in its place on the terminal by rich's `Live`.

What else is to be written stands above it: `aside` takes the table away for as long. On `stop` its last state stays
readable and the cursor is back. Must not know: what is watched, what a change leads to.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, TextIO

from composer.views.cells import width
from composer.views.choose import screen_size
from composer.views.layout import FRAMES_PER_SECOND
from composer.views.live import rich_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.live import Live

    from composer.views.layout import Line
    from composer.views.watch_rows import RuleRows
    from composer.watch.effects import Effect
    from composer.watch.rules import Rule

RESTING = 0.5  # seconds between two looks at the clock and the terminal's size while nothing moves


class WatchTable:
    """Methods may be called from any one thread."""

    def __init__(
        self,
        stream: TextIO,
        rows: RuleRows,
        *,
        colour: bool = True,
    ) -> None:
        self._stream = stream
        self._rows = rows
        self._colour = colour
        self._changed = threading.Condition(threading.RLock())  # guards all below
        self._live: Live | None = None  # None: the screen is somebody else's
        self._shown: list[Line] = []
        self._columns = 0
        self._over = False
        self._aside = 0
        self._thread = threading.Thread(target=self._keep_fresh, name="watch table", daemon=True)

    def start(self) -> None:
        with self._changed:
            self._appear()
        self._thread.start()

    def stop(self) -> None:
        """Leaves the last state on the screen, every row of it. A second call does nothing."""
        with self._changed:
            if self._over:
                return
            self._over = True
            self._changed.notify_all()
            self._leave(for_good=True)
        if self._thread.is_alive():
            self._thread.join()

    def show(self, rule: Rule, effect: Effect) -> None:
        with self._changed:
            self._rows.show(rule, effect)
            self._draw()
            self._changed.notify_all()

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """The screen without the table, for whoever writes on it. May be nested."""
        with self._changed:
            self._aside += 1
            self._leave()
        try:
            yield
        finally:
            with self._changed:
                self._aside -= 1
                if not (self._aside or self._over):
                    self._appear()

    # ---- under the lock ----------------------------------------------------------------------------
    def _appear(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - terminals only
        from rich.live import Live  # noqa: PLC0415

        console = Console(
            file=self._stream, force_terminal=True, color_system="standard" if self._colour else None, highlight=False
        )
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )
        self._shown = []
        with self._while_there():
            self._live.start()
            self._draw()

    def _leave(self, *, for_good: bool = False) -> None:
        if self._live is None:
            return
        with self._while_there():
            self._make_room()
            self._live.transient = not for_good
            if for_good:
                self._live.update(rich_text(self._frame(whole=True)))
            self._live.stop()
        self._live = None

    def _draw(self) -> None:
        if self._live is None:
            return
        frame = self._frame()
        if frame != self._shown:
            with self._while_there():
                self._make_room()
                self._live.update(rich_text(frame), refresh=True)
            self._shown = frame

    def _frame(self, *, whole: bool = False) -> list[Line]:
        columns, lines = screen_size(self._stream)
        # The last column stays free: some terminals wrap when it is filled.
        return self._rows.frame(max(columns - 1, 1), None if whole else max(lines - 1, 1))

    def _make_room(self) -> None:
        """On a terminal that was made narrower the lines of the last frame take several each, of which rich does not
        know: what is below its first ones is taken away here."""
        columns, _ = screen_size(self._stream)
        if columns < self._columns:
            taken = sum(max(0, (sum(width(text) for text, _ in line) - 1) // columns) for line in self._shown)
            self._stream.write("\r\x1b[2K\x1b[1A" * taken)
        self._columns = columns

    @contextlib.contextmanager
    def _while_there(self) -> Iterator[None]:
        """A terminal that is gone has nobody who watches: that ends the table, not the work."""
        try:
            yield
        except (OSError, ValueError):
            self._live = None

    # ---- its own thread ----------------------------------------------------------------------------
    def _keep_fresh(self) -> None:
        with self._changed:
            while not self._over:
                self._changed.wait(1 / FRAMES_PER_SECOND if self._rows.moves else RESTING)
                self._draw()
