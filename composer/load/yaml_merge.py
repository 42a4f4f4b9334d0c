"""Merge keys (`<<`) and the trail an alias leaves on what it brings.

Must not know: the parser, limits, Compose keys.
"""

from __future__ import annotations

from composer.diagnostics import Span
from composer.load.node import Mapping, Node, Scalar, Sequence


def merged(own: dict[str, Node], keys: dict[str, Span], sources: list[Node]) -> dict[str, Node]:
    """`own` with what merge sources add: own keys win, then the earlier source. `keys` gets the new keys' places."""
    items = dict(own)
    for source in sources:
        if type(source) is not Mapping:
            continue
        for key, node in source.items.items():
            if key not in items:
                items[key] = node
                if key in source.keys:
                    keys[key] = source.keys[key]
    return items


def retraced(node: Node, alias: Span, *, deep: bool) -> Node:
    """`node` as reached through an alias at `alias`: its spans keep the anchor's lines and name the alias.

    With `deep` false only the node itself is new and all below it is shared: files with very many aliases
    must stay cheap.
    """
    span = _via(node.span, alias)
    if isinstance(node, Scalar):
        return Scalar(node.value, span, node.tag)
    if isinstance(node, Sequence):
        items = tuple(retraced(item, alias, deep=True) for item in node.items) if deep else node.items
        return Sequence(items, span, node.tag)
    if not deep:
        return Mapping(node.items, span, node.keys, node.tag)
    return Mapping(
        {key: retraced(item, alias, deep=True) for key, item in node.items.items()},
        span,
        {key: _via(place, alias) for key, place in node.keys.items()},
        node.tag,
    )


def _via(span: Span, alias: Span) -> Span:
    return Span(span.file, span.line, span.column, (*span.via, alias))
