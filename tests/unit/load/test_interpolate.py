"""Rows 1-33 of the checklist: templates, and trees whose values hold them."""

from __future__ import annotations

from typing import Any

import pytest

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.environment import SHELL, Environment, Variable
from composer.load.interpolate import VariableUse, interpolate_tree, variables_of
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.template import Evaluation, RequiredError, TemplateError, TooLongError, parse_template, substitute
from composer.load.texts import SourceText, Texts
from composer.load.yaml_tree import parse_documents

SET = {"FOO": "first", "BAR": "", "foo": "lower"}
JSON = {**SET, "JSON": '{"json":2}'}

REPLACED = [
    (1, "$${foo}", "${foo}"),
    (1, "$$$${foo}", "$${foo}"),
    (1, "$$FOO $$$FOO", "$FOO $first"),
    (2, "no dollar", "no dollar"),
    (2, "", ""),
    *((3, text, text) for text in ("a $ s", "^X$", "$}", "$", "$1", "$(x)", "a$", "$ {FOO}", "$-FOO")),
    (5, "$FOO-bar", "first-bar"),
    (6, "${U}", ""),
    (6, "a${BAR}b$BAR", "ab"),
    (7, "${U:-d}", "d"),
    (7, "${U-d}", "d"),
    (7, "${U:-}", ""),
    (8, "${BAR:-d}", "d"),
    (8, "${BAR-d}", ""),
    (9, "${FOO:-d}", "first"),
    (9, "${FOO-d}", "first"),
    (10, "${U:+p}", ""),
    (10, "${U+p}", ""),
    (11, "${FOO:+p}", "p"),
    (11, "${FOO+p}", "p"),
    (11, "${BAR+p}", "p"),
    (12, "${BAR:+p}", ""),
    (13, "${BAR:-/non:-alnum}", "/non:-alnum"),
    (13, "${U:-a:b?c+d-e}", "a:b?c+d-e"),
    (14, ":?ok ${BAR-d}", ":?ok "),
    (14, "-ok ${BAR:-d} :+x", "-ok d :+x"),
    (14, "${FOO} ${U-x}", "first x"),
    (15, "${U-$FOO}", "first"),
    (15, "${U-${FOO}}", "first"),
    (15, "${U-${FOO} ${FOO}}", "first first"),
    (15, "${U:-a${U:-b${U:-c}}}", "abc"),
    (16, "${BAR+$FOO ${FOO:+second}}", "first second"),
    (17, "${FOO:?m}", "first"),
    (19, "${BAR?e}", ""),
    (20, "${U-err?msg}", "err?msg"),
    (20, "${U-a?b:-c}", "a?b:-c"),
    (21, '${U:-{"json":1}}', '{"json":1}'),
    (21, '${JSON:-{"json":1}}', '{"json":2}'),
    (21, "${U:-{{.Name}}}.${FOO}", "{{.Name}}.first"),
    (21, "${U:-{}", "{"),
    (21, "${U:-{}}", "{}"),
    (22, "${U:+${U},}B", "B"),
    (22, "${FOO:+${FOO},}B", "first,B"),
    (22, "${FOO?${U}}", "first"),
    (22, "${FOO:-${U?no}}", "first"),  # the reference evaluates the default, and fails
    (23, "${SUB:-redis}.${FOO:?}", "redis.first"),
    (24, "${foo}$foo${Foo:-none}", "lowerlowernone"),
    (24, "${_A1:-x}", "x"),
    (31, "{{{ ${FOO:-foo_} }}}", "{{{ first }}}"),
    (31, "{{{ ${U:-foo_} }}}", "{{{ foo_ }}}"),
    (31, "${U:-$$X}", "$X"),
]


@pytest.mark.parametrize(("row", "text", "expected"), REPLACED)
def test_templates(row: int, text: str, expected: str) -> None:
    assert substitute(text, JSON.get) == expected


@pytest.mark.parametrize(
    "text",
    [
        "${", "${}", "${ }", "${ foo}", "${foo }", "${foo!}", "${1}", "${FOO:}", "${FOO:0:1}", "${FOO/x/y}", "${#FOO}",
        "${FOO", "a ${FOO:-x", "${FOO:-${}}", "${FOO:-\n}", "${é}", "ok $FOO ${", "${FOO:+${}}",
    ],
)  # fmt: skip
def test_row_4_what_is_no_template(text: str) -> None:
    with pytest.raises(TemplateError, match="Invalid template"):
        substitute(text, SET.get)


def test_a_bad_template_says_where() -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template("$FOO ${U:-x ${ }")
    assert caught.value.offset == 12


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${U:?m}", "required variable U is missing a value: m"),
        ("${U?m}", "required variable U is missing a value: m"),
        ("${BAR:?m}", "required variable BAR is missing a value: m"),
        ("${U:?}", "required variable U is missing a value"),
        ("${U?}", "required variable U is missing a value"),
        ("${U:?$FOO and ${V:-none}}", "required variable U is missing a value: first and none"),
        ("${U?bar-baz}", "required variable U is missing a value: bar-baz"),
        ("${U:?one} ${V:?two}", "required variable U is missing a value: one"),
        ("${U:-${V:?inner}}", "required variable V is missing a value: inner"),
    ],
)
def test_rows_17_to_20_and_32_required_variables(text: str, message: str) -> None:
    with pytest.raises(RequiredError) as caught:
        substitute(text, SET.get)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "unset"),
    [
        ("$U", ["U"]),
        ("${U}${V}", ["U", "V"]),
        ("${U:+${U},}B", []),
        ("${U:-${V}}", ["V"]),
        ("${FOO?${U}}", []),
        ("${U-}", []),
    ],
)
def test_row_22_only_plain_uses_are_missed(text: str, unset: list[str]) -> None:
    evaluation = Evaluation(SET.get)
    evaluation.text(parse_template(text))
    assert [part.name for part in evaluation.unset] == unset


def test_hostile_templates_end() -> None:
    deep = "${A:-" * 5000 + "}" * 5000
    for text in (deep, "${A:-" * 100_000, "${A:-{}" * 2000):
        with pytest.raises(TemplateError):
            parse_template(text)
    with pytest.raises(TooLongError):
        substitute("$BIG" * 100, {"BIG": "x" * 1_000_000}.get)


# --- trees


def plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(item) for key, item in node.items.items()}


def read(text: str) -> tuple[Node, Texts]:
    documents, diagnostics = parse_documents(text, "c.yaml")
    assert diagnostics == []
    return documents[0], Texts([SourceText("/c.yaml", "c.yaml", text)])


def interpolated(text: str, values: dict[str, str] | None = None) -> tuple[Any, list[Diagnostic]]:
    tree, texts = read(text)
    node, diagnostics = interpolate_tree(tree, Environment(values or {}), texts)
    return plain(node), diagnostics


def test_rows_26_27_33_values_only_once_and_keys_never() -> None:
    text = "x-$A: $A\nlist: [$A, 1, [b$A]]\nmap: {k: $A, n: 5, t: true, z: ~}\nname: ${A}\n"
    assert interpolated(text, {"A": "$B", "B": "no"}) == (
        {
            "x-$A": "$B",
            "list": ["$B", 1, ["b$B"]],
            "map": {"k": "$B", "n": 5, "t": True, "z": None},
            "name": "$B",
        },
        [],
    )


def test_what_has_no_variable_is_the_same_node() -> None:
    tree, texts = read("a: {b: [c]}\nd: $D\n")
    node, _ = interpolate_tree(tree, Environment({"D": "1"}), texts)
    assert isinstance(tree, Mapping)
    assert isinstance(node, Mapping)
    assert node.items["a"] is tree.items["a"]
    assert interpolate_tree(tree.items["a"], Environment(), texts)[0] is tree.items["a"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("services: {a: {deploy: {replicas: '$N'}}}", 5),
        ("services: {a: {scale: $N}}", 5),
        ("services: {a: {scale: '5'}}", 5),
        ("services: {a: {ulimits: {nofile: '$N'}}}", 5),
        ("services: {a: {ulimits: {nofile: {soft: '$N'}}}}", 5),
        ("services: {a: {ports: [{target: '$N'}]}}", 5),
        ("services: {a: {healthcheck: {retries: $N}}}", 5),
        ("services: {a: {cpus: $F}}", 0.5),
        ("services: {a: {depends_on: {b: {required: $T}}}}", True),
        ("services: {a: {init: 'TRUE'}}", True),
        ("services: {a: {volumes: [{volume: {nocopy: $T}}]}}", True),
        ("networks: {a: {external: $T}}", True),
        ("services: {a: {ports: [{published: '$N'}]}}", "5"),
        ("services: {a: {attach: $T}}", "true"),
        ("services: {a: {labels: {scale: $N}}}", "5"),
        ("x-a: {scale: $N}", "5"),
    ],
)
def test_row_29_casts_at_typed_places(text: str, value: object) -> None:
    tree, diagnostics = interpolated(text, {"N": "5", "F": "0.5", "T": "true"})
    while isinstance(tree, dict | list):
        tree = next(iter(tree.values())) if isinstance(tree, dict) else tree[0]
    assert (tree, type(tree), diagnostics) == (value, type(value), [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("services: {a: {init: $V}}", "services.a.init: failed to cast to expected type: invalid boolean: maybe"),
        ("services: {a: {scale: $V}}", "services.a.scale: failed to cast to expected type: invalid integer: maybe"),
        (
            "services: {a: {scale: ''}}",
            "services.a.scale: failed to cast to expected type: invalid integer: empty text",
        ),
        ("services: {a: {scale: '1_0'}}", "services.a.scale: failed to cast to expected type: invalid integer: 1_0"),
        ("services: {a: {cpus: $V}}", "services.a.cpus: failed to cast to expected type: invalid number: maybe"),
        (
            "services: {a: {ports: [{}, {target: $V}]}}",
            "services.a.ports[1].target: failed to cast to expected type: invalid integer: maybe",
        ),
    ],
)
def test_row_30_a_failed_cast_names_the_path(text: str, message: str) -> None:
    _, (problem,) = interpolated(text, {"V": "maybe"})
    assert problem.message == f"error while interpolating {message}"


@pytest.mark.parametrize(("word", "value"), [("yes", True), ("On", True), ("y", True), ("no", False), ("OFF", False)])
def test_old_booleans_are_taken_with_a_warning(word: str, value: bool) -> None:
    tree, (warning,) = interpolated(f"services: {{a: {{init: {word}}}}}")
    assert tree["services"]["a"]["init"] is value
    right = str(value).lower()
    assert (warning.severity, warning.message) == (
        Severity.WARNING,
        f'"{word}" for boolean is not supported by YAML 1.2, please use `{right}`',
    )


def test_row_28_errors_carry_path_place_and_line_and_all_are_told() -> None:
    text = (
        "services:\n  a:\n    image: 'x:$T ${'\n    command: |\n      one\n      ${NEED:?it is needed}\n"
        "    labels: [a, '${B!}']\n"
    )
    _, diagnostics = interpolated(text, {"T": "1"})
    assert [(str(one.span), one.path, one.source) for one in diagnostics] == [
        ("c.yaml:3:18", "services.a.image", "    image: 'x:$T ${'"),
        ("c.yaml:6:7", "services.a.command", "      ${NEED:?it is needed}"),
        ("c.yaml:7:18", "services.a.labels[1]", "    labels: [a, '${B!}']"),
    ]
    assert diagnostics[0].message == (
        "invalid interpolation format for services.a.image.\nYou may need to escape any $ with another $.\nx:$T ${"
    )
    assert diagnostics[1].message == (
        "error while interpolating services.a.command: required variable NEED is missing a value: it is needed"
    )


def test_an_unset_variable_is_told_once_for_all_files() -> None:
    warned: set[str] = set()
    told: list[Diagnostic] = []
    for text in ("a: $REGISTRY_HOST\nb: ${REGISTRY_HOST}$OTHER_ONE\n", "c: $REGISTRY_HOST\n"):
        tree, texts = read(text)
        told += interpolate_tree(tree, Environment({"REGISTRY_HOTS": "x"}), texts, warned=warned)[1]
    assert [(str(one.span), one.message, one.hint) for one in told] == [
        (
            "c.yaml:1:4",
            'The "REGISTRY_HOST" variable is not set. Defaulting to a blank string.',
            "did you mean 'REGISTRY_HOTS'?",
        ),
        (
            "c.yaml:2:20",
            'The "OTHER_ONE" variable is not set. Defaulting to a blank string.',
            "set it, or give a default: ${OTHER_ONE:-…}",
        ),
    ]


def test_strict_makes_an_unset_variable_an_error() -> None:
    tree, texts = read("a: $NOT_THERE ${OTHER:-fine}\n")
    _, (problem,) = interpolate_tree(tree, Environment(), texts, strict=True)
    assert (problem.severity, problem.message) == (Severity.ERROR, 'The "NOT_THERE" variable is not set.')


def test_a_value_names_the_places_that_set_its_variables() -> None:
    tree, texts = read("a: &a '$A-$B-$A'\nb: *a\n")
    dotenv = Span(".env", 3, 1)
    environment = Environment({"A": "1"}).below({"B": Variable("B", "2", dotenv)})
    node, _ = interpolate_tree(tree, environment, texts)
    assert isinstance(node, Mapping)
    assert node.items["a"].span == Span("c.yaml", 1, 4, via=(SHELL, dotenv))
    assert node.items["b"].span == Span("c.yaml", 1, 4, via=(SHELL, dotenv, Span("c.yaml", 2, 4)))


def test_row_25_variables_are_listed_with_what_uses_say() -> None:
    tree, texts = read(
        "a: $PLAIN ${WITH:-d}\n"
        "b: ['${WITH}', '${NEED:?why}', '${OUT:-${IN:-x}}', '$$NOT']\nc: ${ALT:+yes}\nd: '${bad'\n"
    )
    found = variables_of(tree, texts)
    assert found == {
        "PLAIN": VariableUse("PLAIN", False, "", "", Span("c.yaml", 1, 4)),
        "WITH": VariableUse("WITH", False, "d", "", Span("c.yaml", 1, 11)),
        "NEED": VariableUse("NEED", True, "", "", Span("c.yaml", 2, 17)),
        "OUT": VariableUse("OUT", False, "${IN:-x}", "", Span("c.yaml", 2, 33)),
        "IN": VariableUse("IN", False, "x", "", Span("c.yaml", 2, 40)),
        "ALT": VariableUse("ALT", False, "", "yes", Span("c.yaml", 3, 4)),
    }


def test_variables_cannot_blow_a_tree_up() -> None:
    text = "a: [" + ", ".join(["x$BIG"] * 1000) + "]\n"
    _, diagnostics = interpolated(text, {"BIG": "x" * 1_000_000})
    assert [one.code for one in diagnostics] == ["CMP-1025"]
