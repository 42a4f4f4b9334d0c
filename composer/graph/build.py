"""Project → `networkx.DiGraph`: one node a service, one edge `web → db` for "web depends on db".

Owns the graph's shape: edge data `condition`, `required` and `restart`. Must not know: what the
graph is asked (`query`), plans, containers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from composer.model.project import Project


def dependency_edges(project: Project) -> dict[str, tuple[str, ...]]:
    """Each service with the enabled services it depends on, in file order; no networkx needed."""
    return {
        name: tuple(dependency for dependency in service.depends_on if dependency in project.services)
        for name, service in project.services.items()
    }


def has_edges(project: Project) -> bool:
    return any(dependency_edges(project).values())


def dependency_graph(project: Project) -> nx.DiGraph[str]:
    """The graph of the enabled services. Optional dependencies on disabled services are no edges."""
    import networkx as nx  # noqa: PLC0415 - 120 ms, see the package docstring

    graph: nx.DiGraph[str] = nx.DiGraph(name=project.name)
    graph.add_nodes_from(project.services)
    for name, needed in dependency_edges(project).items():
        for dependency in needed:
            edge = project.services[name].depends_on[dependency]
            graph.add_edge(name, dependency, condition=edge.condition, required=edge.required, restart=edge.restart)
    return graph
