"""Carrying out a plan although the world changes meanwhile: what is left is planned again, at most twice.

Also the lock that keeps other commands from being the change. Must not know: which verb it is, how plans are made.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out
from composer.cli.context import tell_event, tell_warning
from composer.errors import UsageError
from composer.values import value

if TYPE_CHECKING:
    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.engine.port import EventStream
    from composer.events.types import RunResult
    from composer.execute.lock import Holder, ProjectLock
    from composer.execute.policy import RunPolicy
    from composer.plan.observed import ObservedState
    from composer.plan.plan import Plan

_LONGEST = 1e6  # seconds


@value()
class Undertaking:
    """A plan, the snapshot it was made from, how to make both anew, and a stream of events from before the snapshot.
    `continues`: a part of the command's work is done (see `carry_out`)."""

    plan: Plan
    observed: ObservedState
    replan: Callable[[], tuple[ObservedState, Plan]]
    events: EventStream | None = None
    continues: bool = False


def carry_out_persistently(
    stack: Stack,
    begun: Undertaking,
    policy: RunPolicy,
    *,
    options: GlobalOptions,
    goes_on: bool = False,
    unsaid: Collection[str] = (),
) -> tuple[Plan, RunResult]:
    """As `carry_out`; answers the last plan and what became of it.

    The same trouble twice is no accident any more and ends it at once. Raises PlanError for what cannot be planned
    any more, EngineUnreachable when the engine does not come back.
    """
    from composer.execute.drift import AGAIN  # noqa: PLC0415 - not for whoever only reads

    plan, observed, events = begun.plan, begun.observed, begun.events
    told = ""
    for attempt in range(1, AGAIN + 2):
        may_try = partial(_is_worth_another, told=told, attempt=attempt)
        result = carry_out(
            stack,
            plan,
            policy,
            observed=observed,
            events=events,
            options=options,
            goes_on=goes_on,
            continues=begun.continues or attempt > 1,
            untold=may_try,
            unsaid=unsaid,
        )
        if not may_try(result):
            if attempt > AGAIN and result.drifted:
                tell_warning(f"planned again {AGAIN} times: something else keeps changing the project", options)
            break
        told = _trouble(result)
        message = f"{told}\nThe project changed meanwhile: planning again ({attempt} of {AGAIN})"
        tell_event("replan", message, options)
        stack.await_engine()
        events = stack.watch() if events is not None else None
        observed, plan = begun.replan()
    return plan, result


def _is_worth_another(result: RunResult, *, told: str, attempt: int) -> bool:
    from composer.execute.drift import AGAIN  # noqa: PLC0415 - loaded already

    return result.drifted and not result.interrupted and attempt <= AGAIN and _trouble(result) != told


def _trouble(result: RunResult) -> str:
    return "; ".join(failure.headline for failure in result.failures)


def project_lock(stack: Stack, verb: str, options: GlobalOptions, *, patience: float | None = None) -> ProjectLock:
    """Held until released. Says whom it waits for, when it does. `patience`: seconds, unless the user said how many.
    Raises ProjectBusy, UsageError."""

    def tell(holder: Holder) -> None:
        tell_event("lock", f'Waiting: project "{stack.name}" is being changed by {holder}', options)

    timeout = _lock_timeout()
    return stack.locked(verb, timeout=patience if timeout is None else timeout, on_wait=tell)


def _lock_timeout() -> float | None:
    """COMPOSER_LOCK_TIMEOUT in seconds; unset: for ever."""
    text = os.environ.get("COMPOSER_LOCK_TIMEOUT", "")
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < _LONGEST:
        raise UsageError(f"COMPOSER_LOCK_TIMEOUT is '{text}'", hint="Give a number of seconds; 0 does not wait.")
    return seconds
