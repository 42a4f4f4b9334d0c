"""The dependency graph of a project: shape, order, levels, closures, and what it costs to ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import networkx as nx

from composer.graph.build import dependency_edges, dependency_graph, has_edges
from composer.graph.query import closure, dependants, levels, order
from composer.model.dependency import Condition
from tests.support.build import project

SHOP = project("proxy -> web, api; web -> db:healthy, cache?; api -> db:completed!; cache; db; batch")


def test_the_graph_is_a_networkx_one_with_the_edge_data() -> None:
    graph = dependency_graph(SHOP)
    assert isinstance(graph, nx.DiGraph)
    assert list(graph) == ["proxy", "web", "api", "cache", "db", "batch"]
    assert graph.edges["web", "db"] == {"condition": Condition.HEALTHY, "required": True, "restart": False}
    assert graph.edges["web", "cache"] == {"condition": Condition.STARTED, "required": False, "restart": False}
    assert graph.edges["api", "db"] == {"condition": Condition.COMPLETED, "required": True, "restart": True}


def test_a_disabled_dependency_is_no_edge() -> None:
    assert dependency_edges(project("web -> metrics?, db; db")) == {"web": ("db",), "db": ()}
    assert not has_edges(project("web -> metrics?"))


def test_order_puts_dependencies_first_and_keeps_file_order() -> None:
    assert order(SHOP) == ("cache", "db", "web", "api", "proxy", "batch")
    assert order(project("b; a")) == ("b", "a")


def test_levels_may_start_together() -> None:
    assert levels(SHOP) == (("cache", "db", "batch"), ("web", "api"), ("proxy",))
    assert levels(project("b; a")) == (("b", "a"),)
    assert levels(project("")) == ()


def test_closure_and_dependants_are_transitive() -> None:
    assert closure(SHOP, ["web"]) == ("web", "cache", "db")
    assert closure(SHOP, ["batch", "unknown"]) == ("batch",)
    assert dependants(SHOP, ["db"]) == ("proxy", "web", "api")
    assert dependants(SHOP, ["db", "web"]) == ("proxy", "web", "api")
    assert dependants(SHOP, ["proxy"]) == ()


def test_networkx_is_loaded_for_edges_only() -> None:
    script = """
import sys
from composer.graph.query import closure, dependants, levels, order
from tests.support.build import project
plain = project("a; b")
order(plain), levels(plain), closure(project("a -> b; b"), ["a"]), dependants(project("a -> b; b"), ["b"])
assert "networkx" not in sys.modules
order(project("a -> b; b"))
assert "networkx" in sys.modules
"""
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root, timeout=60)
