"""Which container a command is for, when it is for one of a service: `exec`, `attach`, `cp`, `commit`… Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from composer.errors import PlanError
from composer.plan.observed import ObservedContainer


def target(
    containers: Sequence[ObservedContainer], service: str, *, index: int = 0, running: bool = True
) -> ObservedContainer:
    """Of the project's `containers`, replica number `index`, or (0) the lowest number, one-offs last.

    `running`: it must run. Raises `PlanError` with the state of what there is.
    """
    mine = sorted((found for found in containers if found.service == service), key=_rank)
    numbered = [found for found in mine if index <= 0 or found.number == index]
    usable = [found for found in numbered if found.is_running] if running else numbered
    if usable:
        return usable[0]
    number = f" container #{index}" if index > 0 else ""
    raise PlanError(f'service "{service}" is not running{number}', hint=_hint(numbered, mine, containers, service))


def _rank(found: ObservedContainer) -> tuple[bool, int, str]:
    return found.oneoff, found.number, found.name


def _hint(
    numbered: Sequence[ObservedContainer],
    mine: Sequence[ObservedContainer],
    containers: Sequence[ObservedContainer],
    service: str,
) -> str:
    if numbered:
        states = ", ".join(f"{found.name} is {_state(found)}" for found in numbered)
        return f"{states}; `composer up -d {service}` starts it"
    if mine:
        return f"it has {_listed(found.name for found in mine)}"
    if not containers:
        return "the project has no containers: `composer up -d` creates and starts them"
    return f"there are containers of {_listed({found.service for found in containers})}"


def _state(found: ObservedContainer) -> str:
    return found.state if found.exit_code is None else f"{found.state} ({found.exit_code})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
