from __future__ import annotations

import math
from typing import Any

import pytest

from composer.diagnostics import Diagnostic, Span
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.yaml_scalars import resolve
from composer.load.yaml_tree import MAX_DEPTH, parse_documents


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.items.items()}


def at(node: Node, *path: str | int) -> Node:
    for part in path:
        assert not isinstance(node, Scalar)
        node = node.items[part]  # type: ignore[index]
    return node


def loaded(text: str) -> Mapping:
    documents, diagnostics = parse_documents(text, "f")
    assert diagnostics == []
    (document,) = documents
    assert isinstance(document, Mapping)
    return document


def complaints(text: str) -> list[Diagnostic]:
    return parse_documents(text, "f")[1]


def told(text: str) -> list[tuple[str, str]]:
    return [(str(one.span), one.message) for one in complaints(text)]


# What docker compose 2.40.3 reads, one value a row.
CORE = {
    "yes": "yes", "no": "no", "on": "on", "Off": "Off", "y": "y", "22:22": "22:22", "1:30": "1:30",
    "true": True, "True": True, "FALSE": False, "tRue": "tRue",
    "~": None, "Null": None, "null": None, "": None, "nuLL": "nuLL",
    "010": 8, "0o17": 15, "0O7": 7, "-010": -8, "00": 0, "08": 8.0, "0o8": "0o8",
    "0x10": 16, "0X1F": 31, "-0x10": -16, "+0x10": 16, "0x": "0x", "0x1p3": "0x1p3", "0x_1F": 31,
    "0b11": 3, "-0b1": -1, "0b12": "0b12", "0b": "0b",
    "1_000": 1000, "1_": 1, "1__0": 10, "0_1": 1, "_1": "_1", "+5": 5, "-0": 0,
    "1e3": 1000.0, "1e+3": 1000.0, "5.": 5.0, ".5": 0.5, "+.5": 0.5, "1.5_0": 1.5, ".": ".",
    "1e": "1e", "1e400": "1e400",
    "1.2.3": "1.2.3", "-": "-", "+": "+", "=": "=", "2020-01-01": "2020-01-01",
    "18446744073709551615": 18446744073709551615, "99999999999999999999": 1e20,
    "-9223372036854775809": -9223372036854775809.0,
    ".inf": math.inf, "-.INF": -math.inf, "+.Inf": math.inf,
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CORE.items())
def test_plain_scalars_mean_what_the_reference_reads(text: str, value: object) -> None:
    found = resolve(text)
    assert (found, type(found)) == (value, type(value))


def test_not_a_number_is_one() -> None:
    value = resolve(".nan")
    assert isinstance(value, float)
    assert math.isnan(value)


def test_endless_digits_stay_text() -> None:
    assert resolve("9" * 100_000) == "9" * 100_000


def test_quotes_blocks_and_tags_decide_before_the_text() -> None:
    text = (
        "a: '1'\nb: \"yes\"\nc: |\n  1\nd: !!str 1\ne: !!int '5'\nf: !!float 5\ng: !!binary aGk=\nh: !own 1\ni: ! 12\n"
    )
    assert plain(loaded(text)) == {
        "a": "1", "b": "yes", "c": "1\n", "d": "1", "e": 5, "f": 5.0, "g": "hi", "h": "1", "i": 12,
    }  # fmt: skip


def test_a_value_that_is_not_of_its_tag_is_told() -> None:
    assert told("a: !!bool yes\nb: !!int x\nc: !!binary '?'\n") == [
        ("f:1:4", "'yes' is not of type bool"),
        ("f:2:4", "'x' is not of type int"),
        ("f:3:4", "this is not base64 of a UTF-8 text"),
    ]


def test_every_node_and_key_knows_its_place() -> None:
    tree = loaded("services:\n  web:\n    image: nginx\n    ports:\n      - '80'\n      - [81]\n")
    assert tree.keys == {"services": Span("f", 1, 1)}
    assert at(tree, "services", "web", "image").span == Span("f", 3, 12)
    assert at(tree, "services", "web", "ports").span == Span("f", 5, 7)
    assert at(tree, "services", "web", "ports", 1, 0).span == Span("f", 6, 10)


def test_marks_line_ends_tabs_and_emoji_do_not_move_places() -> None:
    tree = loaded("\ufeffa: 😀 # c\r\nb: [😀, 'x\ty', z]\r\nc:\tq\r\n")
    assert plain(tree) == {"a": "😀", "b": ["😀", "x\ty", "z"], "c": "q"}
    assert tree.keys["a"] == Span("f", 1, 1)
    assert at(tree, "b", 2).span == Span("f", 2, 15)
    assert at(tree, "c").span == Span("f", 3, 4)


def test_documents_come_one_by_one_with_their_own_anchors() -> None:
    documents, diagnostics = parse_documents("a: &x 1\nb: *x\n---\nc: 2\n...\n---\nd: 3\n", "f")
    assert [plain(document) for document in documents] == [{"a": 1, "b": 1}, {"c": 2}, {"d": 3}]
    assert diagnostics == []
    assert told("a: &x 1\n---\nb: *x\n") == [("f:3:4", "unknown anchor 'x' referenced")]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "\n\n", "\ufeff"])
def test_no_document_is_no_error(text: str) -> None:
    assert parse_documents(text, "f") == ([], [])


@pytest.mark.parametrize("text", ["- a\n", "hello\n", "~\n", "---\n"])
def test_the_top_is_a_mapping(text: str) -> None:
    (problem,) = complaints(text)
    assert problem.message == "top-level object must be a mapping"


def test_an_anchor_redefined_counts_from_there_on() -> None:
    assert plain(loaded("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")) == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_what_an_alias_brings_keeps_its_line_and_names_the_alias() -> None:
    tree = loaded("x: &x\n  deep: [1]\ny: *x\n")
    assert at(tree, "x", "deep", 0).span == Span("f", 2, 10)
    assert at(tree, "y", "deep", 0).span == Span("f", 2, 10, via=(Span("f", 3, 4),))


def test_merge_keys_own_keys_win_then_the_earlier_source() -> None:
    text = (
        "a: &a {t: 1, u: 2}\nb: &b {t: 3, v: 4}\nl: &l [*a, *b]\n"
        "one: {<<: *a, u: 9}\nlate: {u: 9, <<: *a}\nlist: {<<: [*b, *a]}\nalias: {<<: *l}\nhere: {<<: {w: 1}}\n"
        "two: &two {<<: *a, z: 1}\nthree: {<<: *two}\n"
    )
    tree = plain(loaded(text))
    assert tree["one"] == tree["late"] == {"t": 1, "u": 9}
    assert tree["list"] == {"t": 3, "v": 4, "u": 2}
    assert tree["alias"] == {"t": 1, "u": 2, "v": 4}
    assert tree["here"] == {"w": 1}
    assert tree["three"] == {"t": 1, "u": 2, "z": 1}


def test_what_is_merged_can_be_traced() -> None:
    tree = loaded("a: &a\n  t: 1\nb:\n  <<: *a\n")
    assert at(tree, "b", "t").span == Span("f", 2, 6, via=(Span("f", 4, 7),))
    merged = at(tree, "b")
    assert isinstance(merged, Mapping)
    assert merged.keys["t"] == Span("f", 2, 3, via=(Span("f", 4, 7),))


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert plain(loaded("a: {'<<': 1}\nb: [<<]\nc: <<\n")) == {
        "a": {"<<": 1},
        "b": ["<<"],
        "c": "<<",
    }


@pytest.mark.parametrize("value", ["foo", "", "[]", "[foo]", "~"])
def test_only_mappings_can_be_merged(value: str) -> None:
    (problem,) = complaints(f"a:\n  <<: {value}\n")
    assert problem.message == "map merge requires map or sequence of maps as the value"
    assert problem.span is not None
    assert problem.span.line == 2


def test_reset_and_override_are_kept_on_the_node() -> None:
    tree = loaded(
        "a: !reset x\nb: !override [1]\nc: !reset {d: 1}\nd: !override null\ne: !override 010\nf: !other {g: 1}\n"
        "g: &g !reset 1\nh: *g\n"
    )
    tags = {key: node.tag for key, node in tree.items.items() if node.tag}
    assert tags == {"b": "!override", "d": "!override", "e": "!override"} | dict.fromkeys("acgh", "!reset")
    assert plain(at(tree, "d")) is None
    assert plain(at(tree, "e")) == "010"


def test_duplicate_keys_are_told_with_both_lines() -> None:
    (problem,) = complaints("services:\n  a:\n    image: i\n    'image': j\n")
    assert (str(problem.span), problem.path, problem.source) == ("f:4:5", "services.a.image", "    'image': j")
    assert problem.message == 'mapping key "image" already defined at line 3'
    assert told("x: &x {a: 1}\ny:\n  <<: *x\n  <<: *x\n") == [("f:4:3", 'mapping key "<<" already defined at line 3')]


def test_keys_that_are_no_text_are_told_and_reading_goes_on() -> None:
    documents, diagnostics = parse_documents("services:\n  1: {a: b}\n  true: c\n  ~: d\n  [x]: e\n  1.5: f\n", "f")
    assert [(one.message, one.hint) for one in diagnostics] == [
        ("non-string key in services: 1", 'put it in quotes: "1"'),
        ("non-string key in services: true", 'put it in quotes: "true"'),
        ("non-string key in services: null", 'put it in quotes: "null"'),
        ("non-string key in services: a sequence", ""),
        ("non-string key in services: 1.5", 'put it in quotes: "1.5"'),
    ]
    assert len(plain(documents[0])["services"]) == 5
    assert told("1: a\n") == [("f:1:1", "non-string key at top level: 1")]


@pytest.mark.parametrize("text", ["a: &a\n  b: *a\n", "&t\na: *t\n", "a: &a [*a]\n", "a: &a\n  <<: *a\n"])
def test_an_alias_cannot_stand_inside_its_anchor(text: str) -> None:
    assert "cycle detected: *" in complaints(text)[0].message


def test_an_unknown_anchor_gets_a_suggestion() -> None:
    (problem,) = complaints("a: &logging 1\nb: *loging\n")
    assert (problem.message, problem.hint) == ("unknown anchor 'loging' referenced", "did you mean 'logging'?")


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a:\n\tb: c\n", "f:2:1", "invalid YAML: found character that cannot start any token", "spaces"),
        ("a: b: c\n", "f:1:5", "invalid YAML: mapping values are not allowed in this context", "quote"),
        ("a: {b: {c: d}\n", "f:1:14", "invalid YAML: did not find expected ',' or '}'", "bracket"),
        ("a: [1,\n  2\nb: c\n", "f:3:2", "starts at line 1", "bracket"),
        ('a: "x\n\n', "f:1:6", "invalid YAML: found unexpected end of stream", "quote"),
        ("a: @x\n", "f:1:4", "invalid YAML: found character that cannot start any token", "quote"),
        ("a:\n    image: x\n   b: y\n", "f:3:4", "invalid YAML: did not find expected key", "indented"),
        ("%YAML 9.9\n---\na: b\n", "f:1:1", "invalid YAML: found incompatible YAML document", ""),
        ("a: x\x01\n", "f:1:5", "control characters are not allowed (U+0001)", "escape"),
        ("a: x\n\0", "f:2:1", "control characters are not allowed (U+0000)", "escape"),
        ("a: caf\udce9\n", "f:1:7", "invalid UTF-8: byte 0xe9", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_told_with_place_and_cure(text: str, place: str, message: str, hint: str) -> None:
    documents, (problem,) = parse_documents(text, "f")
    assert documents == []
    assert str(problem.span) == place
    assert message in problem.message
    assert hint in problem.hint
    assert problem.source.replace("\t", " ").isprintable()


def test_documents_before_a_broken_one_survive() -> None:
    documents, diagnostics = parse_documents("a: 1\n---\nb: [\n", "f")
    assert ([plain(document) for document in documents], len(diagnostics)) == ([{"a": 1}], 1)


def bomb(levels: int) -> str:
    return "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, levels)
    )


def chain(length: int) -> str:
    return "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, length))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 1000, "collections are nested more than 200 deep"),
        ("a: " + "[" * 1_000_000, "collections are nested more than 200 deep"),
        ("\n".join(" " * n + "a:" for n in range(1000)), "collections are nested more than 200 deep"),
        ("- " * 100_000, "collections are nested more than 200 deep"),
        (bomb(9), "the aliases of this file stand for more than 200000 values"),
        (chain(1000), "aliases nest collections more than 200 deep"),
    ],
)
def test_hostile_files_are_refused(text: str, message: str) -> None:
    assert complaints(text)[-1].message == message


def test_what_is_deep_but_not_hostile_is_read() -> None:
    depth = MAX_DEPTH - 1
    node: Node = loaded("a: " + "[" * depth + "]" * depth)
    for _ in range(depth):
        node = next(iter(node.items.values())) if isinstance(node, Mapping) else node
    assert isinstance(node, Sequence)
    assert plain(loaded(bomb(4)))["a3"][9][9][9] == ["x"] * 10


def test_a_file_full_of_mistakes_gives_a_bounded_list() -> None:
    assert len(complaints("".join("a: 1\n" for _ in range(1000)))) == 50
