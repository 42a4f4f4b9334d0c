"""Which view: what the user asked for, else what the error stream can show.

Owns `Terminal` (what is known of the stream) and `View` (what every renderer offers). Renderers are
loaded only when chosen. Must not know: verbs, the engine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol, TextIO

from composer.errors import UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.events.types import Event


class View(Protocol):
    """A bus subscriber with a beginning and an end; `stop` may be called twice and leaves all clean."""

    def __call__(self, event: Event, /) -> None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@value()
class Terminal:
    """`width`/`height` are 0 when the stream is no terminal. `animated`: frames may be redrawn in place."""

    is_tty: bool
    colour: bool
    width: int = 0
    height: int = 0
    animated: bool = False

    @classmethod
    def of(cls, stream: TextIO, environment: Mapping[str, str], *, ansi: str = "") -> Terminal:
        """`ansi`: auto | never | always, "" for the environment's choice (`COMPOSE_ANSI`, `NO_COLOR`)."""
        mode = ansi or environment.get("COMPOSE_ANSI") or ("never" if environment.get("NO_COLOR") else "auto")
        is_tty = stream.isatty()
        dumb = environment.get("TERM") == "dumb"
        colour = mode == "always" or (mode == "auto" and is_tty and not dumb)
        ci = environment.get("CI", "") not in ("", "0", "false")
        size = screen_size(stream) if is_tty else (0, 0)
        return cls(is_tty, colour, *size, animated=is_tty and colour and not dumb and not ci)


def screen_size(stream: TextIO) -> tuple[int, int]:
    """Columns and lines of the terminal behind `stream`; 80 by 24 if it will not say."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return (80, 24)
    return (columns or 80, lines or 24)


def progress_mode(asked: str, environment: Mapping[str, str], terminal: Terminal) -> str:
    """One of tty, plain, json, quiet. `asked`: `--progress` or ""; raises UsageError for an unknown word."""
    mode = asked or environment.get("COMPOSE_PROGRESS") or "auto"
    if mode == "auto":
        return "tty" if terminal.animated else "plain"
    if mode == "none":
        return "quiet"
    if mode not in ("tty", "plain", "json", "quiet"):
        raise UsageError(f"unsupported --progress value '{mode}'", hint="Use auto, tty, plain, json or quiet.")
    return mode


def make_view(
    mode: str, stream: TextIO, terminal: Terminal, *, log: TextIO | None = None, dry_run: bool = False
) -> View:
    """The renderer for a mode of `progress_mode`, writing to `stream`. `log`: where plain lines of builds go, if
    elsewhere."""
    if mode == "tty":
        from composer.views.live import LiveView  # noqa: PLC0415 - loads rich

        return LiveView(stream, colour=terminal.colour or not terminal.is_tty)
    if mode == "json":
        from composer.views.json import JsonView  # noqa: PLC0415

        return JsonView(stream, dry_run=dry_run)
    if mode == "quiet":
        from composer.views.quiet import QuietView  # noqa: PLC0415

        return QuietView(stream)
    from composer.views.plain import PlainView  # noqa: PLC0415

    return PlainView(stream, log=log, dry_run=dry_run)
