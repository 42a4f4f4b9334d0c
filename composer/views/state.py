"""What the live view knows: events in, one row per replica out. No clock, no terminal, no words.

The reducer keeps facts (which steps run, which ended how, what the engine says of a container);
`rows.describe` turns them into words, `layout` into lines.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from composer.events.types import (
    BuildWent,
    ContainerChanged,
    Event,
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
from composer.plan.actions import BuildImage, PullImage, ReplicaId, StepId, Transfer, WaitFor
from composer.plan.subjects import changed_replicas, container_names
from composer.values import entity, layout_of
from composer.views.wording import retry_text, step_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.events.types import RunResult
    from composer.plan.plan import Plan, Step
    from composer.plan.reasons import Hold


@entity()
class Row:
    """A replica. `steps` act on its container, `waits` look at it, `pulls` bring its image, or build it; all in the
    plan's order. `met`: what a wait on it ended with. `began`/`ended`: seconds since the run's start. Of a plan
    that only pulls, pushes or builds a row is an image, and `steps` what is done to it; or a service left out, and
    `skipped` why."""

    replica: ReplicaId
    label: str
    steps: tuple[StepId, ...] = ()
    waits: tuple[StepId, ...] = ()
    pulls: tuple[StepId, ...] = ()
    state: str = ""
    health: str = ""
    exit_code: int | None = None
    probe: ProbeMade | None = None
    met: str = ""
    began: float | None = None
    ended: float | None = None
    skipped: str | None = None


@entity()
class ViewState:
    """Built by `apply` from the events of one run, or of several one after the other."""

    verb: str = ""
    project: str = ""
    rows: dict[ReplicaId, Row] = field(default_factory=dict)
    steps: dict[StepId, Step] = field(default_factory=dict)
    names: dict[ReplicaId, str] = field(default_factory=dict)
    running: dict[StepId, float] = field(default_factory=dict)
    outcomes: dict[StepId, StepOutcome] = field(default_factory=dict)
    details: dict[StepId, str] = field(default_factory=dict)
    holds: dict[StepId, tuple[Hold, ...]] = field(default_factory=dict)
    progress: dict[StepId, StepProgress] = field(default_factory=dict)
    builds: dict[StepId, BuildWent] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    interrupts: int = 0
    result: RunResult | None = None
    finished_at: float | None = None

    def apply(self, event: Event) -> None:  # noqa: PLR0912 - one case per kind of event
        match event:
            case RunStarted():
                self._begin(event)
            case StepHeld():
                self.holds[event.step] = event.holds
            case StepStarted():
                self._started(event)
            case StepProgress() | StepRetried():
                self._went_on(event)
            case BuildWent():
                if event.state not in ("output", "warning"):
                    self.builds[event.step] = event
            case StepFinished():
                self._finished(event)
            case ContainerChanged():
                if row := self.rows.get(event.replica):
                    row.state, row.health, row.exit_code = event.state, event.health, event.exit_code
            case ProbeMade():
                if row := self.rows.get(event.replica):
                    row.probe = event
            case InterruptReceived():
                self.interrupts = event.count
            case Warned():
                self.warnings.append(event.message)
            case RunFinished():
                self.result, self.finished_at = event.result, event.at

    def rows_of(self, service: str) -> list[Row]:
        return [row for row in self.rows.values() if row.replica.service == service]

    def step_words(self, step: StepId) -> str:
        known = self.steps.get(step)
        return step_text(known, self.names) if known else step

    def _begin(self, event: RunStarted) -> None:
        plan = event.plan
        fresh = ViewState(event.verb, event.project, steps={step.id: step for step in plan.steps})
        fresh.names = container_names(plan)
        fresh.rows = rows_of_plan(plan)
        for name in layout_of(ViewState).annotations:
            setattr(self, name, getattr(fresh, name))

    def _went_on(self, event: StepProgress | StepRetried) -> None:
        if isinstance(event, StepRetried):
            event = StepProgress(event.at, event.step, retry_text(event))
        self.progress[event.step] = event

    def _started(self, event: StepStarted) -> None:
        self.running[event.step.id] = event.at
        self.holds.pop(event.step.id, None)
        for row in self._concerned(event.step):
            if row.began is None and not isinstance(event.step.action, WaitFor):
                row.began = event.at

    def _finished(self, event: StepFinished) -> None:
        step = event.step
        self.running.pop(step.id, None)
        self.holds.pop(step.id, None)
        self.outcomes[step.id] = event.outcome
        self.details[step.id] = event.detail
        if event.outcome is StepOutcome.FAILED:
            self.errors.append(f"{step_text(step, self.names)}: {event.detail}")
        for row in self._concerned(step):
            if isinstance(step.action, WaitFor) and event.outcome is StepOutcome.SUCCEEDED:
                row.met = event.detail
            if all(known in self.outcomes for known in (*row.steps, *row.waits)):
                row.ended = event.at

    def _concerned(self, step: Step) -> Iterable[Row]:
        action = step.action
        if isinstance(action, Transfer | BuildImage):
            return [row for row in self.rows.values() if step.id in (*row.steps, *row.pulls)]
        replicas = action.replicas if isinstance(action, WaitFor) else changed_replicas(action)
        return [self.rows[replica] for replica in replicas if replica in self.rows]


def rows_of_plan(plan: Plan) -> dict[ReplicaId, Row]:
    """A row for every replica that the plan touches, looks at or keeps, dependencies first. Without any: a row for
    every image that is moved and every service left out."""
    acting: dict[ReplicaId, list[StepId]] = {replica: [] for replica in plan.unchanged}
    waiting: dict[ReplicaId, list[StepId]] = {}
    pulls: dict[str, list[StepId]] = {}
    for step in plan.steps:
        for replica in changed_replicas(step.action):
            acting.setdefault(replica, []).append(step.id)
        if isinstance(step.action, WaitFor):
            for replica in step.action.replicas:
                waiting.setdefault(replica, []).append(step.id)
        if isinstance(step.action, PullImage | BuildImage):
            for service in step.action.services:
                pulls.setdefault(service, []).append(step.id)
    if not (acting or waiting):
        return _rows_of_images(plan)
    rank = {service: place for place, service in enumerate(plan.service_order)}
    replicas = sorted({*acting, *waiting}, key=lambda r: (rank.get(r.service, len(rank)), r))
    several = {a.service for a in replicas for b in replicas if a.service == b.service and a != b}
    return {
        replica: Row(
            replica,
            str(replica) if replica.service in several or replica.number > 1 else replica.service,
            tuple(acting.get(replica, ())),
            tuple(waiting.get(replica, ())),
            tuple(pulls.get(replica.service, ())),
        )
        for replica in replicas
    }


def _rows_of_images(plan: Plan) -> dict[ReplicaId, Row]:
    rows: dict[ReplicaId, Row] = {}
    for step in plan.steps:
        if isinstance(step.action, Transfer | BuildImage):
            label = ", ".join(step.action.services) or step.action.image
            row = ReplicaId(step.action.image, len(rows))  # one image may be moved for two platforms
            rows[row] = Row(row, label, (step.id,))
    for service, why in sorted(plan.skipped.items()):
        row = ReplicaId(service, -1)
        rows[row] = Row(row, service, skipped=why)
    return rows
