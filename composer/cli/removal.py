"""`composer rm` behind its flags: what goes is told and, unless forced, agreed to, before anything is done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from composer.cli.verbs import run_verb
from composer.plan.actions import RemoveContainer
from composer.plan.remove import plan_remove

if TYPE_CHECKING:
    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.plan.observed import ObservedState
    from composer.plan.options import RemoveOptions
    from composer.plan.plan import Plan


def run_remove(options: GlobalOptions, wanted: RemoveOptions, *, force: bool, dry_run: bool) -> int:
    """0 also when there is nothing to remove or the user says no. Raises PlanError for an unknown service."""

    def planner(stack: Stack, observed: ObservedState) -> Plan:
        return plan_remove(stack.project, observed, wanted)

    def agree(plan: Plan) -> bool:
        return _agreed(plan, force=force)

    return run_verb(options, "rm", planner, dry_run=dry_run, agree=agree)


def _agreed(plan: Plan, *, force: bool) -> bool:
    names = [step.action.container.name for step in plan.steps if isinstance(step.action, RemoveContainer)]
    if not names:
        sys.stderr.write("No stopped containers\n")
        return False
    message = f"Going to remove {', '.join(names)}"
    if force:
        sys.stdout.write(f"{message}\n")
        sys.stdout.flush()
        return True
    return ask(message)


def ask(question: str) -> bool:
    """A question on stdout; only `y` or `yes` on stdin is a yes."""
    sys.stdout.write(f"{question} [y/N] " if sys.stdin.isatty() else f"{question}\n")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
