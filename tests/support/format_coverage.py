"""Which rows of the format tables a set of Compose files uses, as dotted paths: `services.*.healthcheck.test`.

Short forms count for their attribute alone. Must not know: what a row means.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from composer.load.format import FILE
from composer.load.node import Mapping, Node, Sequence
from composer.load.shape import Kind, Shape
from composer.load.yaml_tree import parse_documents


def rows(shape: Shape = FILE, path: str = "") -> Iterator[str]:
    """Every row of the tables below `shape`."""
    if shape.kind == Kind.RECORD:
        for key, field in shape.fields.items():
            place = f"{path}.{key}" if path else key
            yield place
            yield from rows(field, place)
    elif shape.kind == Kind.MAP:
        yield from rows(shape.item, f"{path}.*")
    elif shape.kind == Kind.LIST and shape.item is not shape:
        yield from rows(shape.item, path)


def used(node: Node, shape: Shape = FILE, path: str = "") -> Iterator[str]:
    """The rows that a file uses."""
    if isinstance(node, Sequence):
        for item in node.items:
            yield from used(item, shape.item if shape.kind == Kind.LIST else shape, path)
    elif isinstance(node, Mapping) and shape.kind == Kind.MAP:
        for item in node.items.values():
            yield from used(item, shape.item, f"{path}.*")
    elif isinstance(node, Mapping) and shape.kind in (Kind.RECORD, Kind.LIST):
        record = shape.item if shape.kind == Kind.LIST else shape
        for key, item in node.items.items():
            if key in record.fields:
                place = f"{path}.{key}" if path else key
                yield place
                yield from used(item, record.fields[key], place)


def used_in(folder: Path) -> set[str]:
    """By all Compose files below a folder."""
    found: set[str] = set()
    for file in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        documents, problems = parse_documents(file.read_text(), str(file))
        assert not problems, problems
        for document in documents:
            found.update(used(document))
    return found
