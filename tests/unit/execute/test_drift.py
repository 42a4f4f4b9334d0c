"""Which failures mean that the engine's state changed under the run."""

from __future__ import annotations

import pytest

from composer.errors import ComposerError, Conflict, EngineRefused, EngineUnreachable, NotFound, StepFailed
from composer.execute.drift import has_drifted
from composer.execute.facts import ContainerFacts
from composer.execute.scheduler import RootFailure
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    PullImage,
    RemoveContainer,
    RemoveVolume,
    RenameContainer,
    ReplicaId,
    StartContainer,
    StepId,
    WaitFor,
)
from composer.plan.plan import Step
from composer.plan.reasons import Cause, Reason

WEB = ReplicaId("web", 1)
START = StartContainer(WEB, ContainerRef(ContainerId("1"), "web-1"))
RENAME = RenameContainer(WEB, "web-1")
REMOVE = RemoveContainer(WEB, START.container)
WAIT = WaitFor("web", None, (WEB,))
PULL = PullImage("app", None, ("web",))
GONE = ContainerFacts(ContainerId("1"), "web-1", WEB, state="gone")
ENDED = ContainerFacts(ContainerId("1"), "web-1", WEB, state="exited")


def root(action: Action, error: ComposerError, container: ContainerFacts | None = None) -> RootFailure:
    return RootFailure(Step(StepId("a:b"), action, Reason(Cause.MISSING)), error, container)


@pytest.mark.parametrize(
    ("failure", "away", "drifted"),
    [
        (root(START, NotFound("no such container")), False, True),
        (root(START, NotFound("network shop_default not found")), False, True),
        (root(RENAME, Conflict("the name is already in use")), False, True),
        (root(START, Conflict("container is marked for removal and cannot be started")), False, True),
        (root(START, EngineUnreachable("cut")), False, True),
        (root(PULL, EngineUnreachable("cut")), False, True),
        (root(WAIT, StepFailed("container web-1 is gone"), GONE), False, True),
        (root(WAIT, StepFailed("container web-1 exited (1)"), ENDED), False, False),
        (root(WAIT, StepFailed("container web-1 exited (137)"), ENDED), True, True),
        (root(WAIT, StepFailed("no container for web")), False, False),
        (root(START, Conflict("container 1 is not running")), False, False),  # a hook of one that ended
        (root(START, NotFound("its platform (a) does not match the specified platform (b)")), False, False),
        (root(START, EngineRefused("no space left on device")), True, False),
        (root(REMOVE, Conflict("container is running: stop the container before removing")), False, True),
        (root(REMOVE, EngineRefused("driver failed to remove root filesystem")), False, False),
        (root(PULL, NotFound("manifest unknown")), False, False),
        (root(RemoveVolume("data", recreated=True), StepFailed("is still in use")), False, False),
    ],
)
def test_one_failure(failure: RootFailure, away: bool, drifted: bool) -> None:
    assert has_drifted([failure], engine_was_away=away) is drifted


def test_every_failure_has_to_be_of_that_kind() -> None:
    drift, fault = root(START, NotFound("gone")), root(START, EngineRefused("bad command"))
    assert has_drifted([drift, drift], engine_was_away=False)
    assert not has_drifted([drift, fault], engine_was_away=False)
    assert not has_drifted([], engine_was_away=True)
