from __future__ import annotations

import pytest

from composer.execute.effects import about_to_start, made_name, service_of, target, took_effect
from composer.execute.facts import Roster
from composer.model.service import Service
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    CreateContainer,
    KillContainer,
    PullImage,
    RemoveContainer,
    RemoveVolume,
    RenameContainer,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StopContainer,
    WaitFor,
)

WEB = ReplicaId("web", 1)
REF = ContainerRef(ContainerId("c1"), "p-web-1")
SPEC = ReplicaSpec(WEB, Service(name="web"), "p-web-1", "app", "h")


def roster(state: str = "running") -> Roster:
    known = Roster()
    known.adopt(WEB, REF).state = state
    return known


@pytest.mark.parametrize(
    ("action", "container"),
    [
        (StartContainer(WEB), "c1"),
        (StartContainer(WEB, ContainerRef(ContainerId("c2"), "x")), "c2"),
        (RenameContainer(WEB, "new"), "c1"),
        (RenameContainer(WEB, "new", ContainerRef(ContainerId("c2"), "x")), "c2"),
        (StopContainer(WEB, REF), "c1"),
        (CreateContainer(SPEC), None),
        (StartContainer(ReplicaId("web", 2)), None),
    ],
)
def test_which_container_an_action_works_on(action: Action, container: str | None) -> None:
    assert target(action, roster()) == container


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (StopContainer(WEB, REF), "exited"),
        (KillContainer(WEB, REF), "exited"),
        (KillContainer(WEB, REF, "SIGHUP"), "running"),
        (RemoveContainer(WEB, REF), "gone"),
        (RenameContainer(WEB, "new"), "running"),
    ],
)
def test_what_success_means_for_the_container(action: Action, state: str) -> None:
    facts = took_effect(action, None, roster())
    assert facts is not None
    assert facts.state == state
    assert facts.name == ("new" if isinstance(action, RenameContainer) else "p-web-1")


def test_what_does_not_concern_a_container() -> None:
    assert took_effect(RemoveVolume("v"), None, roster()) is None
    assert took_effect(CreateContainer(SPEC), None, roster()) is None


def test_an_unknown_container_is_adopted_when_it_is_to_be_started() -> None:
    known = Roster()
    about_to_start(StartContainer(WEB, REF), REF.id, known)
    facts = known.of(WEB)
    assert facts is not None
    assert (facts.name, facts.start_due) == ("p-web-1", True)


def test_the_temporary_name_of_a_replacement() -> None:
    old = ContainerRef(ContainerId("0123456789abcdef"), "p-web-1")
    assert made_name(CreateContainer(SPEC, replaces=old)) == "0123456789ab_p-web-1"


@pytest.mark.parametrize(
    ("action", "service"),
    [
        (WaitFor("db", None, ()), "db"),
        (CreateContainer(SPEC), "web"),
        (PullImage("app", None, ("web", "api")), "web"),
        (PullImage("app", None, ()), ""),
        (StartContainer(WEB), "web"),
        (RemoveVolume("v"), ""),
    ],
)
def test_the_service_of_an_action(action: Action, service: str) -> None:
    assert service_of(action) == service
