"""`include`: another project's files loaded whole, their resources laid under those of the including file.

Works on canonical trees. Where the including file defines a resource too, it is merged over the included one;
two includes that disagree are an error. Must not know: how a model is loaded (it is handed in).
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from composer.load.bind import plain
from composer.load.findings import CONFLICT, CYCLE
from composer.load.format import FILE
from composer.load.merge import merge
from composer.load.node import Mapping, Node, Scalar
from composer.load.paths import absolute
from composer.load.tree import child, items_of, sequence_of, text_of, without
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.diagnostics import Span
    from composer.load.findings import Findings

    # (path as written, the directory that it is seen from, where it is asked for, its path there) → the file
    Locate = Callable[[str, str, Span, str], str | None]

SECTIONS = ("services", "networks", "volumes", "secrets", "configs", "models")


@value(kw_only=True)
class Include:
    """One entry: absolute paths. `env_files` None means the default `.env` of `directory`, if there is one."""

    paths: tuple[str, ...]
    directory: str
    env_files: tuple[str, ...] | None
    span: Span


def includes_of(tree: Mapping, directory: str, locate: Locate) -> list[Include]:
    """The entries of a canonical file; relative paths are relative to `directory`. One that `locate` cannot have is
    left out."""
    entries = []
    for index, node in enumerate(sequence_of(tree, "include")):
        located = [locate(path, directory, node.span, f"include[{index}].path") for path in _texts(node, "path")]
        paths = tuple(path for path in located if path is not None)
        if not paths or len(paths) < len(located):
            continue
        first = paths[0]
        project = text_of(node, "project_directory")
        env_files = tuple(absolute(path, directory) for path in _texts(node, "env_file"))
        entries.append(
            Include(
                paths=paths,
                directory=absolute(project, directory) if project else posixpath.dirname(first),
                env_files=env_files if child(node, "env_file") is not None else None,
                span=node.span,
            )
        )
    return entries


def _texts(node: Node, key: str) -> list[str]:
    values = [item.value for item in sequence_of(node, key) if type(item) is Scalar]
    return [text for text in values if isinstance(text, str)]


def apply_includes(
    tree: Mapping, directory: str, load: Callable[[Include], Mapping | None], locate: Locate, found: Findings
) -> Mapping:
    """`tree` laid over everything it includes; `include` itself is gone."""
    if child(tree, "include") is None:
        return tree
    imported: dict[str, dict[str, Node]] = {section: {} for section in SECTIONS}
    for entry in includes_of(tree, directory, locate):
        model = load(entry)
        for section in SECTIONS if model is not None else ():
            _import(imported[section], items_of(model, section), section, found)
    base = Mapping({section: Mapping(items, tree.span) for section, items in imported.items() if items}, tree.span)
    own = without(tree, "include")
    merged = merge(FILE, base, own)
    return merged if isinstance(merged, Mapping) else own


def _import(known: dict[str, Node], new: dict[str, Node], section: str, found: Findings) -> None:
    for name, node in new.items():
        before = known.get(name)
        if before is not None and plain(before) != plain(node):
            message = f"{section}.{name} is defined differently by two includes"
            hint = f"first defined at {before.span}"
            found.error(CONFLICT, message, node.span, path=f"{section}.{name}", hint=hint)
            continue
        known[name] = node


def report_cycle(stack: tuple[str, ...], path: str, asked: Span, found: Findings) -> None:
    if path not in stack:
        found.error(CYCLE, f"includes are nested more than {len(stack) - 1} deep", asked, path="include")
        return
    steps = " -> ".join((*stack[stack.index(path) :], path))
    found.error(CYCLE, f"include cycle detected: {steps}", asked, path="include")
