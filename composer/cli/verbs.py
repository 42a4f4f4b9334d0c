"""The verbs that plan, run and end: `down`, `stop`, `start`, `restart`, `kill`, `rm`, `pause`, `unpause`.

Each is a composition: load (or take the project from its labels), observe, plan, carry out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from composer.cli.carryout import exit_code, show_plan, tell_warnings
from composer.cli.context import load_or_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan


def open_stack(options: GlobalOptions, *, acting: bool, runs_hooks: bool = False) -> Stack:
    """The project of the flags on its engine; `acting` False gives a client that cannot change anything."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good

    project, name = load_or_name(options, runs_hooks=runs_hooks)
    engine = open_engine(os.environ) if acting else open_reader(os.environ)
    return Stack(engine, name=name, project=project, environment=os.environ)


def run_verb(
    options: GlobalOptions,
    verb: str,
    planner: Callable[[Stack, ObservedState], Plan],
    *,
    dry_run: bool = False,
    yes: bool = False,
    images: bool = False,
    runs_hooks: bool = False,
    agree: Callable[[Plan], bool] = lambda _: True,
) -> int:
    """Observe, plan with `planner`, show or carry out; keeps going after a failed step. `yes`: what loses data is
    agreed to; else that is asked, and a no ends it. `images`: the plan asks which of the file's are there.
    `runs_hooks`: those of `pre_start`. Nothing is done unless `agree` says so of the plan."""
    dry = dry_run or options.dry_run
    with open_stack(options, acting=not dry, runs_hooks=runs_hooks) as stack:
        if dry:
            return show_plan(planner(stack, stack.observe(images=images)), verb=verb, stack=stack, options=options)
        from composer.cli.agreement import Agreement  # noqa: PLC0415 - a dry run never gets here
        from composer.cli.persist import Undertaking, carry_out_persistently, project_lock  # noqa: PLC0415
        from composer.execute.policy import RunPolicy  # noqa: PLC0415

        agreement = Agreement(yes=yes, verb=verb)

        def plan_anew() -> tuple[ObservedState, Plan]:
            observed = stack.observe(images=images)
            return observed, agreement.insist(planner(stack, observed))

        with project_lock(stack, verb, options):
            observed, plan = plan_anew()
            tell_warnings(plan, options)
            if not agree(plan):
                return 0
            policy = RunPolicy(verb=verb, keep_going=True)
            begun = Undertaking(plan, observed, plan_anew)
            _, result = carry_out_persistently(stack, begun, policy, options=options)
            return exit_code(result)
