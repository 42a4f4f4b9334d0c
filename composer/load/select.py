"""Which services take part: profiles, and the services named on the command line with their dependencies.

Works on the normalised tree, before env files are read, so that an unselected service's missing file is no
error. Must not know: files, the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.findings import UNDEFINED
from composer.load.node import Node, Scalar
from composer.load.tree import items_of, sequence_of, value_of
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from composer.load.findings import Findings


@value()
class Selection:
    """`enabled`: by profile. `selected`: what this command is about, in file order. `profiles`: those active."""

    enabled: frozenset[str]
    selected: tuple[str, ...]
    profiles: tuple[str, ...]


def active_profiles(flags: Iterable[str], variable: str | None) -> tuple[str, ...]:
    """`--profile` replaces `COMPOSE_PROFILES`."""
    given = tuple(flags)
    if given:
        return given
    return tuple(name for part in (variable or "").split(",") if (name := part.strip()))


def select(
    services: Mapping[str, Node], names: tuple[str, ...], profiles: tuple[str, ...], *, no_deps: bool, found: Findings
) -> Selection:
    """Naming a service makes its profiles active too; its dependencies must be enabled by then."""
    wanted = _named(services, names, found)
    for name in wanted:
        if not is_enabled(services[name], profiles):
            profiles += tuple(sorted(profiles_of(services[name])))
    enabled = frozenset(name for name, node in services.items() if is_enabled(node, profiles))
    if not names:
        return Selection(enabled, tuple(name for name in services if name in enabled), profiles)
    chosen = set(wanted)
    if not no_deps:
        for name in wanted:
            _add_dependencies(name, services, enabled, chosen, found)
    return Selection(enabled, tuple(name for name in services if name in chosen), profiles)


def profiles_of(node: Node) -> set[str]:
    names = (item.value for item in sequence_of(node, "profiles") if type(item) is Scalar)
    return {name for name in names if isinstance(name, str)}


def is_enabled(node: Node, profiles: tuple[str, ...]) -> bool:
    own = profiles_of(node)
    return not own or "*" in profiles or not own.isdisjoint(profiles)


def _named(services: Mapping[str, Node], names: tuple[str, ...], found: Findings) -> list[str]:
    """The services asked for; a name may be a pattern such as `web*`."""
    wanted: list[str] = []
    for name in names:
        if name in services:
            wanted.append(name)
            continue
        matching = _matching(services, name) if any(char in name for char in "*?[") else []
        if not matching:
            hint = found.near(name, services)
            found.error(UNDEFINED, f"no such service: {name}", None, hint=hint)
        wanted.extend(matching)
    return wanted


def _matching(services: Mapping[str, Node], pattern: str) -> list[str]:
    from fnmatch import fnmatchcase  # noqa: PLC0415  rare

    return [name for name in services if fnmatchcase(name, pattern)]


def _add_dependencies(
    name: str, services: Mapping[str, Node], enabled: frozenset[str], chosen: set[str], found: Findings
) -> None:
    pending = [name]
    while pending:
        dependent = pending.pop()
        for dependency, entry in items_of(services[dependent], "depends_on").items():
            if dependency in enabled and dependency not in chosen:
                chosen.add(dependency)
                pending.append(dependency)
            elif dependency in services and dependency not in enabled and is_required(entry):
                own = ", ".join(sorted(profiles_of(services[dependency])))
                message = f"service {dependent!r} depends on {dependency!r}, which no active profile enables"
                hint = f"activate one of its profiles ({own}), or set `required: false`"
                found.error(
                    UNDEFINED, message, entry.span, path=f"services.{dependent}.depends_on.{dependency}", hint=hint
                )


def without_lost_dependencies(node: Node, chosen: frozenset[str], known: Container[str]) -> Node:
    """`depends_on` without `known` services that do not take part (after a selection by name)."""
    from composer.load.node import Mapping as MappingNode  # noqa: PLC0415  the type is only rarely rebuilt

    dependencies = items_of(node, "depends_on")
    lost = {name for name in dependencies if name not in chosen and name in known}
    if not lost or type(node) is not MappingNode:
        return node
    old = node.items["depends_on"]
    kept = {name: item for name, item in dependencies.items() if name not in lost}
    return MappingNode({**node.items, "depends_on": MappingNode(kept, old.span)}, node.span, node.keys, node.tag)


def is_required(node: Node) -> bool:
    """A dependency entry without `required: false`."""
    return value_of(node, "required") not in (False, "false")
