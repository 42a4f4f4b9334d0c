"""`build`: the images of the services that have a build. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer import __version__
from composer.graph.query import closure
from composer.graph.sorting import topological
from composer.plan.actions import PushImage, StepId
from composer.plan.builds import Builds, add_each
from composer.plan.desired import image_of, no_such_service
from composer.plan.draft import Draft
from composer.plan.handover import why_handed_over
from composer.plan.options import BuildOptions
from composer.plan.reasons import Cause, Reason
from composer.plan.transfers import add_push

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.plan.plan import Plan

NOTHING = "No services to build"


def plan_build(project: Project, options: BuildOptions, *, version: str = __version__) -> Plan:
    """A step per image, each once. Raises `PlanError` for an unknown service.

    Services without a build are passed over; when none is left, a warning says so.
    """
    draft = Draft()
    chosen = [service for service in _chosen(project, options) if service.build is not None]
    if not chosen:
        draft.warnings.append(NOTHING)
    builds = Builds(draft, project, version=version, wishes=options.wishes)
    by_image: dict[str, list[Service]] = {}
    for service in chosen:
        by_image.setdefault(image_of(project, service), []).append(service)
    for users in by_image.values():
        add_each(builds, users, Reason(Cause.REQUESTED))
    _add_pushes(draft, builds)
    return draft.finish(topological({name: tuple(service.depends_on) for name, service in project.services.items()}))


def _add_pushes(draft: Draft, builds: Builds) -> None:
    """A build that is handed over pushes by itself: its image may be one that the engine cannot hold."""
    for step, action in builds.made().items():
        recipe = action.recipe
        if recipe.push and not why_handed_over(recipe, builder=recipe.builder):
            for name in recipe.names:
                if StepId(f"push:{name}") not in draft:
                    add_push(draft, PushImage(name, action.services), after=[step])


def _chosen(project: Project, options: BuildOptions) -> list[Service]:
    for name in options.services:
        if name not in project.services:
            raise no_such_service(name, project.services)
    if not options.services:
        return list(project.services.values())
    names = closure(project, options.services) if options.with_dependencies else options.services
    return [service for name, service in project.services.items() if name in names]
