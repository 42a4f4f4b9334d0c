from __future__ import annotations

import pytest

from composer.load.path import TreePath, path_text, pattern_parts, pattern_table


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("services",), "services"),
        (("services", "web", "ports", 1), "services.web.ports[1]"),
        (("services", "web", "volumes", 0, "bind", "propagation"), "services.web.volumes[0].bind.propagation"),
        (("x-matrix", 0, 1), "x-matrix[0][1]"),
    ],
)
def test_a_path_reads_like_what_people_write(path: TreePath, text: str) -> None:
    assert path_text(path) == text


def test_patterns_split_at_dots_and_brackets() -> None:
    assert pattern_parts("services.*.ports[].target") == ("services", "*", "ports", "[]", "target")


TABLE = pattern_table({"services.*.scale": "int", "services.*.ports[].target": "port", "networks.*.external": "bool"})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "web", "scale"), "int"),
        (("services", "*", "scale"), "int"),
        (("services", "web", "ports", 7, "target"), "port"),
        (("services", "web", "ports", "target"), None),
        (("services", "web"), None),
        (("services", "web", "scale", "deeper"), None),
        (("networks", "scale"), None),
        ((), None),
    ],
)
def test_a_table_answers_for_whole_paths_only(path: TreePath, value: str | None) -> None:
    assert TABLE.find(path) == value


def test_a_named_key_wins_over_any_key() -> None:
    table = pattern_table({"a.*.x": 1, "a.b.x": 2})
    assert (table.find(("a", "b", "x")), table.find(("a", "c", "x"))) == (2, 1)
