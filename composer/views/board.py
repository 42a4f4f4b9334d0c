"""A text that is shown anew in its place on the terminal, by rich's `Live`. Must not know: what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TextIO

from composer.views.choose import screen_size

if TYPE_CHECKING:
    from rich.live import Live


class Board:
    """Use as a context manager; the last text stays on the screen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live: Live | None = None

    @property
    def columns(self) -> int:
        """The last one stays free: some terminals wrap when it is filled."""
        return max(screen_size(self._stream)[0] - 1, 1)

    def show(self, text: str) -> None:
        """More lines than the screen has are cut off at its end."""
        from rich.text import Text  # noqa: PLC0415 - loaded by now

        if self._live is not None:
            self._live.update(Text(text.rstrip("\n"), no_wrap=True, overflow="crop"), refresh=True)

    def __enter__(self) -> Self:
        from rich.console import Console  # noqa: PLC0415 - terminals only
        from rich.live import Live  # noqa: PLC0415

        console = Console(file=self._stream, force_terminal=True, highlight=False)
        self._live = Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
