"""How the events of a run become its record: one entry an object of the plan.

No secret gets in: reasons hold none, and an engine's words that show one are left out. Must not know: where records
are kept, how they look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.events.record import Entry, Run
from composer.events.types import RunFinished, RunStarted, StepFinished, StepOutcome
from composer.plan.actions import (
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RunPreStart,
    RunProvider,
    StartContainer,
    WaitFor,
)
from composer.plan.credentials import shows_credential
from composer.plan.reasons import Cause
from composer.plan.subjects import container_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.events.types import Event, Failure, RunResult
    from composer.plan.actions import Action, ReplicaId
    from composer.plan.plan import Plan, Step

# The step of an object that says what is done to it, the first of these that is there; and the word for it.
_DEEDS = {
    "create": "created",
    "build": "built",
    "pull": "pulled",
    "push": "pushed",
    "network": "created",
    "volume": "created",
    "start": "started",
    "kill": "killed",
    "remove": "removed",
    "stop": "stopped",
    "pause": "paused",
    "unpause": "unpaused",
}
_WORST = (
    StepOutcome.FAILED,
    StepOutcome.SKIPPED,
    StepOutcome.CANCELLED,
    StepOutcome.WARNED,
    StepOutcome.SUCCEEDED,
)
_UNTOLD = "(not kept: it may show a credential)"


class Recorder:
    """A bus subscriber; `run` is there once the run has finished. `began`: the clock when it was made."""

    def __init__(self, *, began: float, engine: str = "", working_dir: str = "") -> None:
        self._began = began
        self._engine = engine
        self._working_dir = working_dir
        self._started: RunStarted | None = None
        self._finished: dict[str, StepFinished] = {}
        self.run: Run | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._started = event
            case StepFinished():
                self._finished[event.step.id] = event
            case RunFinished() if self._started is not None:
                self.run = self._recorded(self._started, event.result)
            case _:
                pass

    def _recorded(self, started: RunStarted, result: RunResult) -> Run:
        return Run(
            verb=started.verb,
            project=started.project,
            began=self._began,
            seconds=round(result.seconds, 3),
            ok=result.ok,
            interrupted=result.interrupted,
            engine=self._engine,
            working_dir=self._working_dir,
            entries=_entries(started.plan, self._finished, result.failures),
        )


def _entries(plan: Plan, finished: Mapping[str, StepFinished], failures: Iterable[Failure]) -> tuple[Entry, ...]:
    """In plan order of the objects' first steps; then services that were waited for in vain, and not touched."""
    names = container_names(plan)
    groups: dict[tuple[str, str], list[Step]] = {}
    waits: list[Step] = []
    for step in plan.steps:
        if isinstance(step.action, WaitFor):
            waits.append(step)
        elif (subject := _subject(step.action, names)) is not None:
            groups.setdefault(subject, []).append(step)
    ready = _ready(waits, finished, names)
    told = {failure.container or failure.service: failure for failure in failures}
    entries = [_entry(subject, steps, finished, ready, told) for subject, steps in groups.items()]
    named = {entry.name for entry in entries} | {entry.service for entry in entries}
    entries += [
        Entry(
            kind="container",
            name=failure.container or failure.service,
            service=failure.service,
            outcome=StepOutcome.FAILED.value,
            message=_kept(failure.headline),
            exit_code=failure.exit_code,
        )
        for key, failure in told.items()
        if key and key not in named
    ]
    return tuple(entries)


def _entry(
    subject: tuple[str, str],
    steps: list[Step],
    finished: Mapping[str, StepFinished],
    ready: Mapping[str, StepFinished],
    failures: Mapping[str, Failure],
) -> Entry:
    kind, name = subject
    deed = min(steps, key=_rank)
    ends = [finished[step.id] for step in steps if step.id in finished]
    service = _service(deed.action)
    failure = failures.get(name) or failures.get(service)
    outcome = next((one for one in _WORST if any(end.outcome is one for end in ends)), StepOutcome.CANCELLED)
    worst = next((end.detail for end in ends if end.outcome is outcome), "")
    waited = ready.get(name)
    if failure is not None:
        outcome, worst = StepOutcome.FAILED, failure.headline
    return Entry(
        kind=kind,
        name=name,
        service=service,
        did=_did(deed, steps),
        cause=deed.reason.cause.value,
        detail=deed.reason.detail,
        changes=deed.reason.changes,
        outcome=outcome.value,
        message="" if outcome is StepOutcome.SUCCEEDED else _kept(worst),
        exit_code=failure.exit_code if failure is not None else None,
        ready=waited.detail if waited is not None and waited.outcome is StepOutcome.SUCCEEDED else "",
        after=round(max((end.at for end in (*ends, *([waited] if waited else ()))), default=0.0), 3),
    )


def _rank(step: Step) -> int:
    order = list(_DEEDS)
    return order.index(step.kind) if step.kind in _DEEDS else len(order)


def _did(deed: Step, steps: list[Step]) -> str:
    if isinstance(deed.action, CreateContainer) and (
        deed.action.replaces is not None or any(step.kind == "remove" for step in steps)
    ):
        return "recreated"
    if deed.reason.cause is Cause.CONFIG_CHANGED and deed.kind in ("network", "volume"):
        return "recreated"
    if isinstance(deed.action, StartContainer) and any(step.kind == "stop" for step in steps):
        return "restarted"
    if deed.kind.startswith("remove"):
        return "removed"
    return _DEEDS.get(deed.kind, deed.kind)


def _ready(
    waits: Iterable[Step], finished: Mapping[str, StepFinished], names: Mapping[ReplicaId, str]
) -> dict[str, StepFinished]:
    """By container: the end of a wait for it."""
    return {
        names.get(replica, str(replica)): finished[step.id]
        for step in waits
        if step.id in finished and isinstance(step.action, WaitFor)
        for replica in step.action.replicas
    }


def _subject(action: Action, names: Mapping[ReplicaId, str]) -> tuple[str, str] | None:  # noqa: PLR0911 - by action
    """Kind and name of the object that a step is about; None: nothing that the engine holds."""
    match action:
        case PullImage() | PushImage() | BuildImage() | RemoveImage():
            return "image", action.image
        case CreateNetwork():
            return "network", action.network.name
        case RemoveNetwork():
            return "network", action.name
        case CreateVolume():
            return "volume", action.volume.name
        case RemoveVolume():
            return "volume", action.name
        case WaitFor() | RunProvider() | PrepareModel():
            return None
        case CreateContainer() | JoinNetwork() | RunPreStart():
            return "container", action.spec.name
        case _:
            return "container", action.container.name if action.container else names.get(
                action.replica, str(action.replica)
            )


def _service(action: Action) -> str:
    spec = getattr(action, "spec", None)
    replica = spec.replica if spec is not None else getattr(action, "replica", None)
    return replica.service if replica is not None else ""


def _kept(text: str) -> str:
    return _UNTOLD if shows_credential(text) else text
