"""What a row of the live view says: facts of `state` → phase, word, note. Pure.

`waiting · for db: healthy (probing 2/5: connection refused)`, `probing 3/5`, `healthy · own probe`.
Must not know: widths, colours, time.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from composer.events.types import StepOutcome
from composer.model.dependency import Condition
from composer.plan.actions import (
    BuildImage,
    CreateContainer,
    KillContainer,
    PauseContainer,
    PrepareModel,
    RemoveContainer,
    RenameContainer,
    RunProvider,
    StartContainer,
    StepId,
    StopContainer,
    Transfer,
    UnpauseContainer,
    WaitFor,
)
from composer.plan.reasons import HoldKind
from composer.values import value
from composer.views.building import live_note
from composer.views.cells import clean
from composer.views.numbers import pull_text
from composer.views.wording import UNCHANGED, UNMET, hold_text, is_expected, is_part_of_recreate, reason_text, verbs

if TYPE_CHECKING:
    from composer.plan.plan import Step
    from composer.plan.reasons import Hold
    from composer.views.state import Row, ViewState


class Phase(IntEnum):
    """In the order in which rows claim room on a small screen."""

    FAILED = 0
    ACTIVE = 1
    HELD = 2
    DROPPED = 3  # skipped or cancelled
    DONE = 4


@value()
class Shown:
    phase: Phase
    word: str
    note: str = ""


def describe(state: ViewState, row: Row, *, deep: bool = True) -> Shown:
    """The row as it stands now; not `deep`: without looking at what it waits for."""
    failed = next((step for step in row.steps if state.outcomes.get(step) is StepOutcome.FAILED), None)
    if failed is not None:
        return Shown(Phase.FAILED, "failed", _line(state.details.get(failed, "")))
    if row.skipped is not None:
        return Shown(Phase.DONE, "skipped", _line(row.skipped))
    active = next((state.steps[step] for step in row.steps if step in state.running), None)
    if active is not None:
        return _active(state, row, active)
    pending = [step for step in row.steps if step not in state.outcomes]
    if pending:
        return _pending(state, row, pending, deep=deep)
    ended = [(state.outcomes[step], step) for step in row.steps]
    dropped = next(
        (
            step
            for wanted in (StepOutcome.SKIPPED, StepOutcome.CANCELLED)
            for outcome, step in ended
            if outcome is wanted
        ),
        None,
    )
    if dropped is not None:
        return _dropped(state, row, dropped)
    return _ended(state, row)


def _active(state: ViewState, row: Row, step: Step) -> Shown:
    if isinstance(step.action, Transfer | BuildImage):
        return _moving(state, step)
    return Shown(Phase.ACTIVE, _doing(step), _why(state, row, step))


def _why(state: ViewState, row: Row, step: Step) -> str:
    """The reason, unless anybody expects it; all steps of a recreate have the create's."""
    if isinstance(step.action, StartContainer):
        return ""  # told before
    if is_part_of_recreate(step):
        creates = (state.steps[s] for s in row.steps if isinstance(state.steps[s].action, CreateContainer))
        step = next(creates, step)
    return "" if is_expected(step.reason) else reason_text(step.reason)


def _doing(step: Step) -> str:  # noqa: PLR0911 - one word per action
    match step.action:
        case CreateContainer(replaces=None):
            return "creating"
        case CreateContainer() | RenameContainer():
            return "recreating"
        case StopContainer() | RemoveContainer() if is_part_of_recreate(step):
            return "recreating"
        case StartContainer():
            return "starting"
        case StopContainer():
            return "stopping"
        case KillContainer():
            return "killing"
        case PauseContainer():
            return "pausing"
        case UnpauseContainer():
            return "unpausing"
        case RemoveContainer():
            return "removing"
        case _:
            return "working"


def _pending(state: ViewState, row: Row, pending: list[StepId], *, deep: bool) -> Shown:
    pull = next((step for step in row.pulls if step in state.running), None)
    if pull is not None:
        return _moving(state, state.steps[pull])
    if not deep:
        return Shown(Phase.HELD, "waiting")
    # What the row's own earlier step holds up is no news.
    for step in pending:
        holds = [hold for hold in state.holds.get(step, ()) if hold.on not in row.steps]
        if holds:
            return Shown(Phase.HELD, "waiting", waits_for(state, holds))
    return Shown(Phase.HELD, "waiting")


def _moving(state: ViewState, step: Step) -> Shown:
    word = verbs(step)[0].lower()
    if isinstance(step.action, BuildImage):
        return Shown(Phase.ACTIVE, word, live_note(state.builds.get(step.id)))
    progress = state.progress.get(step.id)
    if progress is None:
        return Shown(Phase.ACTIVE, word)
    return Shown(Phase.ACTIVE, word, pull_text(_line(progress.text), progress.current, progress.total))


def waits_for(state: ViewState, holds: list[Hold]) -> str:
    """`for db: healthy (probing 2/5: connection refused)`; conditions first, the rest counted."""
    ordered = sorted(holds, key=lambda hold: (hold.kind is not HoldKind.CONDITION, hold.on))
    texts = list(dict.fromkeys(_hold(state, hold) for hold in ordered))
    more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
    return f"for {', '.join(texts[:2])}{more}"


def _hold(state: ViewState, hold: Hold) -> str:
    if hold.kind is HoldKind.CONDITION:
        return hold_text(hold) + _standing(state, hold.on)
    step = state.steps.get(StepId(hold.on))
    if step is None:
        return hold_text(hold)
    if isinstance(step.action, StartContainer):
        service = step.action.replica.service
        return f"{service}: started{_standing(state, service)}"
    match step.action:
        case RunProvider(provider=provider):
            return f"provider {provider.type}{_said(state, step)}"
        case PrepareModel(model=model):
            return f"model {model.model}{_said(state, step)}"
        case _:
            return state.step_words(step.id)


def _said(state: ViewState, step: Step) -> str:
    """What a program says that has no row of its own, in brackets."""
    progress = state.progress.get(step.id)
    return f" ({_line(progress.text)})" if progress is not None else ""


def _standing(state: ViewState, service: str) -> str:
    """How the dependency stands, in brackets: its least ready replica."""
    shown = [describe(state, row, deep=False) for row in state.rows_of(service)]
    if not shown:
        return ""
    worst = min(shown, key=lambda s: s.phase)
    if worst.phase is Phase.HELD:  # it waits itself: its own row says for what
        return f" ({worst.word})"
    return f" ({worst.word}{f': {worst.note}' if worst.note and worst.phase is Phase.ACTIVE else ''})"


def _dropped(state: ViewState, row: Row, step: StepId) -> Shown:
    word = "not started" if any(isinstance(state.steps[s].action, StartContainer) for s in row.steps) else "left"
    if state.outcomes[step] is StepOutcome.CANCELLED:
        return Shown(Phase.DROPPED, word, "cancelled")
    cause = state.steps.get(StepId(state.details.get(step, "")))
    if cause is None:
        return Shown(Phase.DROPPED, word)
    if isinstance(cause.action, WaitFor):
        return Shown(Phase.DROPPED, word, f"{cause.action.service} {UNMET[cause.action.condition]}")
    return Shown(Phase.DROPPED, word, f"{state.step_words(cause.id)} failed")


def _ended(state: ViewState, row: Row) -> Shown:  # noqa: PLR0911 - the first that fits
    """All steps on the container succeeded: what is it now?"""
    last = state.steps[row.steps[-1]].action if row.steps else None
    if isinstance(last, Transfer | BuildImage):
        step = row.steps[-1]
        if state.outcomes.get(step) is StepOutcome.WARNED:
            return Shown(Phase.DROPPED, "failed", _line(state.details.get(step, "")))
        return Shown(Phase.DONE, verbs(state.steps[step])[1].lower())
    if isinstance(last, RemoveContainer):
        return Shown(Phase.DONE, "removed")
    if isinstance(last, StopContainer | KillContainer):
        return Shown(Phase.DONE, "stopped" if isinstance(last, StopContainer) else "killed")
    if isinstance(last, PauseContainer):
        return Shown(Phase.DONE, "paused")
    spoilt = next((s for s in row.waits if state.outcomes.get(s) is StepOutcome.FAILED), None)
    if spoilt is not None and not row.met:
        return Shown(Phase.FAILED, _unready(row), _spoilt_note(state, row, spoilt))
    if row.state in ("exited", "dead") and row.exit_code:
        return Shown(Phase.FAILED, f"exited {row.exit_code}")
    wait = next((step for step in row.waits if step not in state.outcomes), None)
    if wait is not None and not _satisfies(state.steps[wait], row):
        return _awaited(state, row, wait)
    if row.met:
        word, _, by = row.met.split(", ")[0].partition(" (")
        return Shown(Phase.DONE, word, by.rstrip(")"))
    return _idle(state, row, last)


def _idle(state: ViewState, row: Row, last: object) -> Shown:
    if row.state in ("exited", "dead"):
        return Shown(Phase.DONE, f"exited {row.exit_code or 0}")
    if row.health == "healthy":
        return Shown(Phase.DONE, "healthy")
    if isinstance(last, CreateContainer | RenameContainer):
        return Shown(Phase.DONE, "created")
    if row.state in ("restarting", "paused"):
        return Shown(Phase.DONE, row.state)
    if any(state.outcomes.get(step) is StepOutcome.CANCELLED for step in row.waits):
        return Shown(Phase.HELD, "running", "not healthy yet" if row.health else "not waited for any longer")
    note = "not healthy yet" if row.health == "starting" else row.health
    word = UNCHANGED.get(state.verb, "Running").lower() if last is None else "running"
    return Shown(Phase.DONE, word, note or ("unchanged" if last is None else ""))


def _satisfies(wait: Step, row: Row) -> bool:
    """One of several replicas that is ready while others are not."""
    if not isinstance(wait.action, WaitFor) or wait.action.condition is Condition.COMPLETED:
        return row.state == "exited"
    return row.health == "healthy"


def _awaited(state: ViewState, row: Row, wait: StepId) -> Shown:
    """Somebody waits for this container to become ready or to finish."""
    action = state.steps[wait].action
    said = state.progress.get(wait)
    text = _line(said.text) if said else ""
    if isinstance(action, WaitFor) and action.condition is Condition.COMPLETED:
        return Shown(Phase.ACTIVE, text if text.startswith("restarting") else "running", "must complete")
    if row.state == "restarting":
        return Shown(Phase.ACTIVE, "restarting", text)
    if row.probe is not None:
        of = f"/{row.probe.retries}" if row.probe.retries else ""
        return Shown(Phase.ACTIVE, f"probing {row.probe.count}{of}", _probe_note(row))
    word, _, note = (text or "starting").partition("; ")
    return Shown(Phase.ACTIVE, word, note)


def _spoilt_note(state: ViewState, row: Row, spoilt: StepId) -> str:
    """What the last probe said, else who needed it, else the error."""
    action = state.steps[spoilt].action
    if note := _probe_note(row):
        return note
    if isinstance(action, WaitFor) and action.needed_by:
        return f"needed by {', '.join(action.needed_by)}"
    return _line(state.details.get(spoilt, ""))


def _unready(row: Row) -> str:
    if row.state in ("exited", "dead"):
        return f"exited {row.exit_code or 0}"
    return row.health if row.health == "unhealthy" else "not ready"


def _probe_note(row: Row) -> str:
    """The last line of the last probe's output, or its exit code."""
    if row.probe is None or row.probe.exit_code == 0:
        return ""
    lines = row.probe.output.strip().splitlines()
    if lines:
        return clean(lines[-1]).strip()
    return "timed out" if row.probe.exit_code < 0 else f"exit {row.probe.exit_code}"


def _line(text: str) -> str:
    return clean(text.strip())
