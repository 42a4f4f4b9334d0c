"""Questions to the dependency graph: order, levels, closure, dependants.

Order and levels come from networkx, except for projects without edges (see the package docstring);
closures are one plain pass. All results are
tuples in a stable order (dependency order, ties in file order). The project is free of cycles: the
loader has refused others. Must not know: plans, containers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.graph.build import dependency_edges, dependency_graph, has_edges
from composer.graph.sorting import backwards, reach

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.model.project import Project


def order(project: Project) -> tuple[str, ...]:
    """Every service after those it depends on."""
    if not has_edges(project):
        return tuple(project.services)
    import networkx as nx  # noqa: PLC0415 - 120 ms, see the package docstring

    position = {name: index for index, name in enumerate(project.services)}
    first_needed = dependency_graph(project).reverse(copy=False)
    return tuple(nx.lexicographical_topological_sort(first_needed, key=position.__getitem__))


def levels(project: Project) -> tuple[tuple[str, ...], ...]:
    """Services that may start together: level 0 depends on nothing, level n on level n-1 and below."""
    if not has_edges(project):
        return (tuple(project.services),) if project.services else ()
    import networkx as nx  # noqa: PLC0415 - 120 ms, see the package docstring

    position = {name: index for index, name in enumerate(project.services)}
    first_needed = dependency_graph(project).reverse(copy=False)
    return tuple(tuple(sorted(level, key=position.__getitem__)) for level in nx.topological_generations(first_needed))


def closure(project: Project, names: Iterable[str]) -> tuple[str, ...]:
    """The named services and all they depend on, directly or not, in file order."""
    reached = reach(dependency_edges(project), names)
    return tuple(name for name in project.services if name in reached)


def dependants(project: Project, names: Iterable[str]) -> tuple[str, ...]:
    """Those that depend on any of the named services, directly or not, in file order."""
    depending = backwards(dependency_edges(project))
    reached = reach(depending, {later for name in names for later in depending.get(name, ())})
    return tuple(name for name in project.services if name in reached)
