"""Rules for places in the tree: `services.*.volumes.*` and what to do there.

Owns the trie of patterns and the walk that visits only the branches some rule is about. Must not know: what
any rule does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from composer.load.node import Mapping, Node, Sequence

Rule: TypeAlias = Callable[[Node, str], Node]
Trie: TypeAlias = "dict[str, Trie | Rule]"


def compile_patterns(rules: dict[str, Rule]) -> Trie:
    """A trie by path segment; `*` is any key or index. No pattern may be a prefix of another."""
    trie: Trie = {}
    for pattern, rule in rules.items():
        *above, last = pattern.split(".")
        place = trie
        for segment in above:
            below = place.setdefault(segment, {})
            if not isinstance(below, dict):
                raise TypeError(f"{pattern} lies below another pattern")
            place = below
        place[last] = rule
    return trie


def rewrite(node: Node, trie: Trie | Rule, path: str = "") -> Node:
    """The tree with each rule's answer in place; untouched parts are shared with the given tree."""
    if callable(trie):
        return trie(node, path)
    if type(node) is Mapping:
        return _mapping(node, trie, path)
    below = trie.get("*")
    if type(node) is Sequence and below is not None:
        items = [rewrite(child, below, f"{path}[{index}]") for index, child in enumerate(node.items)]
        if any(new is not old for new, old in zip(items, node.items, strict=True)):
            return Sequence(tuple(items), node.span, node.tag)
    return node


def _mapping(node: Mapping, trie: Trie, path: str) -> Node:
    changed: dict[str, Node] = {}
    every = trie.get("*")
    prefix = f"{path}." if path else ""
    for key in node.items if every is not None else trie:
        child = node.items.get(key)
        below = trie.get(key, every)
        if child is None or below is None:
            continue
        new = rewrite(child, below, prefix + key)
        if new is not child:
            changed[key] = new
    return Mapping({**node.items, **changed}, node.span, node.keys, node.tag) if changed else node
