"""What is asked before a plan loses data, and what is said when nobody agreed.

Owns the wording. Pure. Must not know: who is asked, how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from composer.errors import NotConfirmed
from composer.plan.confirmation import Confirmation, Risk

if TYPE_CHECKING:
    from collections.abc import Iterable


def consequence(asked: Confirmation) -> str:
    """What the plan would do, as a statement."""
    match asked.risk:
        case Risk.VOLUME_DATA:
            users = f" ({', '.join(asked.containers)} would be replaced)" if asked.containers else ""
            return (
                f'volume "{asked.subject}" does not match its definition any more: making it anew loses its data{users}'
            )
        case Risk.OTHER_FOLDER:
            return (
                f"{', '.join(asked.containers)} would be removed as orphans of {asked.detail}, "
                f"but another folder started them: {asked.subject}"
            )
        case _:
            assert_never(asked.risk)


def question(asked: Confirmation) -> str:
    """For a person, ending with the possible answers."""
    what = {Risk.VOLUME_DATA: "Make it anew", Risk.OTHER_FOLDER: "Remove them"}[asked.risk]
    return f"{consequence(asked)}. {what}? [y/N] "


def refusal(asked: Iterable[Confirmation], *, cure: str) -> NotConfirmed:
    """`cure`: how to agree."""
    return NotConfirmed("; ".join(consequence(one) for one in asked), hint=f"nothing was done. To agree, {cure}")
