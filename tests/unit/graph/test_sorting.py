"""Order and cycles over plain dictionaries."""

from __future__ import annotations

from composer.graph.sorting import backwards, cycle, cycle_text, reach, topological


def test_topological_keeps_the_given_order_among_the_free() -> None:
    assert topological({"z": (), "web": ("db", "cache"), "cache": (), "db": ("z",)}) == ("z", "cache", "db", "web")


def test_topological_takes_unknown_predecessors_as_done() -> None:
    assert topological({"web": ("elsewhere",)}) == ("web",)


def test_topological_counts_a_predecessor_once() -> None:
    assert topological({"web": ["db", "db"], "db": []}) == ("db", "web")


def test_topological_leaves_out_cycles_and_what_is_behind_them() -> None:
    assert topological({"a": ("b",), "b": ("a",), "behind": ("a",), "free": ()}) == ("free",)


def test_reach_is_transitive_and_knows_keys_only() -> None:
    edges = {"web": ("api", "gone"), "api": ("db",), "db": (), "other": ("db",)}
    assert reach(edges, ["web", "missing"]) == {"web", "api", "db"}


def test_backwards_turns_every_edge() -> None:
    edges = {"web": ("db", "gone"), "api": ("db",), "db": ()}
    assert backwards(edges) == {"web": [], "api": [], "db": ["web", "api"]}


def test_no_cycle() -> None:
    assert cycle({"web": ("db", "gone"), "api": ("db",), "db": ()}) is None


def test_the_first_cycle_in_name_order() -> None:
    assert cycle({"z": ("y",), "y": ("z",), "b": ("c",), "c": ("d", "a"), "a": ("b",), "d": ()}) == ("a", "b", "c", "a")


def test_the_way_into_a_cycle_is_not_part_of_it() -> None:
    assert cycle({"a": ("b",), "b": ("c",), "c": ("b",)}) == ("b", "c", "b")


def test_a_service_that_depends_on_itself() -> None:
    assert cycle_text(cycle({"a": ("a",)}) or ()) == "dependency cycle detected: a -> a"


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    names = [f"s{index:05}" for index in range(5000)]
    chain = dict(zip(names, [(name,) for name in names[1:]], strict=False))
    assert cycle(chain) is None
    assert cycle({**chain, names[-1]: (names[0],)}) == (*names, names[0])
