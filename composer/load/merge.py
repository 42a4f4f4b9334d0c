"""Two canonical trees into one: a later file over an earlier one, a service over the one it extends.

Table-driven by shape. `!reset` and `!override` marks stay in the result, since the result may itself be laid
over something; `settle` carries them out at the end. Must not know: files, any attribute by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.canonical import unique
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.shape import Kind, Merge, Shape

if TYPE_CHECKING:
    from collections.abc import Callable


def merge(shape: Shape, base: Node | None, over: Node) -> Node:
    """`over` laid over `base`; both canonical for `shape`."""
    if base is None or over.tag or base.tag == "!reset" or shape.merge is Merge.REPLACE:
        return over
    if type(over) is Scalar:
        return base if over.value is None else over
    if type(base) is Scalar:
        return over
    special = _SPECIAL.get(shape.merge)
    return special(shape, base, over) if special is not None else _collections(shape, base, over)


def _collections(shape: Shape, base: Node, over: Node) -> Node:
    if type(over) is Mapping and type(base) is Mapping:
        return _mappings(shape, base, over)
    if type(over) is Sequence and type(base) is Sequence:
        return _sequences(shape, base, over)
    return over


def _mappings(shape: Shape, base: Mapping, over: Mapping) -> Mapping:
    items = dict(base.items)
    if shape.kind is Kind.RECORD:
        fields = shape.fields
        for key, child in over.items.items():
            field = fields.get(key)
            items[key] = merge(field, items.get(key), child) if field else _extension(items.get(key), child)
    elif shape.kind is Kind.MAP:
        for key, child in over.items.items():
            items[key] = merge(shape.item, items.get(key), child)
    else:
        items.update(over.items)  # KEY: null means something of its own there
    return Mapping(items, base.span, {**base.keys, **over.keys}, base.tag)


def _extension(base: Node | None, over: Node) -> Node:
    """`x-…`: mappings merge, lists append, the rest is replaced."""
    if base is None or over.tag or type(base) is not type(over):
        return base if base is not None and type(over) is Scalar and over.value is None else over
    if type(over) is Mapping and type(base) is Mapping:
        items = dict(base.items)
        for key, child in over.items.items():
            items[key] = _extension(items.get(key), child)
        return Mapping(items, base.span, {**base.keys, **over.keys}, base.tag)
    if type(over) is Sequence and type(base) is Sequence:
        return Sequence(base.items + over.items, base.span, base.tag)
    return base if type(over) is Scalar and over.value is None else over


def _sequences(shape: Shape, base: Sequence, over: Sequence) -> Sequence:
    items = [*base.items, *over.items]
    if shape.kind is Kind.HOSTS:
        marked = {_host(item) for item in over.items if item.tag}
        items = [item for item in base.items if _host(item) not in marked] + list(over.items)
    if shape.key is not None:
        items = unique(shape.key, items)
    return Sequence(tuple(items), base.span, base.tag)


def _host(node: Node) -> str:
    text = str(node.value) if type(node) is Scalar else ""
    return text.partition("=" if "=" in text else ":")[0]


def _driver(logging: Mapping) -> object:
    """None when it is not said, or was taken back."""
    driver = logging.items.get("driver")
    return driver.value if type(driver) is Scalar and driver.tag != "!reset" else None


def _logging(shape: Shape, base: Node, over: Node) -> Node:
    """Options belong to a driver: another driver drops them."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    before, after = _driver(base), _driver(over)
    if before is not None and after is not None and before != after:
        return over
    return _mappings(shape, base, over)


def _subnets(shape: Shape, base: Node, over: Node) -> Node:
    """The pools of the later file, each laid over the earlier one of its subnet. Pools that it does not name are
    gone: that is how an override file moves a network, and engines take one pool for each kind of address."""
    if not isinstance(base, Sequence) or not isinstance(over, Sequence):
        return over
    before: dict[object, Node] = {_subnet(pool): pool for pool in base.items}
    pools = {_subnet(pool): merge(shape.item, before.get(_subnet(pool)), pool) for pool in over.items}
    return Sequence(tuple(pools.values()), base.span, base.tag)


def _subnet(pool: Node) -> object:
    subnet = pool.items.get("subnet") if type(pool) is Mapping else None
    return subnet.value if type(subnet) is Scalar else None


_SPECIAL: dict[Merge, Callable[[Shape, Node, Node], Node]] = {Merge.LOGGING: _logging, Merge.SUBNETS: _subnets}


def settle(node: Node) -> Node | None:
    """The tree without marks: what is marked `!reset` is gone, `!override` is an ordinary value."""
    if node.tag == "!reset":
        return None
    if isinstance(node, Mapping):
        kept = {key: settle(child) for key, child in node.items.items()}
        return Mapping({key: child for key, child in kept.items() if child is not None}, node.span, node.keys)
    if isinstance(node, Sequence):
        items = tuple(settled for item in node.items if (settled := settle(item)) is not None)
        return Sequence(items, node.span)
    return Scalar(node.value, node.span) if node.tag else node
