"""One file's tree in canonical form: every attribute known, of a legal YAML form, and spelt the long way.

Stage 4 of loading. Table-driven: one function per `Kind`; which attribute takes which form stands in
`load.format`. Values stay text here (`90s`, `1g`): binding reads them. A null stays, since merging gives it
a meaning. Must not know: other files, defaults, any attribute by name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from composer.load.findings import BAD_VALUE, UNKNOWN_KEY, WRONG_TYPE, Findings
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.shape import SAID, Kind, Shape

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = re.compile(r"[a-zA-Z0-9._-]+")
_PAIR_VALUES = (str, int, float, bool, type(None))
_ACCEPTED: dict[str, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.TEXT_OR_NUMBER: (str, int, float),
    Kind.INTEGER: (int, str),
    Kind.FLOAT: (int, float, str),
    Kind.BOOLEAN: (bool, str),
    Kind.STRICT_BOOLEAN: (bool,),
    Kind.TEXT_OR_BOOLEAN: (str, bool),
    Kind.DURATION: (str,),
    Kind.BYTES: (int, str),
    Kind.MODE: (int, str),
    Kind.COUNT: (int, str),
}


def canonical(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    """`node` in the long form of `shape`; None when nothing useful is left (the reason is in `found`)."""
    if node.tag:
        found.tagged = True
        if node.tag == "!reset":
            return node
    if type(node) is Scalar and (node.value is None or (found.lenient and _has_variable(node))):
        return node
    if shape.expand is not None and type(node) is not _target(shape):
        long = shape.expand(node, path, found)
        if long is None or isinstance(long, tuple):
            return None
        node = _tagged(long, node.tag)
    form = _FORMS.get(shape.kind)
    if form is not None:
        return form(shape, node, path, found)
    return _scalar(shape, node, path, found)


def _has_variable(node: Scalar) -> bool:
    return type(node.value) is str and "$" in node.value


def _scalar(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is Scalar:
        kind = type(node.value)
        accepted = shape.accepts or _ACCEPTED[shape.kind]
        if kind in accepted or (kind is float and int in accepted and _is_whole(node.value)):
            return node
    return wrong_type(shape, node, path, found)


def _is_whole(value: object) -> bool:
    """`1e3` is an integer to whoever reads the schema."""
    return isinstance(value, float) and value.is_integer()


def wrong_type(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    """Say that `node` has not the form that `shape` takes; the answer is None."""
    hint = ""
    if type(node) is Scalar and type(node.value) in (int, float, bool) and shape.kind in (Kind.TEXT, Kind.DURATION):
        hint = "put it in quotes" if shape.kind is Kind.TEXT else 'write a string with a unit, such as "10s"'
    wanted = SAID[shape.kind]
    if shape.kind is Kind.TEXT_OR_NUMBER and shape.accepts and float not in shape.accepts:
        wanted = "a string or a whole number"
    found.error(WRONG_TYPE, f"{_last(path)} must be {wanted}, not {describe(node)}", node.span, path=path, hint=hint)
    return None


def describe(node: Node) -> str:
    """The YAML type of a node, for messages."""
    if type(node) is not Scalar:
        return "a mapping" if type(node) is Mapping else "a list"
    value = node.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return "a string"
    return f"the number {value}"


def _last(path: str) -> str:
    return repr(path.rpartition(".")[2]) if path else "the file"


def _target(shape: Shape) -> type[Sequence | Mapping]:
    """What a short form is expanded to."""
    return Sequence if shape.kind in (Kind.LIST, Kind.HOSTS) else Mapping


def _tagged(node: Node, tag: str) -> Node:
    if not tag or node.tag == tag:
        return node
    if isinstance(node, Mapping):
        return Mapping(node.items, node.span, node.keys, tag)
    if isinstance(node, Sequence):
        return Sequence(node.items, node.span, tag)
    return Scalar(node.value, node.span, tag)


def _record(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is not Mapping:
        return wrong_type(shape, node, path, found)
    fields = shape.fields
    items: dict[str, Node] = {}
    prefix = f"{path}." if path else ""
    for key, child in node.items.items():
        field = fields.get(key)
        if field is None:
            if key.startswith("x-") and shape.extensible:
                items[key] = child
            else:
                _unknown_key(shape, node, key, prefix, found)
            continue
        new = canonical(field, child, prefix + key, found)
        if new is not None:
            items[key] = new
    return Mapping(items, node.span, node.keys, node.tag)


def _unknown_key(shape: Shape, node: Mapping, key: str, prefix: str, found: Findings) -> None:
    span = node.keys.get(key) or node.items[key].span
    hint = found.near(key, shape.fields) or f"known keys here: {', '.join(sorted(shape.fields)[:12])}"
    if len(shape.fields) > 12 and hint.startswith("known"):
        hint = ""
    found.error(UNKNOWN_KEY, f"unknown key {key!r}", span, path=prefix + key, hint=hint)


def _map(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is not Mapping:
        return wrong_type(shape, node, path, found)
    items: dict[str, Node] = {}
    for key, child in node.items.items():
        if shape.names and not _NAME.fullmatch(key):
            span = node.keys.get(key) or child.span
            hint = "use letters, digits, '.', '_' and '-'"
            found.error(BAD_VALUE, f"{key!r} is not a valid name", span, path=f"{path}.{key}", hint=hint)
            continue
        new = canonical(shape.item, child, f"{path}.{key}", found)
        if new is not None:
            items[key] = new
    return Mapping(items, node.span, node.keys, node.tag)


def _list(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is not Sequence:
        return wrong_type(shape, node, path, found)
    items: list[Node] = []
    for index, child in enumerate(node.items):
        if child.tag:
            found.tagged = True
        if child.tag == "!reset":  # the item is not added; nothing is taken from the base, unless it is a host's
            items.extend((child,) if shape.kind is Kind.HOSTS and _is_host(child) else ())
            continue
        items.extend(_item(shape.item, child, f"{path}[{index}]", found))
    if shape.key is not None and len(items) > 1:
        items = unique(shape.key, items)
    return Sequence(tuple(items), node.span, node.tag)


def _is_host(node: Node) -> bool:
    """What a mapping of hosts was expanded to."""
    return type(node) is Scalar and type(node.value) is str and node.value.endswith("=")


def _item(shape: Shape, node: Node, path: str, found: Findings) -> tuple[Node, ...]:
    if found.lenient and type(node) is Scalar and _has_variable(node):
        return (node,)
    if shape.expand is not None and type(node) is not Mapping:
        long = shape.expand(node, path, found)
        if isinstance(long, tuple):
            return long  # already canonical: a port range makes several
        return () if long is None else (long,)
    if type(node) is Scalar and node.value is None:
        wrong_type(shape, node, path, found)
        return ()
    new = canonical(shape, node, path, found)
    return () if new is None else (new,)


def unique(key: Callable[[Node], str], items: list[Node]) -> list[Node]:
    """One item per key: the last value at the first one's place."""
    kept = {key(item): item for item in items}
    return items if len(kept) == len(items) else list(kept.values())


def _pairs(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    """`[A=1, B]` as `{A: "1", B: null}`; values are scalars."""
    if type(node) is Mapping:
        return _options(shape, node, path, found)
    if type(node) is not Sequence:
        return wrong_type(shape, node, path, found)
    items: dict[str, Node] = {}
    keys = {}
    for index, child in enumerate(node.items):
        if type(child) is not Scalar or type(child.value) is not str:
            if child.tag != "!reset":
                place = f"{path}[{index}]"
                found.error(WRONG_TYPE, f"must be KEY=VALUE, not {describe(child)}", child.span, path=place)
            continue
        name, equals, value = child.value.partition("=")
        if name.endswith(" "):
            message = f"variable {name!r} is declared with a trailing space"
            found.error(BAD_VALUE, message, child.span, path=f"{path}[{index}]")
        keys[name] = child.span
        items[name] = Scalar(value if equals else None, child.span)
    return Mapping(items, node.span, keys, node.tag)


def _options(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is not Mapping:
        return wrong_type(shape, node, path, found)
    accepted = shape.accepts or _PAIR_VALUES
    bad = [
        key
        for key, child in node.items.items()
        if (type(child) is not Scalar or type(child.value) not in accepted) and child.tag != "!reset"
    ]
    for key in bad:
        child = node.items[key]
        message = f"{key!r} must be {_values(accepted)}, not {describe(child)}"
        hint = "put it in quotes" if type(child) is Scalar and child.value is not None else ""
        found.error(WRONG_TYPE, message, child.span, path=f"{path}.{key}", hint=hint)
    if any(child.tag for child in node.items.values()):
        found.tagged = True
    if not bad:
        return node
    return Mapping({k: v for k, v in node.items.items() if k not in bad}, node.span, node.keys, node.tag)


def _values(accepted: tuple[type, ...]) -> str:
    if bool in accepted:
        return "a string, a number or a boolean"
    return "a string or a number" if int in accepted else "a string"


def _command(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is Sequence:
        ok = True
        for index, child in enumerate(node.items):
            if type(child) is not Scalar or type(child.value) is not str:
                ok = False
                message = f"must be a string, not {describe(child)}"
                found.error(WRONG_TYPE, message, child.span, path=f"{path}[{index}]", hint="put it in quotes")
        return node if ok else None
    if type(node) is Scalar and type(node.value) is str:
        return node
    return wrong_type(shape, node, path, found)


def _any_mapping(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    return node if type(node) is Mapping else wrong_type(shape, node, path, found)


def _external(shape: Shape, node: Node, path: str, found: Findings) -> Node | None:
    """A boolean; the old mapping with a `name` stays for `load.structure`."""
    if type(node) is Mapping or (type(node) is Scalar and type(node.value) in (bool, str)):
        return node
    return wrong_type(shape, node, path, found)


def _any(_shape: Shape, node: Node, _path: str, _found: Findings) -> Node:
    return node


_FORMS: dict[str, Callable[[Shape, Node, str, Findings], Node | None]] = {
    Kind.RECORD: _record,
    Kind.MAP: _map,
    Kind.LIST: _list,
    Kind.HOSTS: _list,
    Kind.PAIRS: _pairs,
    Kind.OPTIONS: _options,
    Kind.LISTS: _any_mapping,
    Kind.COMMAND: _command,
    Kind.TEST: _command,
    Kind.EXTERNAL: _external,
    Kind.ANY: _any,
}
