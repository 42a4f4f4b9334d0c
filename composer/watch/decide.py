"""Differences, rule by rule → the work to do, service by service. Pure. Must not know: the disk, containers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import TYPE_CHECKING

from composer.values import value
from composer.watch.rules import REBUILD, SYNC_EXEC, restarts_on

if TYPE_CHECKING:
    from composer.model.lifecycle import Hook
    from composer.watch.manifest import Difference
    from composer.watch.rules import Rule


@value()
class Copy:
    """One rule's files to bring over, and paths to take away in the container."""

    rule: Rule
    difference: Difference


@value()
class ServiceWork:
    """In this order: rebuild, copy, run hooks, restart. `changes`: how many paths led to it."""

    service: str
    rebuild: bool = False
    copies: tuple[Copy, ...] = ()
    hooks: tuple[Hook, ...] = ()
    restart: bool = False
    changes: int = 0


@value()
class Work:
    services: tuple[ServiceWork, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.services)

    @property
    def rebuilds(self) -> tuple[str, ...]:
        return tuple(work.service for work in self.services if work.rebuild)

    @property
    def restarts(self) -> tuple[str, ...]:
        """A service that was rebuilt has been started anew."""
        return tuple(work.service for work in self.services if work.restart and not work.rebuild)


@value()
class Found:
    """What one rule has seen."""

    rule: Rule
    difference: Difference = field()


def decide(found: Iterable[Found]) -> Work:
    """Several rules may want the same service: each thing is done once. A hook that two rules name runs twice."""
    by_service: dict[str, list[Found]] = {}
    for one in found:
        if one.difference:
            by_service.setdefault(one.rule.service, []).append(one)
    return Work(tuple(_work(service, mine) for service, mine in by_service.items()))


def _work(service: str, found: list[Found]) -> ServiceWork:
    actions = {one.rule.action for one in found}
    return ServiceWork(
        service,
        rebuild=REBUILD in actions,
        copies=tuple(Copy(one.rule, one.difference) for one in found if one.rule.copies),
        hooks=tuple(one.rule.hook for one in found if one.rule.action == SYNC_EXEC and one.rule.hook is not None),
        restart=any(restarts_on(one.rule) for one in found),
        changes=sum(len(one.difference.changed) + len(one.difference.gone) for one in found),
    )
