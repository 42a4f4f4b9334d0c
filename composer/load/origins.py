"""Where each value of a loaded project came from, looked up in the final tree only when somebody asks.

Must not know: how the tree was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from composer.load.node import Mapping as MappingNode
from composer.load.node import Node, Sequence

if TYPE_CHECKING:
    from composer.diagnostics import Span


class Origins(Mapping[str, "Span"]):
    """`services.web.ports[1]` → `Span` of the value. A name with dots is found too."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree

    def __getitem__(self, path: str) -> Span:
        node = self.node(path)
        if node is None:
            raise KeyError(path)
        return node.span

    def __iter__(self) -> Iterator[str]:
        yield from _paths(self._tree, "")

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def node(self, path: str) -> Node | None:
        return _find(self._tree, path)


def _find(node: Node, path: str) -> Node | None:
    if not path:
        return node
    if path.startswith("["):
        index, _, rest = path[1:].partition("]")
        if type(node) is not Sequence or not index.isdecimal() or int(index) >= len(node.items):
            return None
        return _find(node.items[int(index)], rest.removeprefix("."))
    if type(node) is not MappingNode:
        return None
    for key, item in node.items.items():  # a name may hold dots itself: try every key that fits
        rest = path.removeprefix(key)
        if path.startswith(key) and (not rest or rest[0] in ".["):
            found = _find(item, rest.removeprefix("."))
            if found is not None:
                return found
    return None


def _paths(node: Node, path: str) -> Iterator[str]:
    if path:
        yield path
    if type(node) is MappingNode:
        for key, item in node.items.items():
            yield from _paths(item, f"{path}.{key}" if path else key)
    elif type(node) is Sequence:
        for index, item in enumerate(node.items):
            yield from _paths(item, f"{path}[{index}]")
