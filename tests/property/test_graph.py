"""The dependency graph for any project: order respects every edge, closures agree with networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from composer.graph.build import dependency_edges, dependency_graph
from composer.graph.query import closure, dependants, levels, order
from composer.graph.sorting import cycle, topological
from composer.model.project import Project
from tests.support.build import project


@st.composite
def acyclic(draw: st.DrawFn) -> Project:
    """Up to nine services in shuffled file order, edges only towards earlier ones of a hidden order."""
    count = draw(st.integers(0, 9))
    names = [f"s{index}" for index in range(count)]
    needs = {
        name: draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        for index, name in enumerate(names)
    }
    shuffled = draw(st.permutations(names))
    return project(";".join(f"{name} -> {', '.join(needs[name])}" for name in shuffled))


def edges() -> st.SearchStrategy[dict[str, set[str]]]:
    names = st.sampled_from("abcdef")
    return st.dictionaries(names, st.sets(names, max_size=3), max_size=6)


@given(acyclic())
def test_order_respects_every_edge(of: Project) -> None:
    found = order(of)
    assert sorted(found) == sorted(of.services)
    for name, service in of.services.items():
        assert all(found.index(first) < found.index(name) for first in service.depends_on)
    assert found == topological(dependency_edges(of))


@given(acyclic())
def test_levels_are_as_early_as_can_be(of: Project) -> None:
    level = {name: index for index, names in enumerate(levels(of)) for name in names}
    assert level.keys() == of.services.keys()
    for name, service in of.services.items():
        assert level[name] == max((level[first] + 1 for first in service.depends_on), default=0)


@given(acyclic(), st.data())
def test_closures_agree_with_networkx(of: Project, data: st.DataObject) -> None:
    if not of.services:
        return
    name = data.draw(st.sampled_from(list(of.services)))
    graph = dependency_graph(of)
    assert set(closure(of, [name])) == nx.descendants(graph, name) | {name}
    assert set(dependants(of, [name])) == nx.ancestors(graph, name)


@given(edges())
def test_what_is_told_as_a_cycle_is_one_and_none_is_missed(given_edges: dict[str, set[str]]) -> None:
    graph = nx.DiGraph([(name, other) for name, others in given_edges.items() for other in others])
    found = cycle(given_edges)
    assert (found is None) == nx.is_directed_acyclic_graph(graph)
    if found is not None:
        assert found[0] == found[-1]
        assert len(set(found)) == len(found) - 1
        assert all(later in given_edges[name] for name, later in pairwise(found))
