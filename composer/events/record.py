"""What is kept of a run for `composer why`: one entry an object, with what was done to it, why, and how it ended.

Owns the record's values and their plain form for a file. Must not know: how a run becomes a record (`recorder`'s),
where records are kept, how they look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from composer.events.types import StepOutcome
from composer.plan.change import Change
from composer.values import layout_of, value


@value(kw_only=True)
class Entry:
    """`name`: the container's, network's, volume's or image's. `did`: recreated, started, removed …; "" when it was
    only waited for. `cause` as in `Reason`. `outcome` as in `StepOutcome`, and `message` what went wrong, or "".
    `ready`: what met the condition that others waited for. `after`: seconds since the run began when it was over."""

    kind: str
    name: str
    service: str = ""
    did: str = ""
    cause: str = ""
    detail: str = ""
    changes: tuple[Change, ...] = ()
    outcome: str = StepOutcome.SUCCEEDED.value
    message: str = ""
    exit_code: int | None = None
    ready: str = ""
    after: float = 0.0


@value(kw_only=True)
class Run:
    """`began` in seconds since 1970. `engine`: its address. `working_dir`: the project's folder, "" if not known."""

    verb: str
    project: str
    began: float
    seconds: float = 0.0
    ok: bool = True
    interrupted: bool = False
    engine: str = ""
    working_dir: str = ""
    entries: tuple[Entry, ...] = field(default_factory=tuple)


def joined(earlier: Run, later: Run) -> Run:
    """Two parts of one command: images first, or what was left after the world had changed. Of an object that both
    speak of the later part tells; that it had been made by then stays."""
    first = {(entry.kind, entry.name): entry for entry in earlier.entries}
    again = {(entry.kind, entry.name): _joined(first.get((entry.kind, entry.name)), entry) for entry in later.entries}
    never_begun = (StepOutcome.SKIPPED.value, StepOutcome.CANCELLED.value)
    kept = [entry for key, entry in first.items() if key not in again and entry.outcome not in never_begun]
    seconds = round(later.began - earlier.began + later.seconds, 3)
    return replace(later, began=earlier.began, seconds=seconds, entries=(*kept, *again.values()))


def _joined(earlier: Entry | None, later: Entry) -> Entry:
    if earlier is None or "created" not in earlier.did or later.did not in ("started", ""):
        return later  # one that could not be made would be made by the later part
    return replace(later, did=earlier.did, cause=earlier.cause, detail=earlier.detail, changes=earlier.changes)


def run_document(run: Run) -> dict[str, Any]:
    """Plain values; what is empty is left out of entries."""
    return {
        "verb": run.verb,
        "project": run.project,
        "began": run.began,
        "seconds": run.seconds,
        "ok": run.ok,
        "interrupted": run.interrupted,
        "engine": run.engine,
        "working_dir": run.working_dir,
        "entries": [entry_document(entry) for entry in run.entries],
    }


def entry_document(entry: Entry) -> dict[str, Any]:
    everything: dict[str, Any] = {
        "kind": entry.kind,
        "name": entry.name,
        "service": entry.service,
        "did": entry.did,
        "cause": entry.cause,
        "detail": entry.detail,
        "changes": [
            {"path": one.path, "before": one.before, "after": one.after, "hidden": one.hidden} for one in entry.changes
        ],
        "outcome": entry.outcome,
        "message": entry.message,
        "exit_code": entry.exit_code,
        "ready": entry.ready,
        "after": entry.after,
    }
    return {key: item for key, item in everything.items() if item not in ("", None, [])}


def read_run(document: Mapping[str, Any]) -> Run:
    """The reverse of `run_document`. Raises KeyError, TypeError, ValueError or AttributeError for anything else."""
    entries = tuple(
        Entry(**{**told, "changes": tuple(Change(**change) for change in told.get("changes", ()))})
        for told in document["entries"]
    )
    known = {key: document[key] for key in layout_of(Run).annotations if key in document}
    return Run(**{**known, "began": float(document["began"]), "entries": entries})
