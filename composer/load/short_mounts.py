"""Service `volumes` and `devices` in the short form: `[source:]target[:options]`.

Owns the grammar. A one-letter source is a volume's name, not a Windows drive, unless a path follows it.
Must not know: files, merging, the model, which volumes are declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.canonical import wrong_type
from composer.load.findings import BAD_VALUE
from composer.load.node import Mapping, Node, Scalar
from composer.load.paths import clean
from composer.load.shape import Kind, Shape

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.load.findings import Findings

_TEXT = Shape(Kind.TEXT)
_PROPAGATION = ("rprivate", "private", "rshared", "shared", "rslave", "slave")


def expand_mount(node: Node, path: str, found: Findings) -> Node | None:
    if type(node) is not Scalar or type(node.value) is not str:
        return wrong_type(_TEXT, node, path, found)
    try:
        sections = split_mount(node.value)
    except ValueError as error:
        hint = "volumes look like ./data:/data, data:/data:ro or /data"
        found.error(BAD_VALUE, f"{error}: {node.value!r}", node.span, path=path, hint=hint)
        return None
    return _mount(sections, node.span)


def split_mount(spec: str) -> list[str]:
    """Source (or nothing), target and options. Raises ValueError with a message for the user."""
    if not spec:
        raise ValueError("empty volume")
    if len(spec) <= 2:
        return [spec]
    parts: list[str] = []
    rest: str | None = spec
    while rest is not None:
        part, rest = _section(rest)
        parts.append(part)
    if not all(parts):
        raise ValueError("empty section between colons in volume")
    if len(parts) > 3:
        raise ValueError("too many colons in volume")
    return parts


def _section(text: str) -> tuple[str, str | None]:
    start = 2 if _is_drive(text) else 0
    depth = 0
    for at in range(start, len(text)):
        if text.startswith("${", at):
            depth += 1
        elif text[at] == "}" and depth:
            depth -= 1
        elif text[at] == ":" and not depth:
            return text[:at], text[at + 1 :]
    return text, None


def _is_drive(text: str) -> bool:
    if len(text) < 3 or not text[0].isalpha() or text[1] != ":":
        return False
    if text[2] == "\\":
        return True
    after = text[3:].partition(":")[2]
    return text[2] == "/" and (after[:1] in ("/", "\\") or _is_drive(after))


def _mount(sections: list[str], span: Span) -> Mapping:
    source = sections[0] if len(sections) > 1 else ""
    target = sections[1] if len(sections) > 1 else sections[0]
    kind = "bind" if is_path(source) else "volume"
    items: dict[str, Node] = {"type": Scalar(kind, span)}
    if source:
        items["source"] = Scalar(source, span)
    items["target"] = Scalar(clean(target), span)
    bind: dict[str, Node] = {}
    volume: dict[str, Node] = {}
    for option in sections[2].split(",") if len(sections) > 2 else ():
        if option == "ro":
            items["read_only"] = Scalar(value=True, span=span)
        elif option == "nocopy":
            volume["nocopy"] = Scalar(value=True, span=span)
        elif option in _PROPAGATION:
            bind["propagation"] = Scalar(option, span)
        elif option in ("z", "Z"):
            bind["selinux"] = Scalar(option, span)
    if kind == "bind":
        bind["create_host_path"] = Scalar(value=True, span=span)
    if bind:
        items["bind"] = Mapping(bind, span)
    if volume or (kind == "volume" and len(target) + len(source) > 2):
        items["volume"] = Mapping(volume, span)
    return Mapping(items, span)


def is_path(source: str) -> bool:
    """A bind source, rather than the name of a volume."""
    return source[:1] in (".", "/", "~") or source.startswith("\\\\") or source[1:3] in (":\\", ":/")


def expand_device(node: Node, path: str, found: Findings) -> Node | None:
    """`host[:container[:permissions]]`."""
    if type(node) is not Scalar or type(node.value) is not str:
        return wrong_type(_TEXT, node, path, found)
    parts = node.value.split(":")
    if len(parts) > 3:
        message = f"confusing device mapping {node.value!r}"
        found.error(BAD_VALUE, message, node.span, path=path, hint="use the long form: source, target, permissions")
        return None
    target = parts[1] if len(parts) > 1 else ""
    values = {
        "source": parts[0],
        "target": target or parts[0],
        "permissions": parts[2] if len(parts) > 2 else "rwm",
    }
    return Mapping({key: Scalar(value, node.span) for key, value in values.items()}, node.span)
