"""Which of an engine's builders is asked, and what that means for a plan. Must not know: how something is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from composer.errors import EngineUnreachable, UsageError
from composer.plan.actions import BuildImage

if TYPE_CHECKING:
    from composer.engine.port import EngineReader
    from composer.model.project import Project
    from composer.plan.plan import Plan

VARIABLE = "DOCKER_BUILDKIT"
# As Go's ParseBool, with which docker reads it.
NO = ("0", "f", "F", "false", "False", "FALSE")
YES = ("1", "t", "T", "true", "True", "TRUE")


def wants_classic(environment: Mapping[str, str]) -> bool:
    """The user asks for the classic builder, though the engine may have BuildKit. Raises UsageError."""
    told = environment.get(VARIABLE, "")
    if told and told not in (*NO, *YES):
        raise UsageError(f"{VARIABLE} is '{told}'", hint="Use 1 for BuildKit, 0 for the classic builder.")
    return told in NO


def fitted(plan: Plan, project: Project, *, environment: Mapping[str, str], engine: EngineReader) -> Plan:
    """`plan` as the builder needs it that will be asked: the classic one has another service's image only once that is
    built. Raises UsageError."""
    if sum(isinstance(step.action, BuildImage) for step in plan.steps) < 2:
        return plan
    from composer.plan.build_order import in_dependency_order  # noqa: PLC0415 - several builds

    ordered = in_dependency_order(plan, project)
    return plan if ordered is plan or _has_buildkit(environment, engine) else ordered


def _has_buildkit(environment: Mapping[str, str], engine: EngineReader) -> bool:
    try:
        return not wants_classic(environment) and engine.info().has_buildkit
    except EngineUnreachable:  # it is not needed to print what would be built
        return True
