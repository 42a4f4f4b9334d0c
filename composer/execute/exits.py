"""What an exit code means. Pure."""

from __future__ import annotations

_MEANINGS = {
    125: "the engine could not run the container",
    126: "the command cannot be executed",
    127: "command not found",
}


def exit_meaning(code: int | None, *, oom_killed: bool = False) -> str:
    """`killed by SIGKILL, out of memory`, `command not found` …; "" for a program's own code."""
    if code is None:
        return ""
    if code in _MEANINGS:
        return _MEANINGS[code]
    if 128 < code < 193:
        words = f"killed by {_signal_name(code - 128)}"
        return f"{words}, out of memory" if oom_killed else words
    return "out of memory" if oom_killed else ""


def _signal_name(number: int) -> str:
    import signal  # noqa: PLC0415 - only for a story

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
