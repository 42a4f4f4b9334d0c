"""From one merged tree to a project: the stages that look at all services together.

Must not know: where the files came from, how they were merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.bind import BAD, bind, bind_named
from composer.load.check import ServiceCheck, check_service
from composer.load.cycles import check_cycles
from composer.load.findings import CONFLICT, MISSING_KEY, UNKNOWN_KEY, WRONG_TYPE
from composer.load.format import FILE
from composer.load.node import Mapping, Node, Scalar
from composer.load.select import Selection, without_lost_dependencies
from composer.load.tree import child, items_of, key_span, without

if TYPE_CHECKING:
    from composer.load.findings import Findings
    from composer.model.project import Project
    from composer.model.service import Service

SECTIONS = ("networks", "volumes", "secrets", "configs", "models")


def check_sections(tree: Mapping, found: Findings) -> None:
    """Sections that are there but hold nothing; services that are null."""
    for section in ("services", *SECTIONS):
        node = child(tree, section)
        if type(node) is Scalar:
            message = f"{section!r} must be a mapping, not empty"
            found.error(WRONG_TYPE, message, node.span, path=section, hint="remove the key or give it entries")
    for name, node in items_of(tree, "services").items():
        if type(node) is Scalar:
            hint = "a service needs at least an `image:` or a `build:`"
            path = f"services.{name}"
            found.error(MISSING_KEY, f"service {name!r} is empty", node.span, path=path, hint=hint)


def bind_services(tree: Mapping, found: Findings) -> dict[str, Service]:
    """Every service that can be read, enabled or not."""
    services: dict[str, Service] = {}
    shape = FILE.fields["services"].item
    for name, node in items_of(tree, "services").items():
        if type(node) is not Mapping:
            continue
        if "extends" in node.items and not _is_resolved(name, node, found):
            bind(shape.fields["extends"], node.items["extends"], f"services.{name}.extends", found)
            node = without(node, "extends")  # noqa: PLW2901
        service = bind_named(shape, node, f"services.{name}", name, found)
        if service is not BAD:
            services[name] = service  # type: ignore[assignment]
    return services


def _is_resolved(name: str, node: Mapping, found: Findings) -> bool:
    """An `extends` that was followed and led to nothing, rather than one that is wrong."""
    return name not in found.incomplete and type(child(node, "extends")) is Mapping


def check_project(tree: Mapping, services: dict[str, Service], selection: Selection, found: Findings) -> None:
    """Services one by one, then the edges between them."""
    nodes = items_of(tree, "services")
    disabled = {name: node for name, node in nodes.items() if name not in selection.enabled}
    earlier = sorted(item.path for item in found.items if item.code in (UNKNOWN_KEY, WRONG_TYPE))
    for name in nodes:
        if name in services and name in selection.enabled:
            check = ServiceCheck(services[name], tree, selection.enabled, disabled, found)
            check.earlier = earlier
            check_service(check)
    check_cycles(nodes, selection.enabled, found)


def check_container_names(tree: Mapping, services: dict[str, Service], selection: Selection, found: Findings) -> None:
    """One name for two of the services that take part."""
    nodes = items_of(tree, "services")
    taken: dict[str, str] = {}
    for name in sorted(selection.selected):
        wanted = services[name].container_name if name in services else None
        if wanted and wanted in taken:
            message = f'container name "{wanted}" is already in use by service "{taken[wanted]}"'
            span = key_span(nodes[name], "container_name")
            found.error(CONFLICT, message, span, path=f"services.{name}.container_name")
        elif wanted:
            taken[wanted] = name


def with_replicas(services: dict[str, Service]) -> dict[str, Service]:
    """`scale` is also `deploy.replicas`, where there is a `deploy`; that they do not contradict was checked."""
    from dataclasses import replace  # noqa: PLC0415  rare

    return {
        name: replace(service, deploy=replace(service.deploy, replicas=service.scale))
        if service.deploy is not None and service.scale is not None
        else service
        for name, service in services.items()
    }


def bind_resources(tree: Mapping, found: Findings) -> dict[str, dict[str, object]]:
    resources: dict[str, dict[str, object]] = {}
    for section in SECTIONS:
        shape = FILE.fields[section].item
        resources[section] = {
            key: bind(shape, _without_null(node), f"{section}.{key}", found)
            for key, node in items_of(tree, section).items()
        }
    return resources


def _without_null(node: Node) -> Node:
    """`data:` declares a resource with nothing said of it."""
    return Mapping({}, node.span) if type(node) is Scalar and node.value is None else node


def keep_selected(tree: Mapping, selection: Selection, *, named: bool) -> Mapping:
    """After a selection by name, nobody depends on a service that does not take part."""
    services = items_of(tree, "services")
    if not named or not services:
        return tree
    chosen = frozenset(selection.selected)
    kept: dict[str, Node] = {
        name: without_lost_dependencies(node, chosen, services) if name in chosen else node
        for name, node in services.items()
    }
    old = tree.items["services"]
    return Mapping({**tree.items, "services": Mapping(kept, old.span)}, tree.span, tree.keys)


def used_resources(
    services: dict[str, Service], resources: dict[str, dict[str, object]]
) -> dict[str, dict[str, object]]:
    """Only what the services refer to."""
    used: dict[str, set[str | None]] = {section: set() for section in SECTIONS}
    for service in services.values():
        used["networks"].update(service.networks)
        used["volumes"].update(mount.source for mount in service.volumes if mount.type == "volume")
        used["secrets"].update(entry.source for entry in service.secrets)
        used["secrets"].update(entry.source for entry in (service.build.secrets if service.build else ()))
        used["configs"].update(entry.source for entry in service.configs)
        used["models"].update(service.models)
    return {
        section: {key: value for key, value in resources[section].items() if key in used[section]}
        for section in SECTIONS
    }


def make_project(
    services: dict[str, Service], resources: dict[str, dict[str, object]], selection: Selection, **known: object
) -> Project:
    """`resources` are those to keep (see `used_resources`)."""
    from composer.model.project import Project  # noqa: PLC0415  only when there is one

    selected = {name: services[name] for name in selection.selected}
    return Project(
        services=selected,
        disabled={name: service for name, service in services.items() if name not in selected},
        profiles=selection.profiles,
        **resources,  # type: ignore[arg-type]
        **known,  # type: ignore[arg-type]
    )
