"""The verbs that plan, run and end: `down`, `stop`, `start`, `restart`, `kill`, `rm`, `scale`.

Each is a composition: load (or take the project from its labels), observe, plan, carry out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out, exit_code, show_plan, tell_warnings
from composer.cli.context import load_or_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan


def open_stack(options: GlobalOptions, *, acting: bool, services: Sequence[str] = ()) -> Stack:
    """The project of the flags on its engine; `acting` False gives a client that cannot change anything."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good

    project, name = load_or_name(options, services=services)
    engine = open_engine(os.environ) if acting else open_reader(os.environ)
    return Stack(engine, name=name, project=project)


def run_verb(
    options: GlobalOptions, verb: str, planner: Callable[[Stack, ObservedState], Plan], *, dry_run: bool = False
) -> int:
    """Observe, plan with `planner`, show or carry out; keeps going after a failed step."""
    dry = dry_run or options.dry_run
    with open_stack(options, acting=not dry) as stack:
        observed = stack.observe(images=False)
        plan = planner(stack, observed)
        if dry:
            return show_plan(plan, verb=verb, stack=stack, options=options)
        tell_warnings(plan, options)
        from composer.execute.policy import RunPolicy  # noqa: PLC0415 - a dry run never gets here

        policy = RunPolicy(verb=verb, keep_going=True)
        return exit_code(carry_out(stack, plan, policy, observed=observed, options=options))
