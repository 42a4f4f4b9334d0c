"""The story of a failed run: what failed, who needed it, and all that helps to find out why.

`RunResult` → text for the error stream (colour by hand: rich is not loaded) or JSON-able objects.
Root causes only; what was held back by them is counted. Must not know: the engine, the terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.views.ansi import paint
from composer.views.cells import clean
from composer.views.numbers import count_text
from composer.views.wording import condition_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.events.types import Failure, RunResult

LABEL = 13  # columns of the labels at the left


def failure_text(result: RunResult, *, colour: bool = False) -> str:
    """The whole report, ending with a newline; "" for a run that went well."""
    if result.ok:
        return ""
    blocks = ["\n".join(_story(failure, colour=colour)) for failure in result.failures]
    closing = list(_closing(result, colour=colour))
    if closing:
        blocks.append("\n".join(closing))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def failure_objects(result: RunResult) -> list[dict[str, object]]:
    """One object per root cause; keys without a value are left out."""
    return [_object(failure) for failure in result.failures]


def result_object(result: RunResult) -> dict[str, object]:
    """The run in numbers and names."""
    counts: dict[str, int] = {}
    for _, outcome in result.outcomes:
        counts[outcome.value] = counts.get(outcome.value, 0) + 1
    return {
        "ok": result.ok,
        "interrupted": result.interrupted,
        "timed_out": result.timed_out,
        "seconds": round(result.seconds, 3),
        "steps": counts,
        "failed": sorted({failure.service for failure in result.failures if failure.service}),
        "not_started": list(result.not_started),
        "left_running": list(result.left_running),
    }


def _story(failure: Failure, *, colour: bool) -> Iterable[str]:
    headline = clean(failure.headline)
    if failure.service and failure.service not in headline:
        headline = f"{failure.service}: {headline}"
    yield f"{paint('error:', 'bold red', colour=colour)} {paint(headline, 'bold', colour=colour)}"
    yield from _part("service", [_who(failure)] if failure.service else [])
    yield from _part("line", [clean(failure.place)] if failure.place else [])
    yield from _part("exit code", [_exit(failure)] if failure.exit_code is not None else [])
    needed = ", ".join(f"{service} ({condition_text(condition)})" for service, condition in failure.waited_by)
    yield from _part("needed by", [needed] if needed else [])
    yield from _part("last probes", _probes(failure))
    yield from _part("last output", [paint(line, "dim", colour=colour) for line in _tail(failure)])
    yield from _part("hint", failure.hint.splitlines())
    yield from _part("look further", [paint(failure.command, "cyan", colour=colour)] if failure.command else [])


def _part(label: str, lines: Iterable[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        yield f"  {label if number == 0 else '':<{LABEL}} {line}".rstrip()


def _who(failure: Failure) -> str:
    return f"{failure.service} (container {failure.container})" if failure.container else failure.service


def _exit(failure: Failure) -> str:
    return f"{failure.exit_code} ({failure.exit_meaning})" if failure.exit_meaning else str(failure.exit_code)


def _probes(failure: Failure) -> Iterable[str]:
    for exit_code, output in failure.probes:
        lines = [clean(line) for line in output.strip().splitlines()] or ["(no output)"]
        word = "timed out" if exit_code < 0 else f"exit {exit_code}"
        yield f"{word}: {lines[0]}"
        yield from (f"{'':<{len(word) + 2}}{line}" for line in lines[1:])


def _tail(failure: Failure) -> Iterable[str]:
    return (f"| {clean(line.rstrip())}" for line in failure.log_tail)


def _closing(result: RunResult, *, colour: bool) -> Iterable[str]:
    if result.timed_out:
        yield paint(f"error: application not healthy after {result.wait_timeout:g}s", "bold red", colour=colour)
    if result.interrupted:
        yield paint("interrupted", "yellow", colour=colour)
    if result.not_started:
        number = len(result.not_started)
        verb = "was" if number == 1 else "were"
        yield f"{count_text(number, 'service')} {verb} not started: {', '.join(result.not_started)}"
    if result.left_running:
        yield f"{count_text(len(result.left_running), 'container')} still running: {', '.join(result.left_running)}"
    elif not (result.interrupted or _moved_images_only(result)):
        yield "nothing of the project is running"


def _moved_images_only(result: RunResult) -> bool:
    """What runs is of no interest after a pull or push."""
    kinds = {step.partition(":")[0] for step, _ in result.outcomes}
    return bool(kinds) and kinds <= {"pull", "push"}


def _object(failure: Failure) -> dict[str, object]:
    everything: dict[str, object] = {
        "step": failure.step,
        "service": failure.service,
        "container": failure.container,
        "message": failure.headline,
        "place": failure.place,
        "exit_code": failure.exit_code,
        "exit_meaning": failure.exit_meaning,
        "needed_by": [{"service": service, "condition": condition} for service, condition in failure.waited_by],
        "probes": [{"exit_code": code, "output": output} for code, output in failure.probes],
        "log_tail": list(failure.log_tail),
        "hint": failure.hint,
        "command": failure.command,
    }
    return {key: value for key, value in everything.items() if value not in ("", None, [])}
