"""What makes two items of a list the same one, so that the later replaces the earlier.

Used inside one file and between files; items are canonical. Must not know: merging itself.
"""

from __future__ import annotations

from composer.load.node import Mapping, Node, Scalar


def whole(node: Node) -> str:
    """The item's own text."""
    return str(node.value) if type(node) is Scalar else repr(node)


def before_equals(node: Node) -> str:
    return whole(node).partition("=")[0]


def target(node: Node) -> str:
    return _unread(node) or _field(node, "target")


def env_path(node: Node) -> str:
    return _unread(node) or _field(node, "path")


def secret_target(node: Node) -> str:
    return _unread(node) or _field(node, "target") or f"/run/secrets/{_field(node, 'source')}"


def config_target(node: Node) -> str:
    return _unread(node) or _field(node, "target") or f"/{_field(node, 'source')}"


def port(node: Node) -> str:
    if unread := _unread(node):
        return unread
    address = _field(node, "host_ip") or "0.0.0.0"  # noqa: S104  a key, not an address to listen on
    protocol = _field(node, "protocol") or "tcp"
    return f"{address}:{_field(node, 'published')}:{_field(node, 'target')}/{protocol}"


def _unread(node: Node) -> str:
    """A short form whose variables are left in place: nothing but its text says what it is."""
    return f"text {node.value}" if type(node) is Scalar else ""


def _field(node: Node, name: str) -> str:
    child = node.items.get(name) if type(node) is Mapping else None
    return str(child.value) if type(child) is Scalar and child.value is not None else ""
