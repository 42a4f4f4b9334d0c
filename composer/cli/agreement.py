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


TAKING_YES = ("up", "create", "down")


class Agreement:
    """What was agreed to in one command: asked once, also when it is planned again. `yes`: to everything."""

    def __init__(self, *, yes: bool, verb: str) -> None:
        self._yes = yes
        self._cure = "use -y" if verb in TAKING_YES else "use `composer up -y` first"
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

                raise refusal(refused, cure=f"answer y, or {self._cure}")
            return plan

        return self.settle(whole)

    def _open(self, confirmations: Iterable[Confirmation]) -> list[Confirmation]:
        return [asked for asked in confirmations if (asked.risk, asked.subject) not in self._agreed]

    def _ask(self, asked: Confirmation) -> bool:
        from composer.views.confirm import question, refusal  # noqa: PLC0415 - rare

        is_person = _is_terminal()
        answer = "" if is_person else _waiting_line()
        if not (is_person or answer):
            raise refusal([asked], cure=self._cure)
        sys.stderr.write(question(asked) + answer)
        sys.stderr.flush()
        answer = sys.stdin.readline() if is_person else answer
        agrees = answer.strip().lower() in ("y", "yes")
        if agrees:
            self._agreed.add((asked.risk, asked.subject))
        return agrees


def _is_terminal() -> bool:
    try:
        return sys.stdin.isatty()
    except ValueError:  # closed
        return False


def _waiting_line() -> str:
    """An answer that is there already; "" for none: nothing is waited for that may never come."""
    import select  # noqa: PLC0415 - rare

    try:
        return sys.stdin.readline() if select.select([sys.stdin], [], [], 0)[0] else ""
    except (OSError, ValueError):  # closed, or nothing that can be waited for
        return ""
