"""The canonical tree as model values.

Reads every leaf by its shape, reports what is missing, null or out of range at its own place, and builds the
dataclasses through `model.schema`. Must not know: files, merging, other attributes of the same service.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from composer.load.canonical import describe, wrong_type
from composer.load.findings import BAD_VALUE, MISSING_KEY, WRONG_TYPE
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.scalars import READERS, as_text
from composer.load.shape import SAID, Kind, Shape
from composer.load.tree import key_span
from composer.model.base import bounds_of
from composer.values import layout_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.load.findings import Findings

    Model = tuple[type, frozenset[str], dict[str, Callable[[object], object]]]


class _Bad:
    """The value of an attribute whose error was reported."""


BAD: Final = _Bad()
_MODELS: dict[str, Model] = {}


def bind(shape: Shape, node: Node, path: str, found: Findings) -> object:
    """The model value of `node`, or `BAD` when something in it was reported."""
    if type(node) is Scalar and node.value is None:
        return _null(shape, node, path, found)
    reader = _READERS.get(shape.kind)
    if reader is not None:
        return reader(shape, node, path, found)
    if type(node) is not Scalar:
        wrong_type(shape, node, path, found)
        return BAD
    return _leaf(shape, node, path, found)


def _leaf(shape: Shape, node: Scalar, path: str, found: Findings) -> object:
    value = node.value
    if type(value) is str and (shape.kind is Kind.TEXT or shape.kind is Kind.TEXT_OR_NUMBER):
        return value
    try:
        return READERS[shape.kind](value)
    except ValueError as error:
        if not found.has_error_at(node.span):  # a failed cast was told when its variables were replaced
            found.error(BAD_VALUE, str(error), node.span, path=path)
        return BAD


def _null(shape: Shape, node: Scalar, path: str, found: Findings) -> object:
    if shape.nullable:
        return None
    name = path.rpartition(".")[2]
    hint = "remove the key or give it a value"
    found.error(WRONG_TYPE, f"{name!r} must be {SAID[shape.kind]}, not empty", node.span, path=path, hint=hint)
    return BAD


def _record(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is not Mapping:
        wrong_type(shape, node, path, found)
        return BAD
    return _fields(shape, node, path, {}, found)


def bind_named(shape: Shape, node: Mapping, path: str, name: str, found: Findings) -> object:
    """A record whose model also holds its key in the file."""
    return _fields(shape, node, path, {"name": name}, found)


def _fields(shape: Shape, node: Mapping, path: str, values: dict[str, object], found: Findings) -> object:
    fields = shape.fields
    prefix = f"{path}." if path else ""
    good = True
    extensions: dict[str, object] = {}
    for key, item in node.items.items():
        field = fields.get(key)
        if field is None:
            extensions[key] = plain(item)
            continue
        value = bind(field, item, prefix + key, found)
        if value is BAD:
            good = False
        else:
            values[key] = value
    for key in shape.required:
        if key not in node.items:
            good = False
            hint = found.near(key, [name for name in node.items if name not in fields])
            found.error(MISSING_KEY, f"missing key {key!r}", node.span, path=path, hint=hint)
    if not good:
        return BAD
    if extensions:
        values["extensions"] = extensions
    return _build(shape, node, path, values, found)


def _build(shape: Shape, node: Mapping, path: str, values: dict[str, object], found: Findings) -> object:
    """Values were read by their shapes, so only the model's own bounds are left to check. A value that breaks one
    goes through the full validator, which says what is wrong: valid files never load pydantic's core."""
    if not shape.model:
        return values
    model, names, bounds = model_of(shape.model)
    given = {key: value for key, value in values.items() if key in names}
    try:
        for key, check in bounds.items():
            if key in given:
                given[key] = check(given[key])
        return model(**given)
    except (ValueError, TypeError):
        pass
    from composer.model.schema import validator_for  # noqa: PLC0415

    try:
        return validator_for(model).validate_python(given)
    except ValueError as error:
        _report(error, node, path, found)
        return BAD


def _report(error: ValueError, node: Mapping, path: str, found: Findings) -> None:
    for detail in error.errors(include_url=False):  # type: ignore[attr-defined]
        location = detail["loc"]
        key = str(location[0]) if location else ""
        place, span = f"{path}.{key}" if key else path, key_span(node, key)
        item = node.items.get(key)
        for part in location[1:]:
            item = _child(item, part)
            place += f"[{part}]" if isinstance(part, int) else f".{part}"
        message, words = detail["msg"].removeprefix("Value error, "), []
        if detail["type"] == "enum":
            words = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            message = f"{detail['input']!r} is not one of {', '.join(words)}"
        hint = found.near(str(detail["input"]), words)
        found.error(BAD_VALUE, f"{key!r}: {message}", item.span if item is not None else span, path=place, hint=hint)


def _child(node: Node | None, part: int | str) -> Node | None:
    if type(node) is Sequence and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return node.items.get(str(part)) if type(node) is Mapping else None


def model_of(name: str) -> Model:
    """The class `module:Class` below `composer.model`, its field names and bounds; imported on first use."""
    known = _MODELS.get(name)
    if known is None:
        module, _, model = name.partition(":")
        cls = getattr(importlib.import_module(f"composer.model.{module}"), model)
        known = _MODELS[name] = (cls, frozenset(layout_of(cls).annotations), bounds_of(cls))
    return known


def _map(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is not Mapping:
        wrong_type(shape, node, path, found)
        return BAD
    values = {key: bind(shape.item, item, f"{path}.{key}", found) for key, item in node.items.items()}
    return BAD if BAD in values.values() else values


def _list(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is not Sequence:
        wrong_type(shape, node, path, found)
        return BAD
    item_shape = shape.item
    values = [bind(item_shape, item, f"{path}[{index}]", found) for index, item in enumerate(node.items)]
    return BAD if any(value is BAD for value in values) else tuple(values)


def _pairs(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is not Mapping:
        wrong_type(shape, node, path, found)
        return BAD
    values: dict[str, str | None] = {}
    for key, item in node.items.items():
        value = item.value if type(item) is Scalar else None
        values[key] = value if type(value) is str else shape.unset if value is None else as_text(value)
    return values


def _lists(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is not Mapping:
        wrong_type(shape, node, path, found)
        return BAD
    values: dict[str, tuple[str, ...]] = {}
    for key, item in node.items.items():
        scalars = item.items if type(item) is Sequence else (item,)
        bad = [one for one in scalars if type(one) is not Scalar or one.value is None]
        for one in bad:
            message = f"must be a string, a number or a boolean, not {describe(one)}"
            found.error(WRONG_TYPE, message, one.span, path=f"{path}.{key}")
        values[key] = tuple(as_text(one.value) for one in scalars if type(one) is Scalar)
    return values


def _hosts(shape: Shape, node: Node, path: str, found: Findings) -> object:
    """`host=ip` or `host:ip`; a host may have several addresses, in brackets or not."""
    if type(node) is not Sequence:
        wrong_type(shape, node, path, found)
        return BAD
    hosts: dict[str, tuple[str, ...]] = {}
    for index, item in enumerate(node.items):
        text = str(item.value) if type(item) is Scalar else ""
        separator = "=" if "=" in text else ":"
        host, found_one, addresses = text.partition(separator)
        if not found_one or not host or ":" in host:
            message = f"invalid host entry {text!r}"
            found.error(BAD_VALUE, message, item.span, path=f"{path}[{index}]", hint="write host=ip")
            continue
        hosts[host] = hosts.get(host, ()) + tuple(_unbracketed(one) for one in addresses.split(","))
    return hosts


def _unbracketed(address: str) -> str:
    return address[1:-1] if len(address) > 2 and address[0] == "[" and address[-1] == "]" else address


def _command(shape: Shape, node: Node, path: str, found: Findings) -> object:
    if type(node) is Sequence:
        return tuple(str(item.value) for item in node.items if type(item) is Scalar)
    if type(node) is Scalar:
        return _leaf(shape, node, path, found)
    wrong_type(shape, node, path, found)
    return BAD


def plain(node: Node) -> object:
    """Any tree as dicts, lists and scalars."""
    if isinstance(node, Mapping):
        return {key: plain(item) for key, item in node.items.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


_READERS: dict[str, Callable[[Shape, Node, str, Findings], object]] = {
    Kind.RECORD: _record,
    Kind.MAP: _map,
    Kind.LIST: _list,
    Kind.PAIRS: _pairs,
    Kind.OPTIONS: _pairs,
    Kind.LISTS: _lists,
    Kind.HOSTS: _hosts,
    Kind.COMMAND: _command,
    Kind.TEST: _command,
    Kind.ANY: lambda _shape, node, _path, _found: plain(node),
}
