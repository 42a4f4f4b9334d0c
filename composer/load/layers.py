"""Every place that gives a value to one path of a project, from the weakest to the one that wins.

Walks the files once more, only for `config --explain`: included files, extended services, merge keys, each
document in its order. Merging itself remembers nothing. Must not know: how an explanation is shown.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.load import dotenv
from composer.load.canonical import canonical
from composer.load.findings import Findings
from composer.load.format import FILE
from composer.load.include import Include, includes_of
from composer.load.interpolate import interpolate_tree
from composer.load.node import Mapping, Node, Sequence
from composer.load.tree import child, items_of, text_of
from composer.load.yaml_tree import parse_documents
from composer.values import value

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.load.environment import Environment, Variable
    from composer.load.model import Shelf
    from composer.load.shape import Shape
    from composer.load.texts import SourceText

Part = str | int
Parts = tuple[Part, ...]

SERVICE_DEPTH = 2  # services.NAME
MAX_DEPTH = 20  # files that include and services that extend each other endlessly are refused elsewhere


@value()
class Layer:
    """`node`: the canonical value there, reached through `via`; `environment`: what its variables meant."""

    node: Node
    environment: Environment
    via: tuple[Span, ...] = ()


@value(kw_only=True)
class _Place:
    """A file as it is being walked: what its paths are relative to, its variables, how one got there."""

    source: SourceText
    directory: str
    environment: Environment
    via: tuple[Span, ...] = ()
    depth: int = 0


class Layers:
    """`wanted` are the final nodes along the path: items of lists are recognised by them."""

    def __init__(self, shelf: Shelf, wanted: list[Node]) -> None:
        self._shelf = shelf
        self._wanted = wanted
        self._merges: dict[tuple[str, int, int], list[Node]] = {}
        self.documents: dict[str, list[Node]] = {}  # as written, by the name of the file, of every file walked

    def of_files(
        self, files: tuple[SourceText, ...], directory: str, environment: Environment, parts: Parts
    ) -> list[Layer]:
        """The weakest first."""
        found: list[Layer] = []
        for source in files:
            found += self._of_file(_Place(source=source, directory=directory, environment=environment), parts)
        return found

    def _of_file(self, place: _Place, parts: Parts) -> list[Layer]:
        found: list[Layer] = []
        if place.depth > MAX_DEPTH:
            return found
        for raw, tree in self._trees(place):
            found += self._included(tree, place, parts)
            found += self._of_tree(raw, tree, place, parts)
        return found

    def _trees(self, place: _Place) -> list[tuple[Node, Mapping]]:
        """Each document with its variables replaced, and the same in canonical form."""
        pairs: list[tuple[Node, Mapping]] = []
        for document in self._documents(place.source):
            raw, _ = interpolate_tree(document, place.environment, self._shelf.texts)
            tree = canonical(FILE, raw, "", Findings())
            if type(tree) is Mapping:
                pairs.append((raw, tree))
        return pairs

    def _documents(self, source: SourceText) -> list[Node]:
        if source.name not in self.documents:
            self.documents[source.name], _ = parse_documents(source.text, source.name, merges=self._merges)
        return self.documents[source.name]

    # --- include

    def _included(self, tree: Mapping, place: _Place, parts: Parts) -> list[Layer]:
        found: list[Layer] = []
        for entry in includes_of(tree, place.directory, self._shelf.located):
            environment = self._environment_of(entry, place)
            for path in entry.paths:
                source = self._shelf.read(path, entry.span, "included file", required=False)
                if source is not None:
                    below = _Place(
                        source=source,
                        directory=entry.directory,
                        environment=environment,
                        via=(entry.span, *place.via),
                        depth=place.depth + 1,
                    )
                    found += self._of_file(below, parts)
        return found

    def _environment_of(self, entry: Include, place: _Place) -> Environment:
        paths = entry.env_files
        layer: dict[str, Variable] = {}
        for path in (posixpath.join(entry.directory, ".env"),) if paths is None else paths:
            source = self._shelf.read(path, entry.span, "env file", required=False)
            if source is not None:
                variables, _ = dotenv.parse(source.text, source.name, place.environment.get, layer)
                layer.update(variables)
        return place.environment.below(layer)

    # --- one tree

    def _of_tree(self, raw: Node, tree: Mapping, place: _Place, parts: Parts) -> list[Layer]:
        found: list[Layer] = []
        if len(parts) > SERVICE_DEPTH and parts[0] == "services":
            service = items_of(tree, "services").get(str(parts[1]))
            if service is not None:
                found += self._extended(raw, tree, service, place, parts)
        found += self._merged(raw, place, parts)
        node = self._at(tree, parts)
        if node is not None:
            found.append(Layer(node, place.environment, place.via))
        return found

    def _extended(self, raw: Node, tree: Mapping, service: Node, place: _Place, parts: Parts) -> list[Layer]:
        extends = child(service, "extends")
        name, file = text_of(extends, "service"), text_of(extends, "file")
        if extends is None or not name or place.depth > MAX_DEPTH:
            return []
        there = ("services", name, *parts[SERVICE_DEPTH:])
        via = (extends.span, *place.via)
        if not file:
            here = replace(place, via=via, depth=place.depth + 1)
            if name in items_of(tree, "services"):
                return self._of_tree(raw, tree, here, there)
            return self._included(tree, here, there)
        path = self._shelf.located(file, place.directory, extends.span, "")
        source = self._shelf.read(path, extends.span, "extended file", required=False) if path else None
        if source is None or path is None:
            return []
        other = replace(place, source=source, directory=posixpath.dirname(path), via=via, depth=place.depth + 1)
        return [
            layer
            for its_raw, its_tree in self._trees(other)
            for layer in self._of_tree(its_raw, its_tree, other, there)
        ]

    # --- merge keys

    def _merged(self, raw: Node, place: _Place, parts: Parts) -> list[Layer]:
        """What `<<` would have brought to the path, had the mapping not said it itself."""
        found: list[Layer] = []
        node: Node | None = raw
        shape: Shape | None = FILE
        for at, part in enumerate(parts):
            if type(node) is not Mapping or shape is None:
                break
            for merged in reversed(self._merges.get((node.span.file, node.span.line, node.span.column), [])):
                found += self._from_merge(merged, shape, place, parts[at:])
            shape = _below(shape, part)
            node = node.items.get(str(part))
        return found

    def _from_merge(self, merged: Node, shape: Shape, place: _Place, rest: Parts) -> list[Layer]:
        replaced, _ = interpolate_tree(merged, place.environment, self._shelf.texts, casts=None)
        tree = canonical(shape, replaced, "", Findings())
        node = self._at(tree, rest, shape) if tree is not None else None
        return [] if node is None else [Layer(node, place.environment, place.via)]

    # --- finding

    def _at(self, tree: Node, parts: Parts, shape: Shape | None = FILE) -> Node | None:
        node: Node | None = tree
        offset = len(self._wanted) - len(parts)
        for at, part in enumerate(parts):
            below = _below(shape, part)
            if type(part) is str:
                node = child(node, part)
            elif type(node) is Sequence:
                node = _like(node, self._wanted[offset + at], below, shape)
            else:
                node = None
            if node is None:
                return None
            shape = below
        return node


def _below(shape: Shape | None, part: Part) -> Shape | None:
    if shape is None:
        return None
    fields = shape.fields
    if fields:
        return fields.get(str(part))
    return shape.item if shape.item is not shape else None


def _like(sequence: Sequence, wanted: Node, item: Shape | None, shape: Shape | None) -> Node | None:
    """The item that ended up as `wanted`, or that has its key and was replaced by it."""
    for one in sequence.items:
        if place_of(one.span) == place_of(wanted.span):
            return one
    key = shape.key if shape is not None and item is not None else None
    if key is None:
        return None
    return next((one for one in sequence.items if key(one) == key(wanted)), None)


def place_of(span: Span) -> tuple[str, int, int]:
    """Where, without how one got there."""
    return span.file, span.line, span.column
