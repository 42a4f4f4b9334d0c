from __future__ import annotations

import json

import pytest

from composer.load.bind import plain
from composer.load.render import render_json, render_yaml, sorted_document
from composer.load.yaml_tree import parse_documents

ROWS = [
    ("", '""'),
    ("text", "text"),
    ("yes", '"yes"'),
    ("n", '"n"'),
    ("Off", '"Off"'),
    ("1.0", '"1.0"'),
    ("010", '"010"'),
    ("12:30", '"12:30"'),
    ("190:20:30", '"190:20:30"'),
    ("2020-01-01", '"2020-01-01"'),
    ("~", '"~"'),
    ("null", '"null"'),
    ("=", "="),
    ("<<", "<<"),
    ("oFF", "oFF"),
    ("a: b", "'a: b'"),
    ("a:", "'a:'"),
    ("#x", "'#x'"),
    ("a #b", "'a #b'"),
    ("a#b", "a#b"),
    ("- a", "'- a'"),
    ("-a", "-a"),
    ("-", "'-'"),
    ("? x", "'? x'"),
    ("@x", "'@x'"),
    ("a{b}", "a{b}"),
    ("{a", "'{a'"),
    (" lead", "' lead'"),
    ("trail ", "'trail '"),
    ("it's", "it's"),
    ("'quoted'", "'''quoted'''"),
    ('say "hi"', 'say "hi"'),
    ("a\\b", "a\\b"),
    ("a\tb", '"a\\tb"'),
    ("a\r\nb", '"a\\r\\nb"'),
    ("\x07", '"\\a"'),
    ("\ufeffx", '"\\uFEFFx"'),
    ("é", "é"),
    ("é🎉", '"é\\U0001F389"'),
    ("a\u2028b\x85", '"a\\Lb\\N"'),
    ("\x7f", '"\\x7F"'),
    ("image:tag", "image:tag"),
    (":a:b", ":a:b"),
    ("--- a", "'--- a'"),
    ("$x", "$$x"),
    ("a\nb", "|-\n  a\n  b"),
    ("a\nb\n", "|\n  a\n  b"),
    ("a\n\n\nb\n\n", "|+\n  a\n\n\n  b\n"),
    ("\tx\n", "|2\n  \tx"),
    ("\na", "|2-\n\n  a"),
    ("  a\nb", "|2-\n    a\n  b"),
    ("\n", "|2+\n"),
    ("a \nb", '"a \\nb"'),
    ("a\n\tb", "|-\n  a\n  \tb"),
    ("a\n ", '"a\\n "'),
]


@pytest.mark.parametrize(("text", "written"), ROWS, ids=[repr(row[0]) for row in ROWS])
def test_text_is_quoted_where_yaml_needs_it_and_reads_back(text: str, written: str) -> None:
    yaml = render_yaml({"a": text})
    assert yaml == f"a: {written}\n"
    assert read(yaml) == {"a": text.replace("$", "$$")}


def read(yaml: str) -> object:
    documents, problems = parse_documents(yaml, "x")
    assert problems == []
    return plain(documents[0])


def test_blocks_are_indented_by_two_and_lists_below_their_key() -> None:
    document = {
        "a": {"b": [1, "x", {"c": None, "d": [True, 1.5]}, [2, [3]], {}, []], "e": {}, "f": []},
        "no": [{"k": "l\nm"}],
    }
    assert render_yaml(document) == (
        "a:\n"
        "  b:\n"
        "    - 1\n"
        "    - x\n"
        "    - c: null\n"
        "      d:\n"
        "        - true\n"
        "        - 1.5\n"
        "    - - 2\n"
        "      - - 3\n"
        "    - {}\n"
        "    - []\n"
        "  e: {}\n"
        "  f: []\n"
        '"no":\n'
        "  - k: |-\n"
        "      l\n"
        "      m\n"
    )
    assert read(render_yaml(document)) == document


def test_dollars_in_yaml_are_doubled_in_values_only_since_keys_hold_no_variables() -> None:
    assert render_yaml({"$k": ["$v"]}) == "$k:\n  - $$v\n"


def test_json_is_the_references_down_to_its_escapes() -> None:
    text = render_json({"a": "<$x>&é", "b": 1.0, "c": [0.5, None]})
    assert text == ('{\n  "a": "\\u003c$$x\\u003e\\u0026é",\n  "b": 1,\n  "c": [\n    0.5,\n    null\n  ]\n}')
    assert json.loads(text) == {"a": "<$$x>&é", "b": 1, "c": [0.5, None]}


def test_numbers_that_json_cannot_hold_are_refused_by_nobody_in_yaml() -> None:
    assert render_yaml({"a": [float("inf"), float("-inf"), float("nan"), 1e6]}) == (
        "a:\n  - .inf\n  - -.inf\n  - .nan\n  - 1e+06\n"
    )


def test_keys_that_are_long_or_hold_line_ends_stand_behind_a_question_mark() -> None:
    long = "k" * 129
    document = {"a\nb": "c", long: [1], "y": {"": None, "\n": {"c": "d\ne"}}}
    yaml = render_yaml(document)
    assert yaml == (f'? |-\n  a\n  b\n: c\n? {long}\n: - 1\n"y":\n  "": null\n  ? |2+\n\n  : c: |-\n      d\n      e\n')
    assert read(yaml) == document


def test_names_are_sorted_with_their_numbers() -> None:
    names = {"s10": 1, "s2": {"b": 1, "a": [{"d": 1, "c": 2}]}, "S": 3, "10": 4, "9": 5}
    assert list(sorted_document(names)) == ["9", "10", "S", "s2", "s10"]
    assert sorted_document(names)["s2"] == {"a": [{"c": 2, "d": 1}], "b": 1}
