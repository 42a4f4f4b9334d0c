"""Which container an action is about, and what its success means for what we know of it.

Pure bookkeeping between `plan.actions` and `facts`: it holds even when no events are listened to.
Must not know: step states, time, the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.plan.actions import (
    BuildImage,
    ContainerId,
    ContainerRef,
    CreateContainer,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveContainer,
    RenameContainer,
    RunPreStart,
    RunProvider,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    WaitFor,
)

if TYPE_CHECKING:
    from composer.execute.facts import ContainerFacts, Roster
    from composer.plan.actions import Action


def target(action: Action, roster: Roster) -> ContainerId | None:
    """The container an action works on; None for one that is made, or if there is none."""
    match action:
        case StartContainer() | RenameContainer() | RunPreStart() if action.container is not None:
            return action.container.id
        case StartContainer(replica) | RenameContainer(replica) | RunPreStart(replica):
            facts = roster.of(replica)
            return facts.id if facts else None
        case StopContainer() | KillContainer() | RemoveContainer() | LeaveNetwork() | JoinNetwork():
            return action.container.id
        case PauseContainer() | UnpauseContainer():
            return action.container.id
        case _:
            return None


def about_to_start(action: StartContainer, container: ContainerId, roster: Roster) -> None:
    facts = roster.get(container) or roster.adopt(action.replica, action.container or ContainerRef(container, ""))
    roster.adopt(action.replica, ContainerRef(facts.id, facts.name)).start_due = True


def took_effect(action: Action, made: ContainerId | None, roster: Roster) -> ContainerFacts | None:
    """A call came back; answers whose facts may have changed. `made`: by CreateContainer."""
    if isinstance(action, CreateContainer):
        return roster.adopt(action.spec.replica, ContainerRef(made, made_name(action))) if made else None
    container = target(action, roster)
    facts = roster.get(container) if container else None
    if facts is None:
        return None
    match action:
        case RenameContainer(_, name):
            facts.name = name
        case StartContainer() if facts.start_due:
            facts.begin_life()
        case StopContainer() | KillContainer(signal="SIGKILL" | "KILL" | "9"):
            facts.ended()
        case PauseContainer():
            facts.state = "paused"
        case UnpauseContainer():
            facts.state = "running"
        case RemoveContainer():
            facts.lose()
        case _:
            pass
    return facts


def made_name(action: CreateContainer) -> str:
    """A replacement is made under a temporary name."""
    return f"{action.replaces.id[:12]}_{action.spec.name}" if action.replaces else action.spec.name


def service_of(action: Action) -> str:  # noqa: PLR0911 - one per action
    """The service an action is done for; "" for networks, volumes and images to remove."""
    match action:
        case WaitFor(service):
            return service
        case CreateContainer(spec) | JoinNetwork(spec):
            return spec.replica.service
        case RunProvider(service):
            return service
        case PullImage() | PushImage() | BuildImage() | PrepareModel():
            return action.services[0] if action.services else ""
        case (
            StartContainer()
            | RunPreStart()
            | RenameContainer()
            | StopContainer()
            | KillContainer()
            | RemoveContainer()
            | LeaveNetwork()
        ):
            return action.replica.service
        case PauseContainer() | UnpauseContainer():
            return action.replica.service
        case _:
            return ""
