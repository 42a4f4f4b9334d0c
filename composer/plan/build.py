"""`build`: the images of the services that have a build. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer import __version__
from composer.graph.query import closure
from composer.graph.sorting import topological
from composer.plan.builds import Builds, add_each
from composer.plan.desired import image_of, no_such_service
from composer.plan.draft import Draft
from composer.plan.options import BuildOptions
from composer.plan.reasons import Cause, Reason

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
    builds = Builds(draft, project, version=version, wishes=options.wishes, push=options.push)
    by_image: dict[str, list[Service]] = {}
    for service in chosen:
        by_image.setdefault(image_of(project.name, service), []).append(service)
    for users in by_image.values():
        add_each(builds, users, Reason(Cause.REQUESTED))
    return draft.finish(topological({name: tuple(service.depends_on) for name, service in project.services.items()}))


def _chosen(project: Project, options: BuildOptions) -> list[Service]:
    for name in options.services:
        if name not in project.services:
            raise no_such_service(name)
    if not options.services:
        return list(project.services.values())
    names = closure(project, options.services) if options.with_dependencies else options.services
    return [service for name, service in project.services.items() if name in names]
