"""`composer why`: what the last runs did, for people. Pure: records in, text out.

Must not know: where records come from, what the engine is.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from composer.events.types import StepOutcome
from composer.plan.reasons import Cause, Reason
from composer.views.ansi import paint
from composer.views.cells import clean, width
from composer.views.numbers import duration_text
from composer.views.wording import change_text, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.events.record import Entry, Run
    from composer.views.ansi import Style

_ENDS: dict[str, tuple[str, Style]] = {
    StepOutcome.FAILED.value: ("failed", "bold red"),
    StepOutcome.SKIPPED.value: ("not done", "yellow"),
    StepOutcome.CANCELLED.value: ("not done: the run ended before", "yellow"),
    StepOutcome.WARNED.value: ("with a warning", "yellow"),
}


def why_text(runs: Iterable[Run], now: Mapping[str, str], *, colour: bool = False) -> str:
    """`now`: container → what it is now; one that is not there any more is missing."""
    return "\n".join("".join(f"{line}\n" for line in _run(run, now, colour=colour)) for run in runs)


def stranger_text(name: str, maker: str, state: str) -> str:
    """A container of which nothing is on record."""
    return f"  {name}  nothing on record: made by {maker}\n      now: {state}\n"


def _run(run: Run, now: Mapping[str, str], *, colour: bool) -> Iterable[str]:
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.began))
    end = "interrupted" if run.interrupted else "" if run.ok else "failed"
    told = [f"{run.verb} of {run.project} on {began}", duration_text(run.seconds)]
    told += [paint(end, "bold red", colour=colour)] if end else []
    yield f"{', '.join(told)}:"
    wide = max((width(_did(entry)) for entry in run.entries), default=0)
    for entry in run.entries:
        did = _did(entry)
        reason = paint(_reason(entry), "dim", colour=colour)
        yield f"  {did}{' ' * (wide - width(did))}  {reason}".rstrip()
        yield from (f"      {line}" for line in _more(entry, now, colour=colour))


def _did(entry: Entry) -> str:
    kind = "" if entry.kind == "container" else f"{entry.kind} "
    return f"{kind}{clean(entry.name)} {entry.did or 'was waited for'}"


def _reason(entry: Entry) -> str:
    if entry.cause not in tuple(Cause):
        return clean(entry.cause)
    return clean(reason_text(Reason(Cause(entry.cause), entry.detail)))


def _more(entry: Entry, now: Mapping[str, str], *, colour: bool) -> Iterable[str]:
    yield from (change_text(change) for change in entry.changes)
    if entry.outcome in _ENDS:
        yield _end(entry, colour=colour)
    if entry.ready:
        yield f"{clean(entry.ready)} after {duration_text(entry.after)}"
    if entry.kind == "container" and entry.did != "removed":
        yield f"now: {now.get(entry.name, 'not there any more')}"


def _end(entry: Entry, *, colour: bool) -> str:
    word, style = _ENDS[entry.outcome]
    code = f" (exit code {entry.exit_code})" if entry.exit_code is not None else ""
    message = clean(entry.message)
    if entry.outcome == StepOutcome.SKIPPED and message:
        message = f"it needed {_needed(message)}"
    told = f"{paint(word, style, colour=colour)}{code}"
    return f"{told}: {message}" if message else told


def _needed(step: str) -> str:
    """`db: healthy` for `wait:db:healthy`, `create web-1` for `create:web-1`."""
    kind, _, subject = step.partition(":")
    return subject.replace(":", ": ") if kind == "wait" else f"{kind} {subject}".rstrip()
