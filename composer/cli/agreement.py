"""Asking the user before a plan loses data: `-y` agrees, a terminal is asked, anything else refuses.

An answer that already waits in a pipe (`yes | composer up`) counts as well. Must not know: what a plan does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from composer.plan.confirmation import Confirmation
    from composer.plan.plan import Plan


class Agreement:
    """What was agreed to in one command: asked once, also when it is planned again. `yes`: to everything."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes
        self._agreed: set[tuple[str, str]] = set()
        self.declined: tuple[Confirmation, ...] = ()

    def settle(self, plan_without: Callable[[tuple[Confirmation, ...]], Plan]) -> Plan:
        """A plan that holds only what was agreed to. Raises NotConfirmed when nobody can be asked."""
        plan = plan_without(self.declined)
        if self._yes or not plan.confirmations:
            return plan
        declined = tuple(asked for asked in self._open(plan.confirmations) if not self._ask(asked))
        if not declined:
            return plan
        self.declined += declined
        return plan_without(self.declined)

    def insist(self, plan: Plan) -> Plan:
        """The plan, if all of it is agreed to: for verbs that do it whole or not at all. Raises NotConfirmed."""
        declined = self.declined

        def whole(refused: tuple[Confirmation, ...]) -> Plan:
            if refused != declined:
                from composer.views.confirm import refusal  # noqa: PLC0415 - rare

                raise refusal(refused, cure="answer y, or use -y")
            return plan

        return self.settle(whole)

    def _open(self, confirmations: Iterable[Confirmation]) -> list[Confirmation]:
        waiting = [asked for asked in confirmations if (asked.risk, asked.subject) not in self._agreed]
        if waiting and not _can_answer():
            from composer.views.confirm import refusal  # noqa: PLC0415 - rare

            raise refusal(waiting, cure="use -y")
        return waiting

    def _ask(self, asked: Confirmation) -> bool:
        from composer.views.confirm import question  # noqa: PLC0415 - rare

        sys.stderr.write(question(asked))
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:  # the end of the input is no answer
            from composer.views.confirm import refusal  # noqa: PLC0415

            sys.stderr.write("\n")
            raise refusal([asked], cure="use -y")
        agrees = answer.strip().lower() in ("y", "yes")
        if agrees:
            self._agreed.add((asked.risk, asked.subject))
        return agrees


def _can_answer() -> bool:
    """A person at a terminal, or an answer that is there already: nothing is waited for that may never come."""
    try:
        if sys.stdin.isatty():
            return True
        import select  # noqa: PLC0415 - rare

        return bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):  # closed, or nothing the system knows
        return False
