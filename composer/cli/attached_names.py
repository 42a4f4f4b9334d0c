"""Whose output an attached `up` shows, by the names that stand before the lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.execute.follow import LogSource
from composer.execute.printer import label_of
from composer.plan.subjects import container_names, started_replicas, stopped_containers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.plan.observed import ObservedContainer
    from composer.plan.plan import Plan


def attached_names(
    plan: Plan, containers: Iterable[ObservedContainer], shown: Callable[[str], bool]
) -> tuple[str, ...]:
    """Those that run on and those that the plan starts, sorted. `shown`: is a service's output to be seen?"""
    leaving, names = stopped_containers(plan), container_names(plan)
    sources = {
        LogSource(found.id, found.name, found.service, found.number)
        for found in containers
        if found.is_running and not found.oneoff and found.id not in leaving
    }
    sources |= {LogSource("", names[replica], replica.service, replica.number) for replica in started_replicas(plan)}
    return tuple(sorted({label_of(source) for source in sources if shown(source.service)}))
