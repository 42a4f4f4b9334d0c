"""`did you mean …`: the nearest known name to a misspelt one. Pure, no knowledge of Compose."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint sentence, or "" when nothing is near enough."""
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name with the fewest edits, if they are few for its length."""
    wanted = _plain(name)
    best: tuple[int, str] | None = None
    for candidate in sorted(known):
        shorter = min(len(wanted), len(candidate))
        # Of two letters none may be another one, but one may be too many: `dbb` is `db`.
        limit = max(1, shorter // 3) if shorter > 2 else int(shorter == 2 and len(wanted) != len(candidate))
        distance = _distance(wanted, _plain(candidate), limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _distance(left: str, right: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap of neighbours) between two words; more than `limit` is `limit` + 1."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        older, before, row = before, row, [at]
        for to, other in enumerate(right, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (char != other))
            if at > 1 and to > 1 and char == right[to - 2] and left[at - 2] == other:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
    return row[-1]
