"""Whose output an attached `up` shows, by the names that stand before the lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.execute.follow import LogSource
from composer.execute.printer import label_of
from composer.plan.actions import CreateContainer, RemoveContainer, StartContainer, StopContainer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.plan.observed import ObservedContainer
    from composer.plan.plan import Plan


def attached_names(
    plan: Plan, containers: Iterable[ObservedContainer], shown: Callable[[str], bool]
) -> tuple[str, ...]:
    """Those that run on and those that the plan starts, sorted. `shown`: is a service's output to be seen?"""
    actions = [step.action for step in plan.steps]
    leaving = {one.container.id for one in actions if isinstance(one, StopContainer | RemoveContainer)}
    made = {one.spec.replica: one.spec.name for one in actions if isinstance(one, CreateContainer)}
    sources = {
        LogSource(found.id, found.name, found.service, found.number)
        for found in containers
        if found.is_running and not found.oneoff and found.id not in leaving
    }
    for action in actions:
        if isinstance(action, StartContainer):
            name = action.container.name if action.container is not None else made[action.replica]
            sources.add(LogSource("", name, action.replica.service, action.replica.number))
    return tuple(sorted({label_of(source) for source in sources if shown(source.service)}))
