"""Builds in the order of their services' dependencies, for builders that know no contexts which are other services.

There a Dockerfile says `FROM` the image of a service that its own depends on. docker compose builds in that order with
the classic builder, and beside each other with BuildKit. Pure. Must not know: which builder an engine has.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.graph.query import closure
from composer.graph.sorting import reach
from composer.plan.actions import BuildImage
from composer.plan.plan import Plan, Step, check

if TYPE_CHECKING:
    from composer.model.project import Project


def in_dependency_order(plan: Plan, project: Project) -> Plan:
    """`plan`, in which a build comes after those of the services that its own ones depend on, directly or not.

    Services that share a build may want a circle of them: what would close it is left out.
    """
    steps = {step.id: step for step in plan.steps}
    makers = {service: step.id for step in plan.steps for service in _services(step)}
    before = {step.id: set(step.after | step.after_any) for step in plan.steps}
    for service in project.services:
        step = makers.get(service)
        for needed in closure(project, (service,)) if step is not None else ():
            maker = makers.get(needed)
            if step is None or maker is None or maker == step or step in reach(before, (maker,)):
                continue
            before[step].add(maker)
            steps[step] = replace(steps[step], after=steps[step].after | {maker})
    ordered = tuple(steps.values())
    return plan if ordered == plan.steps else replace(plan, steps=check(ordered))


def _services(step: Step) -> tuple[str, ...]:
    return step.action.services if isinstance(step.action, BuildImage) else ()
