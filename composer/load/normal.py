"""What a file leaves unsaid: the default network, implied dependencies, names of resources, inherited variables.

Runs once, on the merged tree with absolute paths. Must not know: files, profiles, the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.labels import DEFAULT_NETWORK, resource_name
from composer.load.casts import YES
from composer.load.node import Mapping, Node, Scalar
from composer.load.paths import clean
from composer.load.tree import child, items_of, sequence_of, text_of, value_of, with_defaults, with_item, with_items

if TYPE_CHECKING:
    from collections.abc import Mapping as Values

    from composer.diagnostics import Span

_NAMESPACES = ("network_mode", "ipc", "pid", "uts", "cgroup")


def normalise(tree: Mapping, project: str, environment: Values[str, str] | None) -> Mapping:
    """The tree with everything implied written out. `environment` is the project's; None: variables without a
    value stay as they are."""
    services = {name: _service(node, environment) for name, node in items_of(tree, "services").items()}
    networks = dict(items_of(tree, "networks"))
    uses_default = [node.span for node in services.values() if DEFAULT_NETWORK in items_of(node, "networks")]
    if uses_default and DEFAULT_NETWORK not in networks:
        networks[DEFAULT_NETWORK] = Scalar(None, uses_default[0])
    items: dict[str, Node] = {}
    if services:
        items["services"] = _section(tree, "services", services)
    if networks:
        items["networks"] = _section(tree, "networks", networks)
    for section in ("networks", "volumes", "configs", "secrets"):
        resources = networks if section == "networks" else items_of(tree, section)
        if resources:
            named = {key: _named(node, project, key) for key, node in resources.items()}
            items[section] = _section(tree, section, named)
    return with_items(tree, items)


def inherit_variables(tree: Mapping, environment: Values[str, str]) -> Mapping:
    """Only the variables without a value: an included project sees its own `.env`."""
    services = items_of(tree, "services")
    changed: dict[str, Node] = {}
    for name, node in services.items():
        variables = child(node, "environment")
        if variables is not None and type(node) is Mapping:
            changed[name] = with_item(node, "environment", _inherited(variables, environment, keep=True))
    return with_item(tree, "services", _section(tree, "services", {**services, **changed})) if changed else tree


def _section(tree: Mapping, key: str, items: dict[str, Node]) -> Mapping:
    old = child(tree, key)
    span = old.span if old is not None else tree.span
    return Mapping(items, span, old.keys if type(old) is Mapping else {})


def _named(node: Node, project: str, key: str) -> Node:
    resource = node if type(node) is Mapping else Mapping({}, node.span)
    if value_of(resource, "name") is not None:
        return resource
    external = value_of(resource, "external")
    outside = external is True or (isinstance(external, str) and external.lower() in ("true", *YES))
    return with_item(resource, "name", Scalar(key if outside else resource_name(project, key), resource.span))


def _service(node: Node, environment: Values[str, str] | None) -> Node:
    if type(node) is not Mapping:
        return node
    changed: dict[str, Node] = {}
    items = node.items
    if text_of(node, "pull_policy") == "if_not_present":
        changed["pull_policy"] = Scalar("missing", items["pull_policy"].span)
    if "build" in items:
        changed["build"] = _build(items["build"], environment)
    if "environment" in items and environment is not None:
        changed["environment"] = _inherited(items["environment"], environment, keep=True)
    if "volumes" in items:
        changed["volumes"] = _clean_targets(items["volumes"])
    dependencies = _implied_dependencies(node)
    if dependencies:
        old = items.get("depends_on")
        changed["depends_on"] = (
            with_items(old, dependencies) if type(old) is Mapping else Mapping(dependencies, node.span)
        )
    if not (items.keys() & {"provider", "network_mode"}):
        changed["networks"] = _networks(node)
    return with_items(node, changed) if changed else node


def _networks(node: Mapping) -> Node:
    joined = child(node, "networks")
    if type(joined) is not Mapping or not joined.items:
        return Mapping({DEFAULT_NETWORK: Scalar(None, node.span)}, node.span)
    if len(joined.items) == 1:
        return joined
    order = sorted(joined.items.items(), key=lambda item: (-_priority(item[1]), item[0]))
    return Mapping(dict(order), joined.span, joined.keys)


def _priority(node: Node) -> float:
    value = value_of(node, "priority")
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value if isinstance(value, (int, float)) else 0


def _build(node: Node, environment: Values[str, str] | None) -> Node:
    node = with_defaults(node, {"context": "."})
    if child(node, "dockerfile_inline") is None:
        node = with_defaults(node, {"dockerfile": "Dockerfile"})
    args = child(node, "args")
    if type(node) is Mapping and args is not None and environment is not None:
        node = with_item(node, "args", _inherited(args, environment, keep=False))
    return node


def _inherited(node: Node, environment: Values[str, str], *, keep: bool) -> Node:
    """Variables without a value get the project's; one that has none there stays null, or goes."""
    if type(node) is not Mapping or not any(type(e) is Scalar and e.value is None for e in node.items.values()):
        return node
    items: dict[str, Node] = {}
    for name, entry in node.items.items():
        if type(entry) is Scalar and entry.value is None and name in environment:
            items[name] = Scalar(environment[name], entry.span)
        elif keep or type(entry) is not Scalar or entry.value is not None:
            items[name] = entry
    return Mapping(items, node.span, node.keys)


def _clean_targets(node: Node) -> Node:
    from composer.load.patterns import rewrite  # noqa: PLC0415  keeps the import graph flat

    def cleaned(target: Node, _path: str) -> Node:
        if type(target) is not Scalar or not isinstance(target.value, str):
            return target
        short = clean(target.value)
        return target if short == target.value else Scalar(short, target.span)

    return rewrite(node, {"*": {"target": cleaned}})


def _implied_dependencies(node: Mapping) -> dict[str, Node]:
    """From `links`, shared namespaces and `volumes_from`; what `depends_on` says itself stands."""
    written = items_of(node, "depends_on")
    implied: dict[str, Node] = {}

    def imply(service: str, span: Span, *, restart: bool) -> None:
        if service not in written and service not in implied:
            values: dict[str, str | bool] = {"condition": "service_started", "restart": restart, "required": True}
            implied[service] = Mapping({key: Scalar(value, span) for key, value in values.items()}, span)

    for link in sequence_of(node, "links"):
        if type(link) is Scalar and isinstance(link.value, str):
            parts = link.value.split(":")
            imply(parts[0] if len(parts) == 2 else link.value, link.span, restart=True)
    for key in _NAMESPACES:
        kind, _, service = text_of(node, key).partition(":")
        if kind == "service" and service:
            imply(service, node.items[key].span, restart=True)
    for source in sequence_of(node, "volumes_from"):
        if type(source) is Scalar and isinstance(source.value, str) and not source.value.startswith("container:"):
            imply(source.value.partition(":")[0], source.span, restart=False)
    return implied
