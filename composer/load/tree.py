"""Small questions asked of nodes, and small changes that give a new one. Must not know: Compose keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.node import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from composer.diagnostics import Span


def child(node: Node | None, key: str) -> Node | None:
    return node.items.get(key) if type(node) is Mapping else None


def value_of(node: Node | None, key: str) -> object:
    """The value of a scalar child, else None."""
    found = child(node, key)
    return found.value if type(found) is Scalar else None


def text_of(node: Node | None, key: str) -> str:
    """The text of a scalar child, else ""."""
    found = value_of(node, key)
    return found if isinstance(found, str) else ""


def items_of(node: Node | None, key: str) -> dict[str, Node]:
    """The entries of a mapping child, else none."""
    found = child(node, key)
    return found.items if type(found) is Mapping else {}


def sequence_of(node: Node | None, key: str) -> tuple[Node, ...]:
    """The items of a list child, else none."""
    found = child(node, key)
    return found.items if type(found) is Sequence else ()


def key_span(node: Node | None, key: str) -> Span | None:
    """Where `key` stands in a mapping; where the mapping stands when the key is not written."""
    if type(node) is not Mapping:
        return node.span if node is not None else None
    if key in node.keys:
        return node.keys[key]
    return node.items[key].span if key in node.items else node.span


def with_item(node: Mapping, key: str, item: Node) -> Mapping:
    """`node` with one child set."""
    return Mapping({**node.items, key: item}, node.span, node.keys, node.tag)


def with_items(node: Mapping, items: dict[str, Node]) -> Mapping:
    """`node` with these children added or replaced."""
    return Mapping({**node.items, **items}, node.span, node.keys, node.tag)


def with_section(tree: Mapping, key: str, items: dict[str, Node]) -> Mapping:
    """`tree` with these as the entries of a section; the section keeps its place and its keys' places."""
    old = tree.items.get(key)
    keys = old.keys if type(old) is Mapping else {}
    return with_item(tree, key, Mapping(items, tree.span if old is None else old.span, keys))


def without(node: Mapping, key: str) -> Mapping:
    items = dict(node.items)
    items.pop(key, None)
    return Mapping(items, node.span, node.keys, node.tag)


def with_defaults(node: Node, values: dict[str, str | bool]) -> Node:
    """`node` with scalar children for the keys it does not have."""
    if type(node) is not Mapping:
        return node
    missing: dict[str, Node] = {key: Scalar(value, node.span) for key, value in values.items() if key not in node.items}
    return with_items(node, missing) if missing else node
