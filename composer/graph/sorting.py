"""Topological order, reach and cycles over plain dictionaries, for the paths on which networkx is too dear.

Owns three linear passes. Must not know: what the keys are (services, steps). Keys are text, values the keys
that come first (`web → {db}`: db before web).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=str)


def topological(before: Mapping[Key, Collection[Key]]) -> tuple[Key, ...]:
    """Every key after all of its predecessors; among the free ones the given order decides.

    Predecessors that are not keys count as done. Keys on a cycle, or behind one, are left out, so a
    shorter result than the input says that there is one.
    """
    position = {key: index for index, key in enumerate(before)}
    keys = tuple(before)
    missing = [0] * len(keys)
    behind: list[list[int]] = [[] for _ in keys]
    for key, needed in before.items():
        for first in set(needed):
            if first in position:
                behind[position[first]].append(position[key])
                missing[position[key]] += 1
    free = [index for index, count in enumerate(missing) if count == 0]
    ordered: list[Key] = []
    while free:
        index = heapq.heappop(free)
        ordered.append(keys[index])
        for later in behind[index]:
            missing[later] -= 1
            if missing[later] == 0:
                heapq.heappush(free, later)
    return tuple(ordered)


def reach(edges: Mapping[Key, Collection[Key]], starts: Iterable[Key]) -> set[Key]:
    """The starts and all that the edges lead to from there; names that are not keys are left out."""
    found: set[Key] = set()
    waiting = list(starts)
    while waiting:
        name = waiting.pop()
        if name in edges and name not in found:
            found.add(name)
            waiting.extend(edges[name])
    return found


def backwards(edges: Mapping[Key, Collection[Key]]) -> dict[Key, list[Key]]:
    """The same edges, each turned round: `web → db` becomes `db → web`."""
    turned: dict[Key, list[Key]] = {name: [] for name in edges}
    for name, needed in edges.items():
        for first in needed:
            if first in turned:
                turned[first].append(name)
    return turned


def cycle(edges: Mapping[str, Collection[str]]) -> tuple[str, ...] | None:
    """The first cycle in name order, closed: `("a", "b", "a")`; None without one.

    `edges` lead from a service to those it depends on. The search visits names in sorted order, as the
    reference does, so that the same files always give the same text; `cycle_text` words it.
    """
    done: set[str] = set()
    for start in sorted(edges):
        found = None if start in done else _cycle_from(start, edges, done)
        if found is not None:
            return found
    return None


def cycle_text(names: Collection[str]) -> str:
    """`dependency cycle detected: a -> b -> a`, the reference's words."""
    return f"dependency cycle detected: {' -> '.join(names)}"


def _cycle_from(start: str, edges: Mapping[str, Collection[str]], done: set[str]) -> tuple[str, ...] | None:
    """Depth first without recursion: a chain of a thousand services must not hit the stack limit."""
    path = [start]
    trail: list[Iterator[str]] = [iter(sorted(edges.get(start, ())))]
    while path:
        following = next(trail[-1], None)
        if following is None:
            done.add(path.pop())
            trail.pop()
        elif following in path:
            return (*path[path.index(following) :], following)
        elif following not in done:
            path.append(following)
            trail.append(iter(sorted(edges.get(following, ()))))
    return None
