"""Words: reasons, holds, conditions, states and steps in short English.

The only place that turns the plan's typed values into prose. Subjects and verbs of steps follow
docker compose's progress lines (`Container app-db-1` · `Creating` · `Created`), which scripts read.
Pure. Must not know: where a text goes, how wide the terminal is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from composer.model.dependency import Condition
from composer.plan.actions import (
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    ReplicaId,
    RunPreStart,
    RunProvider,
    StartContainer,
    StopContainer,
    Transfer,
    UnpauseContainer,
    WaitFor,
)
from composer.plan.reasons import Cause, Hold, HoldKind, Reason
from composer.views.cells import clean

if TYPE_CHECKING:
    from composer.events.types import StepRetried
    from composer.plan.actions import Action
    from composer.plan.change import Change
    from composer.plan.plan import Step

Names = Mapping[ReplicaId, str]

CAUSES: dict[Cause, str] = {
    Cause.MISSING: "does not exist yet",
    Cause.IMAGE_MISSING: "the image is not here",
    Cause.PULL_REQUESTED: "a pull was asked for",
    Cause.BUILD_REQUESTED: "a build was asked for",
    Cause.CONFIG_CHANGED: "its configuration changed",
    Cause.CONTENT_CHANGED: "a content changed",
    Cause.IMAGE_CHANGED: "its image changed",
    Cause.NETWORK_CHANGED: "its network changed",
    Cause.VOLUME_CHANGED: "its volume changed",
    Cause.FORCED: "forced",
    Cause.DEPENDENCY_RECREATED: "a dependency is recreated",
    Cause.NOT_RUNNING: "is not running",
    Cause.SCALE_DOWN: "more replicas than wanted",
    Cause.ORPHAN: "its service is not in the file",
    Cause.REPLACED: "replaced by a new one",
    Cause.DEPENDED_ON: "needed",
    Cause.WAIT_REQUESTED: "--wait",
    Cause.REQUESTED: "asked for",
}
# What anybody expects without being told; views that have little room leave these out.
PLAIN_CAUSES = frozenset(
    {
        Cause.MISSING,
        Cause.IMAGE_MISSING,
        Cause.BUILD_REQUESTED,
        Cause.NOT_RUNNING,
        Cause.REQUESTED,
        Cause.DEPENDED_ON,
        Cause.WAIT_REQUESTED,
    }
)

WORDS: dict[type[Action], str] = {
    PullImage: "pull",
    BuildImage: "build",
    PushImage: "push",
    CreateNetwork: "create",
    LeaveNetwork: "disconnect",
    JoinNetwork: "connect",
    CreateVolume: "create",
    CreateContainer: "create",
    RenameContainer: "rename",
    StartContainer: "start",
    StopContainer: "stop",
    KillContainer: "kill",
    PauseContainer: "pause",
    UnpauseContainer: "unpause",
    RemoveContainer: "remove",
    RemoveNetwork: "remove",
    RemoveVolume: "remove",
    RemoveImage: "remove",
    RunProvider: "run",
    PrepareModel: "prepare",
    RunPreStart: "run",
    WaitFor: "wait for",
}

_TO_OR_FROM: dict[type[Action], str] = {LeaveNetwork: "from", JoinNetwork: "to"}
# The word for a container that stays as it is, by verb.
UNCHANGED = {**dict.fromkeys(("up", "scale", "create"), "Running"), "stop": "Stopped"}

CONDITIONS: dict[Condition | None, str] = {
    Condition.STARTED: "started",
    Condition.HEALTHY: "healthy",
    Condition.COMPLETED: "completed",
    None: "running or healthy",
}


UNMET: dict[Condition | None, str] = {
    Condition.STARTED: "did not start",
    Condition.HEALTHY: "is not healthy",
    Condition.COMPLETED: "did not complete",
    None: "is not ready",
}


_TOLD = 2  # changes that a one-line reason names
_LONGEST = 60  # characters of a value

SAID_BY_DETAIL = frozenset({Cause.DEPENDED_ON, Cause.ORPHAN})  # what more is known says it all


def reason_text(reason: Reason) -> str:
    """`its image changed: sha256:ab… → sha256:cd…`, `its configuration changed: environment.LOG info → debug`."""
    words = CAUSES[reason.cause]
    if reason.cause in SAID_BY_DETAIL and reason.detail:
        return reason.detail
    told = "; ".join(filter(None, (reason.detail, *(change_text(change) for change in reason.changes[:_TOLD]))))
    more = f"; {len(reason.changes) - _TOLD} more" if len(reason.changes) > _TOLD else ""
    return f"{words}: {told}{more}" if told else words


def change_text(change: Change) -> str:
    """One line, however long and wild the values are."""
    return replace(change, path=clean(change.path), before=_short(change.before), after=_short(change.after)).text


def change_objects(changes: Iterable[Change]) -> list[dict[str, object]]:
    """For JSON: `before` and `after` are null for what is not set, or not to be shown (`hidden`)."""
    return [
        {"path": change.path, "before": change.before, "after": change.after, "hidden": change.hidden}
        for change in changes
    ]


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    line = clean(" ".join(text.split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def interrupt_text(count: int) -> str:
    """What the first Ctrl-C, or a further one, does to a run."""
    if count == 1:
        return "Interrupted: nothing more is begun, what is under way is finished (press Ctrl+C again to abandon it)"
    return "Interrupted again: what is under way is abandoned"


def is_expected(reason: Reason) -> bool:
    """Nothing worth telling: the object is missing, or the verb itself asked for the step."""
    return reason.cause in PLAIN_CAUSES


def condition_text(condition: Condition | str | None) -> str:
    """`healthy` for `service_healthy`; an unknown word stays as it is."""
    if isinstance(condition, str) and not isinstance(condition, Condition):
        if condition not in Condition.__members__.values():
            return condition
        condition = Condition(condition)
    return CONDITIONS[condition]


def hold_text(hold: Hold) -> str:
    """`db: healthy`, `create:db-1`, `other pulls to end`."""
    match hold.kind:
        case HoldKind.CONDITION:
            return f"{hold.on}: {condition_text(hold.detail)}" if hold.detail else hold.on
        case HoldKind.STEP:
            return hold.on
        case HoldKind.LIMIT:
            return f"other {hold.on or 'call'}s to end"
        case _:
            assert_never(hold.kind)


def subjects(action: Action, names: Names) -> tuple[str, ...]:  # noqa: PLR0911, PLR0912 - one per action
    """What a step is about, as docker compose names it; a pull or push concerns each service of the image."""
    match action:
        case PullImage() | PushImage():
            return action.services or (action.image,)
        case CreateNetwork():
            return (f"Network {action.network.name}",)
        case RemoveNetwork():
            return (f"Network {action.name}",)
        case CreateVolume():
            return (f"Volume {action.volume.name}",)
        case RemoveVolume():
            return (f"Volume {action.name}",)
        case RemoveImage():
            return (f"Image {action.image}",)
        case BuildImage():
            return (action.image,)
        case RunProvider():
            return (action.service,)
        case PrepareModel():
            return (action.name,)
        case CreateContainer():
            return (f"Container {action.spec.name}",)
        case RenameContainer() | RunPreStart():
            return (f"Container {action.name}",)
        case StartContainer():
            return (f"Container {action.container.name if action.container else _name(action.replica, names)}",)
        case StopContainer() | KillContainer() | RemoveContainer() | LeaveNetwork() | JoinNetwork():
            return (f"Container {action.container.name}",)
        case PauseContainer() | UnpauseContainer():
            return (f"Container {action.container.name}",)
        case WaitFor():
            return tuple(f"Container {_name(replica, names)}" for replica in action.replicas)
        case _:
            assert_never(action)


def _name(replica: ReplicaId, names: Names) -> str:
    return names.get(replica) or str(replica)


def verbs(step: Step, command: str = "") -> tuple[str, str]:
    """The words when a step begins and when it has succeeded; "" where docker compose says nothing. `command`: the
    whole run's verb: a restart is told as one thing."""
    if command == "restart" and isinstance(step.action, StopContainer):
        return "Restarting", ""
    if command == "restart" and isinstance(step.action, StartContainer):
        return "" if any(before.startswith("stop:") for before in step.after) else "Restarting", "Started"
    return _verbs(step)


def _verbs(step: Step) -> tuple[str, str]:  # noqa: PLR0911, PLR0912 - one per action
    action = step.action
    match action:
        case PullImage():
            return "Pulling", "Pulled"
        case BuildImage():
            return "Building", "Built"
        case PushImage():
            return "Pushing", "Pushed"
        case CreateNetwork() | CreateVolume():
            return "Creating", "Created"
        case CreateContainer():
            return ("Recreate", "") if action.replaces else ("Creating", "Created")
        case RenameContainer():
            return "", "Recreated"
        case LeaveNetwork() | JoinNetwork():
            return "", ""
        case StartContainer():
            return "Starting", "Started"
        case RunPreStart():
            return "Starting", "Exited"
        case KillContainer():
            return "Killing", "Killed"
        case PauseContainer():
            return "", "Paused"
        case UnpauseContainer():
            return "", "Unpaused"
        case StopContainer():
            return ("", "") if is_part_of_recreate(step) else ("Stopping", "Stopped")
        case RemoveContainer():
            return ("", "") if is_part_of_recreate(step) else ("Removing", "Removed")
        case RemoveNetwork() | RemoveVolume() | RemoveImage():
            return "Removing", "Removed"
        case RunProvider():
            return ("Creating", "Created") if action.verb == "up" else ("Removing", "Removed")
        case PrepareModel():
            return "", "Configured"
        case WaitFor():
            return "Waiting", "Exited" if action.condition is Condition.COMPLETED else "Healthy"
        case _:
            assert_never(action)


def is_part_of_recreate(step: Step) -> bool:
    """A step on the old container of a recreate: told as one `Recreate` … `Recreated` with the rest."""
    return step.reason.cause is Cause.REPLACED and not step.reason.detail


def step_text(step: Step, names: Names) -> str:  # noqa: PLR0911 - one per action
    """What a step does, in a few words: `create container app-db-1`, `db: healthy`."""
    action = step.action
    if isinstance(action, WaitFor):
        return f"{action.service}: {condition_text(action.condition)}"
    if isinstance(action, Transfer):
        return f"{WORDS[type(action)]} {action.image}"
    if isinstance(action, LeaveNetwork | JoinNetwork):
        return f"{WORDS[type(action)]} container {action.container.name} {_TO_OR_FROM[type(action)]} {action.network}"
    if isinstance(action, BuildImage):
        return f"build {action.image}"
    if isinstance(action, RunPreStart):
        return f"run pre_start hook {action.number} of {action.replica.service}"
    if isinstance(action, RunProvider):
        return f"run provider {action.provider.type} {action.verb} for {action.service}"
    if isinstance(action, PrepareModel):
        return f"prepare model {action.model.model} for {', '.join(action.services)}"
    word = "recreate" if isinstance(action, CreateContainer) and action.replaces else WORDS[type(action)]
    kind, _, name = subjects(action, names)[0].partition(" ")
    return f"{word} {kind.lower()} {name}"


def retry_text(event: StepRetried) -> str:
    """`connection reset by peer: attempt 2 of 3 in 1s`."""
    return f"{event.why}: attempt {event.attempt} of {event.of} in {event.seconds:g}s"


def loses_data(action: Action) -> str:
    """What is lost for good by this step, "" for nothing."""
    if isinstance(action, RemoveVolume):
        return "its data is lost"
    if isinstance(action, RemoveContainer) and action.volumes:
        return "its anonymous volumes are lost"
    if isinstance(action, CreateContainer) and action.replaces and action.renew_volumes:
        return "the old anonymous volumes are left behind"
    return ""
