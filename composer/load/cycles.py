"""Dependency cycles among the enabled services, told edge by edge with the line of each.

A plain depth-first search: the graph library would cost more to import than this. Must not know: conditions,
the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.findings import CYCLE
from composer.load.tree import items_of, key_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from composer.load.findings import Findings
    from composer.load.node import Node


MAX_CYCLES = 10  # more are seldom read; where everything depends on everything they are countless


def check_cycles(services: Mapping[str, Node], enabled: Iterable[str], found: Findings) -> None:
    """Report the cycles, each once, beginning at its first service by name."""
    edges = {name: sorted(items_of(services[name], "depends_on")) for name in sorted(enabled)}
    done: set[str] = set()
    told = 0
    for start in edges:
        for cycle in _cycles_from(start, edges, done):
            _report(cycle, services, found)
            told += 1
            if told == MAX_CYCLES:
                return


def _cycles_from(start: str, edges: Mapping[str, list[str]], done: set[str]) -> Iterator[list[str]]:
    if start in done:
        return
    trail = {start: None}  # in order, and quick to ask
    pending = [(start, iter(edges[start]))]
    while pending:
        name, following = pending[-1]
        target = next(following, None)
        if target is None:
            done.add(name)
            trail.pop(name)
            pending.pop()
        elif target in trail:
            names = list(trail)
            yield names[names.index(target) :]
        elif target in edges and target not in done:
            trail[target] = None
            pending.append((target, iter(edges[target])))


def _report(cycle: list[str], services: Mapping[str, Node], found: Findings) -> None:
    first = cycle.index(min(cycle))
    ring = [*cycle[first:], *cycle[:first]]
    closed = [*ring, ring[0]]
    steps = []
    for name, target in zip(ring, closed[1:], strict=True):
        span = key_span(services[name].items.get("depends_on"), target)  # type: ignore[union-attr]
        steps.append(f"{name} needs {target} ({span})")
    span = key_span(services[ring[0]].items.get("depends_on"), closed[1])  # type: ignore[union-attr]
    message = f"dependency cycle detected: {' -> '.join(closed)}"
    found.error(CYCLE, message, span, path=f"services.{ring[0]}.depends_on.{closed[1]}", hint="; ".join(steps))
