"""Whom a plan and its steps are about: replicas, containers and their names. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from composer.plan.actions import (
    CreateContainer,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    RemoveContainer,
    RenameContainer,
    StartContainer,
    StopContainer,
    UnpauseContainer,
)

if TYPE_CHECKING:
    from composer.plan.actions import Action, ContainerId, ReplicaId, StepId
    from composer.plan.plan import Plan

# What is done to a container that may exist already.
ON_CONTAINER = StartContainer | StopContainer | KillContainer | PauseContainer | UnpauseContainer | RemoveContainer


def container_names(plan: Plan) -> dict[ReplicaId, str]:
    """The engine's (final) names of every replica the plan speaks of."""
    names = {replica: container.name for replica, container in plan.unchanged.items()}
    for step in plan.steps:
        action = step.action
        if isinstance(action, CreateContainer):
            names[action.spec.replica] = action.spec.name
        elif isinstance(action, RenameContainer):
            names[action.replica] = action.name
        elif isinstance(action, ON_CONTAINER) and action.container:
            names.setdefault(action.replica, action.container.name)
    return names


def changed_replicas(action: Action) -> tuple[ReplicaId, ...]:
    """The replicas whose containers a step changes (a wait changes none: it only looks)."""
    if isinstance(action, CreateContainer | JoinNetwork):
        return (action.spec.replica,)
    if isinstance(action, RenameContainer | LeaveNetwork | ON_CONTAINER):
        return (action.replica,)
    return ()


def stopped_containers(plan: Plan) -> frozenset[ContainerId]:
    """Those that the plan stops, for good or to start them again."""
    actions = (step.action for step in plan.steps)
    return frozenset(one.container.id for one in actions if isinstance(one, StopContainer | RemoveContainer))


def started_replicas(plan: Plan, steps: Collection[StepId] | None = None) -> tuple[ReplicaId, ...]:
    """Those that the plan starts, in its order; with `steps` by these alone."""
    return tuple(
        step.action.replica
        for step in plan.steps
        if isinstance(step.action, StartContainer) and (steps is None or step.id in steps)
    )
