from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from composer.model.order import _compare, in_order

# As `docker compose config` printed the keys of one mapping.
SEEN = [
    *("", "#x", "- a", "_a", "😀", "1a", "9", "10", "B", "S1"),
    *("a", "a\tb", "a-b", "a1b2", "a1b10", "a01", "null", "s2", "s10"),
]


def test_names_stand_in_the_references_order() -> None:
    assert in_order(reversed(SEEN)) == SEEN


@given(st.lists(st.text(st.sampled_from("ab-.019"), max_size=6), max_size=8, unique=True))
def test_the_quick_ways_give_the_order_of_the_rule(names: list[str]) -> None:
    found = in_order(names)
    assert sorted(found) == sorted(names)
    for first, second in itertools.pairwise(found):
        assert _compare(first, second) <= 0 or not is_simple(names)


def is_simple(names: list[str]) -> bool:
    """Words with a number: elsewhere the rule is no order at all (it is not transitive)."""
    return all(name.rstrip("0123456789").strip("ab-.") == "" for name in names)
