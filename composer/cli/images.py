"""The verbs about images: `pull`, `push`, `images`.

Must not know: how a plan is made or carried out, how registries are spoken to.
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out, exit_code, show_plan, tell_warnings
from composer.cli.context import load, project_name, tell_warning
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.cli.options import GlobalOptions
    from composer.events.types import RunResult
    from composer.model.project import Project
    from composer.plan.observed import ObservedContainer, ObservedImage, ObservedState
    from composer.plan.options import PullOptions, PushOptions
    from composer.plan.plan import Plan


@value(kw_only=True)
class ImagesRequest:
    """`output`: `table`, `json` or a template (see `views.formats`)."""

    services: tuple[str, ...] = ()
    quiet: bool = False
    output: str = "table"


def run_pull(options: GlobalOptions, request: PullOptions, *, quiet: bool, dry_run: bool) -> int:
    """`composer pull`; the exit status. Raises LoadError, PlanError, EngineError."""
    from composer.plan.transfers import plan_pull  # noqa: PLC0415 - after the flags are known good

    project = _load(options, request.services, with_dependencies=request.include_deps)
    planner = partial(plan_pull, project, options=request)
    return _move(options, "pull", project, planner, quiet=quiet, dry_run=dry_run)


def run_push(options: GlobalOptions, request: PushOptions, *, quiet: bool, dry_run: bool) -> int:
    """`composer push`; as `run_pull`."""
    from composer.plan.transfers import plan_push  # noqa: PLC0415 - after the flags are known good

    project = _load(options, request.services, with_dependencies=request.include_deps)
    return _move(options, "push", project, lambda _: plan_push(project, request), quiet=quiet, dry_run=dry_run)


def _load(options: GlobalOptions, services: tuple[str, ...], *, with_dependencies: bool) -> Project:
    alone = bool(services) and not with_dependencies
    return load(options, services=services, no_deps=alone, makes_containers=False).project


def _move(
    options: GlobalOptions,
    verb: str,
    project: Project,
    planner: Callable[[ObservedState], Plan],
    *,
    quiet: bool,
    dry_run: bool,
) -> int:
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good

    dry = dry_run or options.dry_run
    engine = open_reader(os.environ) if dry else open_engine(os.environ)
    with Stack(engine, name=project.name, project=project) as stack:
        observed = stack.observe()
        plan = planner(observed)
        if dry:
            return show_plan(plan, verb=verb, stack=stack, options=options)
        tell_warnings(plan, options)
        from composer.execute.policy import RunPolicy  # noqa: PLC0415 - a dry run never gets here

        policy = RunPolicy(verb=verb, keep_going=True, quiet_transfers=quiet)
        result = carry_out(stack, plan, policy, observed=observed, options=options)
        if names := _to_be_built(plan, result):
            # Words that scripts look for.
            told = f"Some service image(s) must be built from source by running:\n    composer build {names}"
            tell_warning(told, options)
        return exit_code(result)


def _to_be_built(plan: Plan, result: RunResult) -> str:
    """The services whose images no registry gave, though that was no error, and that can build them."""
    from composer.events.types import StepOutcome  # noqa: PLC0415 - as above
    from composer.plan.actions import PullImage  # noqa: PLC0415

    outcomes = dict(result.outcomes)
    return " ".join(
        service
        for step in plan.steps
        if isinstance(step.action, PullImage) and outcomes.get(step.id) is StepOutcome.WARNED
        for service in step.action.buildable
    )


def run_images(options: GlobalOptions, request: ImagesRequest) -> int:
    """`composer images`: stdout only. Raises UsageError for a wrong template."""
    from composer.cli.listing import row_form, screen_columns  # noqa: PLC0415 - after the flags are known good

    form = row_form(request.output)
    from composer.api import open_reader  # noqa: PLC0415
    from composer.views.image_rows import images_formatted, images_json, images_quiet, images_table  # noqa: PLC0415

    engine = open_reader(os.environ)
    found = engine.containers(project=project_name(options))
    chosen = [one for one in found if not request.services or one.service in request.services]
    images = {image_id: engine.image(image_id) for image_id in sorted({one.image_id for one in chosen})}
    used: list[tuple[ObservedContainer, ObservedImage]] = []
    for container in chosen:
        image = images[container.image_id]
        if image is not None:  # else it was removed by force
            used.append((container, image))
    if request.quiet:
        text = images_quiet(used)
    elif form is not None:
        text = images_formatted(used, form)
    elif request.output == "json":
        text = images_json(used)
    else:
        text = images_table(used, now=time.time(), columns=screen_columns())
    sys.stdout.write(text)
    return 0
