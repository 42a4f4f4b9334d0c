"""`composer build` behind its flags: plan, carry out; or print what docker buildx would be given.

Must not know: how a build is planned or carried out.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out, exit_code, show_plan, tell_warnings
from composer.cli.context import load
from composer.engine.builder import wants_classic
from composer.errors import UsageError
from composer.plan.observed import ObservedState
from composer.plan.options import BuildOptions
from composer.plan.recipe import BuildWishes
from composer.units import parse_bytes
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.cli.options import GlobalOptions
    from composer.plan.plan import Plan


@value(kw_only=True)
class BuildRequest:
    """The flags as they were given."""

    services: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    builder: str = ""
    check: bool = False
    memory: str = ""
    no_cache: bool = False
    prints: bool = False
    provenance: str = ""
    pull: bool = False
    push: bool = False
    quiet: bool = False
    sbom: str = ""
    ssh: str = ""
    with_dependencies: bool = False


def run_build(options: GlobalOptions, request: BuildRequest, *, dry_run: bool) -> int:
    """Returns the exit status. Raises LoadError, PlanError, UsageError, EngineError."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.execute.policy import RunPolicy  # noqa: PLC0415

    wanted = build_options(request)
    project = load(
        options, services=request.services, no_deps=not request.with_dependencies, makes_containers=False
    ).project
    dry = dry_run or options.dry_run
    engine = open_reader(os.environ) if dry or request.prints else open_engine(os.environ)
    with Stack(engine, name=project.name, project=project, environment=os.environ) as stack:
        plan = stack.plan_build(wanted)
        if request.prints:
            return print_bake(plan)
        if request.check:
            return check_dockerfiles(plan, builder=wanted.wishes.builder)
        if dry:
            return show_plan(plan, verb="build", stack=stack, options=options)
        tell_warnings(plan, options)
        shown = replace(options, progress="quiet") if request.quiet else options
        unseen = ObservedState(project.name)  # a build does not depend on what there is
        return exit_code(carry_out(stack, plan, RunPolicy(verb="build"), observed=unseen, options=shown))


def build_options(request: BuildRequest) -> BuildOptions:
    """Raises UsageError for what the engine's builder cannot do."""
    wishes = BuildWishes(
        memory=memory_of(request.memory),
        args=arguments_of(request.arguments),
        no_cache=request.no_cache,
        pull=request.pull,
        ssh=ssh_of(request.ssh),
        provenance=request.provenance,
        sbom=request.sbom,
        builder=request.builder or os.environ.get("BUILDX_BUILDER", ""),
        push=request.push,
    )
    return BuildOptions(services=request.services, with_dependencies=request.with_dependencies, wishes=wishes)


def print_bake(plan: Plan) -> int:
    """`--print`: on stdout, as docker compose prints it."""
    import json  # noqa: PLC0415 - rare

    sys.stdout.write(json.dumps(_document(plan), indent=2, ensure_ascii=False) + "\n")
    return 0


def check_dockerfiles(plan: Plan, *, builder: str) -> int:
    """`--check`, by docker buildx: 1 when something was found, as docker compose. Raises ComposerError without it."""
    from composer.api import check_builds  # noqa: PLC0415 - rare

    return 1 if check_builds(_document(plan), builder=builder, environment=os.environ) else 0


def _document(plan: Plan) -> dict[str, object]:
    from composer.build.bake import bake_document  # noqa: PLC0415 - rare
    from composer.plan.actions import BuildImage  # noqa: PLC0415

    return bake_document(step.action for step in plan.steps if isinstance(step.action, BuildImage))


def arguments_of(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE`; a name alone takes the variable of the shell, and is nothing when that is not set."""
    found: dict[str, str] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not name:
            raise UsageError(f"invalid --build-arg '{each}'", hint="Write it as NAME=VALUE, or NAME for the shell's.")
        if sign or name in os.environ:
            found[name] = text if sign else os.environ[name]
    return found


def memory_of(given: str) -> int:
    """Bytes; 0 for no limit. Only the classic builder knows limits, and so it must be the one that is asked for."""
    if not given:
        return 0
    if not wants_classic(os.environ):
        cure = "leave it out, or set DOCKER_BUILDKIT=0 for the classic builder"
        raise UsageError("--memory is not supported by the engine's builder", hint=cure)
    try:
        return parse_bytes(given)
    except ValueError as error:
        raise UsageError(f"--memory is '{given}'", hint="Write it like 512m.") from error


def ssh_of(given: str) -> dict[str, str | None]:
    """`default` is the agent, `ID=PATH` a socket or a key."""
    if not given:
        return {}
    name, _, path = given.partition("=")
    return {name: os.path.abspath(path) if path else None}  # noqa: PTH100 - links stay
