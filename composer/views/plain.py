"""Progress as plain lines on the error stream, in docker compose's shapes.

` Container app-db-1  Created`: a space, the subject, two spaces, the word. What Composer knows beyond
that (reasons, times, who was probed) follows on the same line, so scripts that look for the
reference's words keep working. Must not know: terminals, colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from composer.events.types import (
    BuildWent,
    Event,
    InterruptReceived,
    RunStarted,
    StepFinished,
    StepOutcome,
    StepProgress,
    StepRetried,
    StepStarted,
    Warned,
)
from composer.plan.actions import BuildImage, PrepareModel, ReplicaId, RunProvider, StartContainer, Transfer, WaitFor
from composer.plan.subjects import changed_replicas, container_names
from composer.views.cells import clean
from composer.views.numbers import duration_text, pull_text
from composer.views.transfers import changed_layers, is_ended
from composer.views.wording import (
    UNCHANGED,
    interrupt_text,
    is_expected,
    reason_text,
    retry_text,
    subjects,
    verbs,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.events.types import Layer
    from composer.plan.plan import Plan, Step
    from composer.plan.reasons import Reason

DRY_RUN = " DRY-RUN MODE - "
PULL_NOTE_EVERY = 5.0  # seconds between two notes about a pull that goes on


class PlainView:
    """A bus subscriber. `stream` is written to line by line and flushed; the logs of builds go to `log`, if given."""

    def __init__(self, stream: TextIO, *, log: TextIO | None = None, dry_run: bool = False) -> None:
        self._stream = stream
        self._log = log or stream
        self._prefix = DRY_RUN if dry_run else ""
        self._names: dict[ReplicaId, str] = {}
        self._verb = ""
        self._services: dict[str, tuple[str, ...]] = {}  # pull step → services
        self._programs: dict[str, str] = {}  # step of a program beside the engine → what it is about
        self._verbs: dict[str, str] = {}  # pull or push → its word
        self._layers: dict[str, tuple[Layer, ...]] = {}  # the same → its layers as last told
        self._told: set[tuple[tuple[str, ...], Reason]] = set()  # what was told to be done for which reason
        self._noted: dict[str, float] = {}  # pull step → when its progress was last told

    def start(self) -> None:
        """Nothing to prepare."""

    def stop(self) -> None:
        """Nothing to clean up."""

    def __call__(self, event: Event) -> None:
        lines = self._lines(event)
        if lines:
            stream = self._log if isinstance(event, BuildWent) else self._stream
            stream.write("".join(f"{self._prefix}{line}\n" for line in lines))
            stream.flush()

    def _lines(self, event: Event) -> list[str]:  # noqa: PLR0911 - one per kind of event
        if isinstance(event, RunStarted):
            self._names = container_names(event.plan)
            self._verb = event.verb
            return [*unchanged_lines(event.plan, event.verb), *skipped_lines(event.plan)]
        if isinstance(event, StepStarted):
            return self._started(event.step)
        if isinstance(event, StepFinished):
            return self._finished(event)
        if isinstance(event, StepProgress):
            return self._progressed(event)
        if isinstance(event, BuildWent):
            return self._built(event)
        if isinstance(event, StepRetried):
            return self._retried(event)
        if isinstance(event, Warned):
            return [f" Warning: {clean(event.message)}"]
        if isinstance(event, InterruptReceived):
            return [f" {interrupt_text(event.count)}"]
        return []

    def _started(self, step: Step) -> list[str]:
        if isinstance(step.action, Transfer):
            self._services[step.id] = subjects(step.action, self._names)
            self._verbs[step.id] = verbs(step)[0]
        elif isinstance(step.action, RunProvider | PrepareModel):
            self._programs[step.id] = subjects(step.action, self._names)[0]
        begin, _ = verbs(step, self._verb)
        about = subjects(step.action, self._names)
        # A start has the reason of the create before it, a removal that of the stop: told once.
        told = is_expected(step.reason) or isinstance(step.action, StartContainer) or (about, step.reason) in self._told
        self._told.add((about, step.reason))
        more = "" if told else reason_text(step.reason)
        return lines_of(step, about, begin, more) if begin else []

    def _finished(self, event: StepFinished) -> list[str]:
        step = event.step
        about = subjects(step.action, self._names)
        match event.outcome:
            case StepOutcome.SUCCEEDED:
                _, end = verbs(step, self._verb)
                return lines_of(step, about, _wait_word(event) or end, _wait_note(event)) if end else []
            case StepOutcome.FAILED | StepOutcome.WARNED:
                return lines_of(step, about, "Error", clean(event.detail))
            case StepOutcome.CANCELLED if changed_replicas(step.action) or isinstance(
                step.action, Transfer | BuildImage
            ):
                return lines_of(step, about, "Interrupted", "") if event.duration else []
            case _:
                return []

    def _built(self, event: BuildWent) -> list[str]:
        from composer.views.building import plain_lines  # noqa: PLC0415 - only when something is built

        return plain_lines(event)

    def _retried(self, event: StepRetried) -> list[str]:
        self._layers.pop(event.step, None)
        return [f" {service} Retrying  {clean(retry_text(event))}" for service in self._services.get(event.step, ())]

    def _progressed(self, event: StepProgress) -> list[str]:
        if name := self._programs.get(event.step):
            return [f" {name}  {clean(event.text)}"]
        services = self._services.get(event.step, ())
        lines = [f" {layer.id} {clean(layer.status)} " for layer in self._ended_layers(event)]
        if event.at - self._noted.setdefault(event.step, event.at) < PULL_NOTE_EVERY:
            return lines
        self._noted[event.step] = event.at
        text = pull_text(clean(event.text), event.current, event.total)
        return [*lines, *(f" {service} {self._verbs.get(event.step, 'Pulling')} {text}" for service in services)]

    def _ended_layers(self, event: StepProgress) -> list[Layer]:
        """Those that have ended since the last time; how the others stand would be a line every moment."""
        changed = changed_layers(self._layers.get(event.step, ()), event.layers)
        self._layers[event.step] = event.layers
        return [layer for layer in changed if is_ended(layer)]


def lines_of(step: Step, about: Sequence[str], word: str, more: str) -> list[str]:
    """One line per subject. A pull has its word where others have a blank, as docker compose has it."""
    if isinstance(step.action, Transfer):
        return [f" {subject} {word} {f' {more}' if more else ''}" for subject in about]
    return [f" {subject}  {word}{f'  {more}' if more else ''}" for subject in about]


def unchanged_lines(plan: Plan, verb: str) -> list[str]:
    """` Container app-db-1  Running` for what stays as it is and has no step of its own."""
    if verb not in UNCHANGED:
        return []
    acted_on = {replica for step in plan.steps for replica in changed_replicas(step.action)}
    rank = {service: place for place, service in enumerate(plan.service_order)}
    kept = sorted(plan.unchanged.keys() - acted_on, key=lambda r: (rank.get(r.service, len(rank)), r))
    return [f" Container {plan.unchanged[replica].name}  {UNCHANGED[verb]}" for replica in kept]


def skipped_lines(plan: Plan) -> list[str]:
    """` web Skipped - Image can be built `: services that a pull or push leaves out."""
    return [f" {service} Skipped {f'- {why} ' if why else ''}" for service, why in sorted(plan.skipped.items())]


def _wait_word(event: StepFinished) -> str:
    """The reference's word for what met a wait, when the detail says it better than the condition."""
    if not isinstance(event.step.action, WaitFor):
        return ""
    return "Exited" if event.detail.startswith("exited") else ""


def _wait_note(event: StepFinished) -> str:
    """`1.0s, own probe`: how long a wait took and what met it."""
    if not isinstance(event.step.action, WaitFor):
        return ""
    said = clean(event.detail).removeprefix("healthy").strip(" ()")
    return f"{duration_text(event.duration)}{f', {said}' if said else ''}"
