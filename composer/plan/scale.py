"""`scale`: an `up` of the named services with other replica counts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from composer import __version__
from composer.model.project import Project
from composer.plan.observed import ObservedState
from composer.plan.options import UpOptions
from composer.plan.plan import Plan
from composer.plan.up import plan_up


def plan_scale(
    project: Project,
    observed: ObservedState,
    replicas: Mapping[str, int],
    *,
    no_deps: bool = False,
    version: str = __version__,
) -> Plan:
    """`replicas`: service → how many. Brings up the services they depend on unless `no_deps`.

    Raises `PlanError` as `plan_up` does.
    """
    options = UpOptions(services=tuple(replicas), scale=replicas, no_deps=no_deps)
    return plan_up(project, observed, options, version=version)
