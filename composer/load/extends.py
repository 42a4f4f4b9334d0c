"""`extends`: a service laid over another one, of the same file or of a file that only lends it.

Works on canonical trees. A base keeps the spans of its own file, with the `extends` that fetched it as trail;
its relative paths are made absolute against its own directory. Must not know: includes, later files.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Protocol

from composer.load.canonical import canonical
from composer.load.findings import CYCLE, MISSING_KEY, UNDEFINED
from composer.load.format import FILE
from composer.load.merge import merge, settle
from composer.load.node import Mapping, Node, Scalar
from composer.load.paths import resolve_paths
from composer.load.tree import child, items_of, text_of, with_section, without
from composer.load.yaml_merge import retraced

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.load.findings import Findings

MAX_CHAIN = 100
_SERVICE = FILE.fields["services"].item


class Lender(Protocol):
    """Gives the raw (interpolated) services of another file."""

    def located(self, path: str, directory: str, asked: Span, where: str) -> str | None:
        """The absolute path of the file; None when it cannot be had, which is reported."""

    def services_of(self, path: str, asked: Span) -> dict[str, Node] | None:
        """None when it cannot be read, which is reported already."""


class _Place:
    """Where a service stands: its file (absolute, as written in messages) and the services beside it."""

    __slots__ = ("directory", "file", "is_canonical", "services")

    def __init__(self, file: str, directory: str, services: dict[str, Node], *, is_canonical: bool) -> None:
        self.file = file
        self.directory = directory
        self.services = services
        self.is_canonical = is_canonical

    def says_nothing_of(self, service: str) -> bool:
        """`service:`, and no more."""
        node = self.services[service]
        return type(node) is Scalar and node.value is None


class Extender:
    """Resolves every `extends` of one canonical file tree."""

    def __init__(self, lender: Lender, found: Findings) -> None:
        self._lender = lender
        self._found = found
        self._done: dict[tuple[str, str], Node] = {}

    def resolve(self, tree: Mapping, file: str, directory: str) -> Mapping:
        """`tree` with no `extends` left but those that lead to nothing; `directory` is what relative paths in it are
        relative to."""
        services = items_of(tree, "services")
        if not any(child(node, "extends") is not None for node in services.values()):
            return tree
        place = _Place(file, directory, services, is_canonical=True)
        new = {name: self._service(name, place, ()) for name in services}
        return with_section(tree, "services", new)

    def _service(self, name: str, place: _Place, trail: tuple[tuple[str, str], ...]) -> Node:
        key = (place.file, name)
        if key in self._done:
            return self._done[key]
        node = self._canonical(name, place)
        extends = child(node, "extends")
        if type(node) is not Mapping or type(extends) is not Mapping:
            return node
        own = without(node, "extends")
        lender = self._place_of(name, extends, place)
        if lender is not None and lender is not place and lender.says_nothing_of(text_of(extends, "service")):
            self._done[key] = node  # with its `extends`, as the reference leaves it: see `model.service.Extended`
            return node
        base = self._base(name, extends, lender, place, (*trail, key)) if lender is not None else None
        settled = settle(base) if base is not None and self._found.tagged else base
        result: Node = own
        if base is None or text_of(extends, "service") in self._found.incomplete:
            self._found.incomplete.add(name)
        if type(settled) is Mapping:
            result = merge(_SERVICE, retraced(without(settled, "extends"), extends.span, deep=True), own)
        self._done[key] = result
        return result

    def _canonical(self, name: str, place: _Place) -> Node:
        node = place.services[name]
        if place.is_canonical:
            return node
        new = canonical(_SERVICE, node, f"services.{name}", self._found)
        return new if new is not None else Mapping({}, node.span)

    def _place_of(self, name: str, extends: Mapping, place: _Place) -> _Place | None:
        """Where the base stands; None when it stands nowhere, which is reported."""
        service, file = text_of(extends, "service"), text_of(extends, "file")
        if not service:
            self._found.error(MISSING_KEY, "missing key 'service'", extends.span, path=f"services.{name}.extends")
            return None
        other = self._lent(name, file, place, extends) if file else place
        if other is not None and service not in other.services:
            self._not_found(name, service, extends, place, other)
            return None
        return other

    def _base(
        self, name: str, extends: Mapping, other: _Place, place: _Place, trail: tuple[tuple[str, str], ...]
    ) -> Node | None:
        service = text_of(extends, "service")
        if (other.file, service) in trail:
            self._cycle((*trail, (other.file, service)), extends)
            return None
        if len(trail) > MAX_CHAIN:
            message = f"more than {MAX_CHAIN} services extend one another"
            self._found.error(CYCLE, message, extends.span, path=f"services.{name}.extends")
            return None
        base = self._service(service, other, trail)
        return base if other is place else _rebased(base, other.directory)

    def _lent(self, name: str, file: str, place: _Place, extends: Mapping) -> _Place | None:
        span = extends.items["file"].span
        path = self._lender.located(file, place.directory, span, f"services.{name}.extends.file")
        if path is None or path == place.file:
            return None if path is None else place
        services = self._lender.services_of(path, span)
        return None if services is None else _Place(path, posixpath.dirname(path), services, is_canonical=False)

    def _not_found(self, name: str, service: str, extends: Mapping, place: _Place, other: _Place) -> None:
        where = f" in {other.file}" if other is not place else ""
        message = f"cannot extend service {name!r}: service {service!r} not found{where}"
        path = f"services.{name}.extends.service"
        hint = self._found.near(service, other.services)
        self._found.error(UNDEFINED, message, extends.items["service"].span, path=path, hint=hint)

    def _cycle(self, ring: tuple[tuple[str, str], ...], extends: Mapping) -> None:
        first = ring.index(ring[-1])
        if ring[-1] != min(ring[first:]):
            return  # the same cycle is told once, from its first service
        steps = " -> ".join(service for _, service in ring[first:])
        files = sorted({file for file, _ in ring[first:]})
        message = f"circular extends: {steps}"
        self._found.error(CYCLE, message, extends.span, path="extends", hint=f"in {', '.join(files)}")


def _rebased(node: Node, directory: str) -> Node:
    tree = Mapping({"services": Mapping({"base": node}, node.span)}, node.span)
    return items_of(resolve_paths(tree, directory), "services")["base"]
