"""The simple short forms: a string or a list where the long form is a list or a mapping.

One function per way of writing, used by the tables in `load.format`. Must not know: any attribute by name
beyond the keys it writes, merging, the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.canonical import describe
from composer.load.findings import BAD_VALUE, WRONG_TYPE
from composer.load.node import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.load.findings import Findings


def one_or_list(node: Node, path: str, found: Findings) -> Node | None:
    """A single scalar as a list of one."""
    if type(node) is Scalar:
        return Sequence((Scalar(node.value, node.span),), node.span)
    return _not(node, path, found, "a string or a list")


def under(key: str) -> Callable[[Node, str, Findings], Node | None]:
    """A string as a mapping with that one key: `build: .` as `{context: .}`."""

    def expand(node: Node, path: str, found: Findings) -> Node | None:
        if type(node) is Scalar and type(node.value) is str:
            return Mapping({key: Scalar(node.value, node.span)}, node.span, {key: node.span})
        return _not(node, path, found, "a string or a mapping")

    return expand


def included(node: Node, path: str, found: Findings) -> Node | None:
    """A path as an include of that one file."""
    if type(node) is Scalar and type(node.value) is str:
        return Mapping({"path": Sequence((Scalar(node.value, node.span),), node.span)}, node.span)
    return _not(node, path, found, "a string or a mapping")


def names(node: Node, path: str, found: Findings) -> Node | None:
    """A list of names as a mapping of names to null."""
    return _named(node, path, found, {})


def dependencies(node: Node, path: str, found: Findings) -> Node | None:
    """The short `depends_on`: started, and required."""
    return _named(node, path, found, {"condition": "service_started", "required": True})


def _named(node: Node, path: str, found: Findings, values: dict[str, str | bool]) -> Node | None:
    if type(node) is not Sequence:
        return _not(node, path, found, "a list or a mapping")
    items: dict[str, Node] = {}
    for index, child in enumerate(node.items):
        if type(child) is not Scalar or type(child.value) is not str:
            if child.tag != "!reset":
                found.error(WRONG_TYPE, f"must be a name, not {describe(child)}", child.span, path=f"{path}[{index}]")
            continue
        span = child.span
        long = Mapping({key: Scalar(value, span) for key, value in values.items()}, span)
        items[child.value] = long if values else Scalar(None, span)
    return Mapping(items, node.span, {key: item.span for key, item in items.items()})


def hosts(node: Node, path: str, found: Findings) -> Node | None:
    """A mapping of host to address(es) as a list of `host=ip`. A marked address keeps its mark: it speaks of the
    host, and the merge carries it out."""
    if type(node) is not Mapping:
        return _not(node, path, found, "a list or a mapping")
    items: list[Node] = []
    for host, child in node.items.items():
        if child.tag == "!reset":
            items.append(Scalar(f"{host}=", child.span, child.tag))
            continue
        for address in child.items if type(child) is Sequence else (child,):
            if type(address) is Scalar and type(address.value) is str:
                items.append(Scalar(f"{host}={address.value}", address.span, child.tag))
            elif address.tag != "!reset":
                message = f"must be an address, not {describe(address)}"
                found.error(WRONG_TYPE, message, address.span, path=f"{path}.{host}")
    return Sequence(tuple(items), node.span)


def key_values(node: Node, path: str, found: Findings) -> Node | None:
    """A list of `key=value` as a mapping; the value is needed."""
    if type(node) is not Sequence:
        return _not(node, path, found, "a list or a mapping")
    items: dict[str, Node] = {}
    for index, child in enumerate(node.items):
        value = child.value if type(child) is Scalar else None
        if not isinstance(value, str) or "=" not in value:
            message = f"must be KEY=VALUE, not {value!r}" if isinstance(value, str) else "must be KEY=VALUE"
            found.error(BAD_VALUE, message, child.span, path=f"{path}[{index}]")
            continue
        key, _, text = value.partition("=")
        items[key] = Scalar(text, child.span)
    return Mapping(items, node.span, {key: item.span for key, item in items.items()})


def ssh_keys(node: Node, path: str, found: Findings) -> Node | None:
    """`[default, id=path]` as `{default: null, id: path}`."""
    if type(node) is not Sequence:
        return _not(node, path, found, "a list or a mapping")
    items: dict[str, Node] = {}
    for index, child in enumerate(node.items):
        value = child.value if type(child) is Scalar else None
        key, equals, text = value.partition("=") if isinstance(value, str) else ("", "", "")
        if not equals and key != "default":
            hint = "use `default` or `id=path`"
            found.error(BAD_VALUE, f"invalid ssh key {value!r}", child.span, path=f"{path}[{index}]", hint=hint)
            continue
        items[key] = Scalar(text if equals else None, child.span)
    return Mapping(items, node.span, {key: item.span for key, item in items.items()})


def all_gpus(node: Node, path: str, found: Findings) -> Node | None:
    """`gpus: all`."""
    if type(node) is Scalar and node.value == "all":
        count = Mapping({"count": Scalar("all", node.span)}, node.span)
        return Sequence((count,), node.span)
    return _not(node, path, found, "`all` or a list")


def single_limit(node: Node, path: str, found: Findings) -> Node | None:
    """A ulimit as one number."""
    if type(node) is Scalar and type(node.value) in (int, str):
        return Mapping({"single": node}, node.span)
    return _not(node, path, found, "an integer or a mapping with soft and hard")


def _not(node: Node, path: str, found: Findings, wanted: str) -> Node | None:
    name = path.rpartition(".")[2]
    found.error(WRONG_TYPE, f"{name!r} must be {wanted}, not {describe(node)}", node.span, path=path)
    return None
