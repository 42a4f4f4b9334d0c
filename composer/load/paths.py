"""Relative paths made absolute, each against the directory of the file that wrote it.

Owns the list of attributes that are paths. Must not know: the disk, except to resolve what `develop.watch`
names (as docker compose does), interpolation, the model.
"""

from __future__ import annotations

import os.path
import posixpath
import re
from typing import TYPE_CHECKING

from composer.load.node import Mapping, Node, Scalar
from composer.load.patterns import Trie, compile_patterns, rewrite
from composer.load.tree import value_of, with_item

if TYPE_CHECKING:
    from collections.abc import Callable

_REMOTE = r"^([a-zA-Z][a-zA-Z0-9+.-]*://|service:|target:|git@|github\.com/|docker-image:)"
_DRIVE = r"^([a-zA-Z]:[\\/]|\\\\)"


def clean(path: str) -> str:
    """The shortest equal path, as Go's `path.Clean` does it: `/x/` is `/x`, `` is `.`."""
    short = posixpath.normpath(path)
    return short[1:] if short.startswith("//") else short


def is_remote(path: str) -> bool:
    """A git URL, an `oci://` reference and the like, rather than a path."""
    return bool(re.match(_REMOTE, path))


def absolute(path: str, base: str, home: str = "") -> str:
    """`path` seen from the directory `base`; a leading `~` is the home directory (as in the reference, also that of
    `~name`, which it takes for `~/name`)."""
    if path.startswith("~"):
        path = clean(f"{home or os.path.expanduser('~')}/{path[1:]}")  # noqa: PTH111  text, not a Path
    if not path or path.startswith("/"):
        return path
    return clean(f"{base}/{path}")


def resolve_paths(tree: Node, base: str, home: str = "") -> Node:
    """The tree with every relative path made absolute against `base`."""
    return rewrite(tree, _rules(base, home))


def _rules(base: str, home: str) -> Trie:
    def local(node: Node, _path: str) -> Node:
        return _text(node, lambda text: absolute(text, base, home))

    def unless_drive(node: Node, _path: str) -> Node:
        return _text(node, lambda text: text if re.match(_DRIVE, text) else absolute(text or base, base, home))

    def context(node: Node, _path: str) -> Node:
        return _text(node, lambda text: text if re.match(_REMOTE, text) else absolute(text, base, home))

    def real(node: Node, _path: str) -> Node:
        return _text(node, lambda text: os.path.realpath(absolute(text, base, home)))

    return compile_patterns(
        {
            "services.*.build.context": context,
            "services.*.build.additional_contexts.*": context,
            "services.*.build.ssh.*": unless_drive,
            "services.*.env_file.*.path": local,
            "services.*.label_file.*": local,
            "services.*.extends.file": local,
            "services.*.develop.watch.*.path": real,
            "services.*.volumes.*": lambda node, _path: _bind(node, unless_drive),
            "configs.*.file": unless_drive,
            "secrets.*.file": unless_drive,
            "volumes.*": lambda node, _path: _device(node, unless_drive),
        }
    )


def _text(node: Node, change: Callable[[str], str]) -> Node:
    if type(node) is not Scalar or type(node.value) is not str:
        return node
    new = change(node.value)
    return node if new == node.value else Scalar(new, node.span, node.tag)


def _bind(node: Node, local: Callable[[Node, str], Node]) -> Node:
    source = node.items.get("source") if type(node) is Mapping else None
    if source is None or type(node) is not Mapping or value_of(node, "type") != "bind":
        return node
    return with_item(node, "source", local(source, ""))


def _device(node: Node, local: Callable[[Node, str], Node]) -> Node:
    """A `local` volume with `o: bind` is a bind mount: its device is a path."""
    options = node.items.get("driver_opts") if type(node) is Mapping else None
    if type(node) is not Mapping or type(options) is not Mapping or value_of(node, "driver") != "local":
        return node
    device = options.items.get("device")
    if device is None or value_of(options, "o") != "bind":
        return node
    return with_item(node, "driver_opts", with_item(options, "device", local(device, "")))
