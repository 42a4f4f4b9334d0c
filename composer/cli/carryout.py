"""Carrying out a plan in front of a user: choose the view, run, tell failures, give the exit status.

The one way every acting verb ends. Must not know: which verb it is, beyond its name.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from composer.cli.context import is_coloured, tell_warning, terminal, wants_json
from composer.cli.surroundings import is_fine, is_true
from composer.errors import Interrupted

PENDING = 2  # exit status of `plan --exit-code` when there is something to do

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.engine.port import EventStream
    from composer.events.bus import Subscriber
    from composer.events.types import Event, RunResult
    from composer.execute.policy import RunPolicy
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan


def show_plan(plan: Plan, *, verb: str, stack: Stack, options: GlobalOptions) -> int:
    """`--dry-run` and `composer plan`: the plan on stdout, its warnings on stderr.

    As text, or in JSON: an object a line for `--dry-run --progress json`, one document for `plan --format json`.
    Returns 0, or 2 when the exit status was asked for and there is something to do.
    """
    from composer.views.plan import plan_document, plan_object, plan_text  # noqa: PLC0415 - dry runs only

    tell_warnings(plan, options)
    form = options.plan
    if form is not None and form.json:
        document = plan_document(plan, verb=verb, project=stack.name, origins=stack.origins)
        sys.stdout.write(_json(document, indent=2))
    elif form is None and wants_json(options):
        sys.stdout.write("".join(_json(step) for step in plan_object(plan)))
    else:
        colour = is_coloured(sys.stdout, options)
        brief = form is not None
        told = plan_text(plan, verb=verb, project=stack.name, colour=colour, origins=stack.origins, brief=brief)
        sys.stdout.write(told)
    return PENDING if form is not None and form.exit_code and plan.changes_something else 0


def _json(told: dict[str, object], *, indent: int | None = None) -> str:
    import json  # noqa: PLC0415 - rare

    return json.dumps(told, ensure_ascii=False, indent=indent) + "\n"


def tell_warnings(plan: Plan, options: GlobalOptions) -> None:
    for warning in plan.warnings:
        tell_warning(warning, options)


def carry_out(
    stack: Stack,
    plan: Plan,
    policy: RunPolicy,
    *,
    observed: ObservedState,
    options: GlobalOptions,
    events: EventStream | None = None,
    goes_on: bool = False,
    continues: bool = False,
    untold: Callable[[RunResult], bool] = lambda _: False,
    unsaid: Collection[str] = (),
) -> RunResult:
    """Runs `plan` under the view the user asked for; failures are told on stderr before it returns.

    `goes_on`: after an interrupt the caller does something about what is left, so that is not told here. `continues`:
    the command has carried out a part of its work before, in a run of its own. `untold`:
    whether the caller does something about a failure. `unsaid`: kinds of steps whose progress is not shown, and ids of
    steps of which plain lines say nothing at all.
    """
    from composer.cli.recording import recorded  # noqa: PLC0415 - not for dry runs
    from composer.views.choose import make_view, progress_mode  # noqa: PLC0415

    screen = terminal(options)
    mode = progress_mode(options.progress, os.environ, screen)
    stream = sys.stdout if is_true("COMPOSE_STATUS_STDOUT") else sys.stderr
    # As docker compose has it; what `run` writes to stdout is its program's alone.
    view = make_view(mode, stream, screen, log=stream if policy.verb == "run" else sys.stdout)
    seen = _without(view, unsaid, whole=mode == "plain") if unsaid else view
    stack.bus.subscribe(seen)
    view.start()
    try:
        with recorded(stack, plan, observed, options, continues=continues):
            result = stack.run(plan, limited(policy, options.parallel), observed=observed, events=events)
    finally:
        view.stop()
        stack.bus.unsubscribe(seen)
    is_told = result.ok or mode == "json" or (goes_on and result.interrupted and not result.failures)
    if not (is_told or untold(result)):
        from composer.views.failures import failure_text  # noqa: PLC0415 - something failed

        sys.stderr.write(failure_text(result, colour=screen.colour))
    return result


def _without(view: Subscriber, unsaid: Collection[str], *, whole: bool) -> Subscriber:
    """The view, which sees of these kinds of steps that they begin and end; of single ones (if `whole`) nothing, as
    long as they go well."""
    from composer.events.types import BuildWent, StepFinished, StepOutcome, StepProgress  # noqa: PLC0415 - rare

    def tell(event: Event) -> None:
        step = getattr(event, "step", "")
        name = str(getattr(step, "id", step))
        is_progress = isinstance(event, BuildWent | StepProgress) and name.partition(":")[0] in unsaid
        failed = isinstance(event, StepFinished) and event.outcome is not StepOutcome.SUCCEEDED
        if not (is_progress or (whole and name in unsaid and not failed)):
            view(event)

    return tell


def limited(policy: RunPolicy, parallel: int) -> RunPolicy:
    """With at most `parallel` steps of a kind at once, if it is positive."""
    if parallel <= 0:
        return policy
    from dataclasses import replace  # noqa: PLC0415 - rare

    return replace(policy, limits=dict.fromkeys(policy.limits, parallel))


def exit_code(result: RunResult) -> int:
    """0, 1, or 130 after an interrupt; with fine exit codes, what the first failure was."""
    if result.interrupted:
        return Interrupted.exit_code
    if result.ok:
        return 0
    if not is_fine():
        return 1
    from composer.cli.exitcodes import code_of_result  # noqa: PLC0415 - only when something failed

    return code_of_result(result)
