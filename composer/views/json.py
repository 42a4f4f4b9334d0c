"""`--progress json`: one JSON object per line on the error stream.

`id`, `status`, `text` are docker compose's; Composer adds `time` (seconds since the run began),
`step`, `reason`, `detail`, `duration`, and its own objects: `"event"` names them (`held`, `probe`,
`container`, `failure`, `summary`). Readers of the reference's lines can skip those without `id`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from composer.events.types import (
    BuildWent,
    ContainerChanged,
    Event,
    HookSaid,
    InterruptReceived,
    ProbeMade,
    RunFinished,
    RunStarted,
    StepFinished,
    StepHeld,
    StepOutcome,
    StepProgress,
    StepRetried,
    StepStarted,
    Warned,
)
from composer.plan.actions import ReplicaId, Transfer
from composer.plan.reasons import HoldKind
from composer.plan.subjects import container_names
from composer.views.failures import failure_objects, result_object
from composer.views.plain import unchanged_lines
from composer.views.transfers import changed_layers, layer_object
from composer.views.wording import change_objects, hold_text, subjects, verbs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.events.types import Layer
    from composer.plan.plan import Step
    from composer.plan.reasons import Hold

Told = dict[str, object]


class JsonView:
    """A bus subscriber; every line is flushed."""

    def __init__(self, stream: TextIO, *, dry_run: bool = False) -> None:
        self._stream = stream
        self._start: Told = {"dry-run": True} if dry_run else {}
        self._names: dict[ReplicaId, str] = {}
        self._verb = ""
        self._pulls: dict[str, tuple[str, ...]] = {}
        self._layers: dict[str, tuple[Layer, ...]] = {}
        self._told_holds: dict[str, tuple[Hold, ...]] = {}

    def start(self) -> None:
        """Nothing to prepare."""

    def stop(self) -> None:
        """Nothing to clean up."""

    def __call__(self, event: Event) -> None:
        lines = [json.dumps(self._start | told, ensure_ascii=False) for told in self._objects(event)]
        if lines:
            self._stream.write("".join(line + "\n" for line in lines))
            self._stream.flush()

    def _objects(self, event: Event) -> Iterable[Told]:  # noqa: PLR0911 - one per kind of event
        if isinstance(event, RunStarted):
            return self._run_started(event)
        if isinstance(event, StepStarted):
            return self._step_started(event)
        if isinstance(event, StepFinished):
            return self._step_finished(event)
        if isinstance(event, StepProgress):
            progress: Told = {"text": event.text, "current": event.current, "total": event.total}
            progress["percent"] = event.current * 100 // event.total if event.total else 0
            about = self._pulls.get(event.step, ())
            if not about:
                return [{"event": "progress", "text": event.text} | _when(event.at, event.step)]
            layers = self._changed_layers(event, about[0])
            return [*({"id": subject} | progress | _when(event.at, event.step) for subject in about), *layers]
        if isinstance(event, StepRetried):
            self._layers.pop(event.step, None)
            retry: Told = {"text": "Retrying", "detail": event.why, "attempt": event.attempt, "of": event.of}
            retry |= {"seconds": event.seconds} | _when(event.at, event.step)
            return [{"id": subject} | retry for subject in self._pulls.get(event.step, ())]
        if isinstance(event, RunFinished):
            failures = [{"error": True, "event": "failure"} | told for told in failure_objects(event.result)]
            return [*failures, {"event": "summary", "time": round(event.at, 3)} | result_object(event.result)]
        if isinstance(event, StepHeld):
            return self._held(event)
        if isinstance(event, HookSaid):
            said: Told = {"event": "hook", "replica": str(event.replica)}
            lines = event.data.decode(errors="replace").splitlines()
            return [said | {"text": line} | _when(event.at, event.step) for line in lines]
        if isinstance(event, BuildWent):
            from composer.views.building import build_object  # noqa: PLC0415 - only when something is built

            return [build_object(event)]
        return [_other(event)]

    def _held(self, event: StepHeld) -> Iterable[Told]:
        """Once per step, then when other things than ended steps change: every end of a step changes holds."""
        beyond = tuple(hold for hold in event.holds if hold.kind is not HoldKind.STEP)
        if self._told_holds.get(event.step) == beyond:
            return []
        self._told_holds[event.step] = beyond
        holds = [{"kind": hold.kind.value, "on": hold.on, "text": hold_text(hold)} for hold in event.holds]
        return [{"event": "held", "step": event.step, "holds": holds, "time": round(event.at, 3)}]

    def _run_started(self, event: RunStarted) -> Iterable[Told]:
        self._names = container_names(event.plan)
        self._verb = event.verb
        opening: Told = {"event": "run", "verb": event.verb, "project": event.project, "steps": len(event.plan.steps)}
        unchanged = [line.strip().rsplit("  ", 1) for line in unchanged_lines(event.plan, event.verb)]
        at: Told = {"time": round(event.at, 3)}
        lines: list[Told] = [{"id": name, "status": word} for name, word in unchanged]
        skipped = sorted(event.plan.skipped.items())
        lines += [{"id": name, "text": f"Skipped{f' - {why}' if why else ''}"} for name, why in skipped]
        return [told | at for told in (opening, *lines)]

    def _step_started(self, event: StepStarted) -> Iterable[Told]:
        step = event.step
        if isinstance(step.action, Transfer):
            self._pulls[step.id] = subjects(step.action, self._names)
        more: Told = {"reason": step.reason.cause.value}
        if step.reason.detail:
            more["detail"] = step.reason.detail
        if step.reason.changes:
            more["changes"] = change_objects(step.reason.changes)
        begin, _ = verbs(step, self._verb)
        return self._about(step, begin, _when(event.at, step.id) | more)

    def _changed_layers(self, event: StepProgress, parent: str) -> Iterable[Told]:
        changed = changed_layers(self._layers.get(event.step, ()), event.layers)
        self._layers[event.step] = event.layers
        return [layer_object(layer, parent) | _when(event.at, event.step) for layer in changed]

    def _step_finished(self, event: StepFinished) -> Iterable[Told]:
        step = event.step
        more = _when(event.at, step.id) | {"outcome": event.outcome.value, "duration": round(event.duration, 3)}
        if event.detail:
            more["detail"] = event.detail
        if event.outcome is StepOutcome.SUCCEEDED:
            _, end = verbs(step, self._verb)
            return self._about(step, "Exited" if event.detail.startswith("exited") else end, more)
        if event.outcome in (StepOutcome.SKIPPED, StepOutcome.CANCELLED):
            return self._about(step, event.outcome.value.capitalize(), more)
        return self._about(step, "Error", more)

    def _about(self, step: Step, word: str, more: Told) -> Iterable[Told]:
        if not word:
            return [{"event": "step"} | more]
        key = "text" if isinstance(step.action, Transfer) else "status"
        return [{"id": subject, key: word} | more for subject in subjects(step.action, self._names)]


def _when(at: float, step: str) -> Told:
    return {"time": round(at, 3), "step": step}


def _other(event: ContainerChanged | ProbeMade | InterruptReceived | Warned) -> Told:
    at: Told = {"time": round(event.at, 3)}
    match event:
        case ContainerChanged():
            told: Told = {"event": "container", "replica": str(event.replica), "container": event.container}
            told |= {"state": event.state, "health": event.health} | at
            return told if event.exit_code is None else told | {"exit_code": event.exit_code}
        case ProbeMade():
            by = "composer" if event.own else "engine"
            told = {"event": "probe", "replica": str(event.replica), "by": by, "count": event.count}
            return told | {"exit_code": event.exit_code, "output": event.output} | at
        case InterruptReceived():
            return {"event": "interrupt", "count": event.count} | at
        case Warned():
            return {"warning": True, "message": event.message} | at
