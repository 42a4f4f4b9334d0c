"""Paths in a Compose tree, and tables that hang something on path patterns.

A path is a tuple of keys (text) and positions (numbers from 0); as text it reads `services.web.ports[1]`.
A pattern is written `services.*.ports[].target`: `*` stands for any key, `[]` for any position. Tables are
tries, so that walking a tree asks one dict per step. Must not know: which Compose keys exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

TreePath = tuple[str | int, ...]
T = TypeVar("T")

ANY_KEY = "*"
ANY_ITEM = "[]"


def path_text(path: Iterable[str | int]) -> str:
    """`("services", "web", "ports", 1)` → `services.web.ports[1]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def pattern_parts(pattern: str) -> tuple[str, ...]:
    """`services.*.ports[].target` → `("services", "*", "ports", "[]", "target")`."""
    return tuple(part for part in pattern.replace(ANY_ITEM, f".{ANY_ITEM}").split(".") if part)


class PatternNode(Generic[T]):
    """One step of a compiled table. `value` is what hangs here, None when nothing does."""

    __slots__ = ("steps", "value")

    def __init__(self) -> None:
        self.value: T | None = None
        self.steps: dict[str, PatternNode[T]] = {}

    def key(self, key: str) -> PatternNode[T] | None:
        """The step below a mapping key; a key named in the table wins over `*`, with all below it."""
        return self.steps.get(key) or self.steps.get(ANY_KEY)

    def item(self) -> PatternNode[T] | None:
        """The step below any position of a list."""
        return self.steps.get(ANY_ITEM)

    def find(self, path: Iterable[str | int]) -> T | None:
        """What hangs at a whole path."""
        node: PatternNode[T] | None = self
        for part in path:
            if node is None:
                return None
            node = node.item() if isinstance(part, int) else node.key(part)
        return node.value if node is not None else None


def pattern_table(rows: Mapping[str, T]) -> PatternNode[T]:
    """Compile `{pattern: value}`. Beside a `*`, a named key must repeat what is wanted below it."""
    root: PatternNode[T] = PatternNode()
    for pattern, value in rows.items():
        node = root
        for part in pattern_parts(pattern):
            node = node.steps.setdefault(part, PatternNode())
        node.value = value
    return root
