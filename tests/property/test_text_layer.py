"""Whatever text comes in: no exception but the announced ones, and every place lies inside its text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.diagnostics import Diagnostic, Severity, Span
from composer.errors import LoadError
from composer.load import dotenv
from composer.load.environment import Environment
from composer.load.interpolate import interpolate_tree, variables_of
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.reader import MemoryReader
from composer.load.request import LoadRequest
from composer.load.source import decoded, read
from composer.load.template import RequiredError, TemplateError, parse_template, substitute, substitutions
from composer.load.texts import SourceText, Texts, split_lines
from composer.load.yaml_scalars import resolve
from composer.load.yaml_tree import parse_documents

YAML_BITS = st.sampled_from([
    "a", "b: ", "- ", "? ", ": ", "\n", "\r\n", "  ", "\t", "{", "}", "[", "]", ",", "&x ", "*x", "<<: ", "!reset ",
    "!!int ", "'", '"', "|\n", ">-\n", "# c", "---\n", "...\n", "%YAML 1.1\n", "$A", "${B:-", "}", "1", "~", "true",
    "😀", "\ufeff", "\x85", "\u2028", "\x00", "\udcff", "services:\n", "  web:\n", "    scale: ",
])  # fmt: skip
TEXTS = st.one_of(st.lists(YAML_BITS, max_size=40).map("".join), st.text(st.characters(codec=None), max_size=200))
TEMPLATES = st.lists(
    st.sampled_from(["$", "$$", "${", "}", "{", "A", "B1", "_", ":-", "-", ":?", "?", ":+", "+", " ", "\n", "x", "é"]),
    max_size=30,
).map("".join)
ENV_BITS = st.sampled_from([
    "A", "B", "=", ":", "export ", "\n", "\r\n", " ", "\t", "'", '"', "\\", "$", "${", "}", ":-", "#", " #", "x", "é",
    "\ufeff", "\\n", "\\0123", "\x00", "\udc80", "[", "]", "$A", "${B:?m}",
])  # fmt: skip
VALUES = st.dictionaries(st.sampled_from(["A", "B", "B1", "_", "x"]), st.text(max_size=5), max_size=4)


def nodes(node: Node) -> Iterator[Node]:
    yield node
    if not isinstance(node, Scalar):
        for child in node.items.values() if isinstance(node, Mapping) else node.items:
            yield from nodes(child)


def outside(span: Span, lines: list[str]) -> bool:
    """A place may stand right behind the last character of a line."""
    return not (0 < span.line <= len(lines) and 0 < span.column <= len(lines[span.line - 1]) + 1)


def misplaced(found: list[Diagnostic], lines: list[str]) -> list[Span]:
    return [one.span for one in found if one.span is not None and outside(one.span, lines)]


@given(TEXTS)
def test_any_text_gives_trees_or_diagnostics_inside_it(text: str) -> None:
    documents, found = parse_documents(text, "f")
    lines = split_lines(text)
    assert misplaced(found, lines) == []
    for document in documents:
        for node in nodes(document):
            spans = [node.span, *node.span.via, *(node.keys.values() if isinstance(node, Mapping) else ())]
            assert [span for span in spans if outside(span, lines)] == []
    assert all(one.severity is Severity.ERROR and one.message for one in found)
    assert documents or found or not resolve_all(text)


def resolve_all(text: str) -> bool:
    """Is there anything but comments, directives and marks in a text?"""
    rest = "".join(line for line in split_lines(text) if not line.lstrip().startswith(("#", "%", "---", "...")))
    return bool(rest.strip(" \t\ufeff"))


@given(st.binary(max_size=200))
def test_any_bytes_give_trees_or_diagnostics(content: bytes) -> None:
    documents, found = parse_documents(decoded(content), "f")
    assert all(isinstance(document, Mapping) for document in documents)
    assert all(one.source.replace("\t", " ").isprintable() or not one.source.isascii() for one in found)


@given(st.text(max_size=30))
def test_any_plain_scalar_means_something(text: str) -> None:
    value = resolve(text)
    assert value is None or isinstance(value, str | int | float)


@given(TEXTS, VALUES)
def test_interpolation_only_gives_diagnostics(text: str, values: dict[str, str]) -> None:
    texts = Texts([SourceText("/f", "f", text)])
    lines = split_lines(text)
    for document in parse_documents(text, "f")[0]:
        node, found = interpolate_tree(document, Environment(values), texts)
        assert misplaced(found, lines) == []
        assert shape(node) == shape(document)
        for use in variables_of(document, texts).values():
            assert not outside(use.span, lines)


def shape(node: Node) -> object:
    """A tree without its values."""
    if isinstance(node, Scalar):
        return None
    if isinstance(node, Sequence):
        return [shape(item) for item in node.items]
    return {key: shape(item) for key, item in node.items.items()}


@given(TEMPLATES, VALUES)
def test_templates_raise_what_is_announced_and_nothing_else(text: str, values: dict[str, str]) -> None:
    try:
        template = parse_template(text)
    except TemplateError as error:
        assert text[error.offset] == "$"  # noqa: PT017  # most texts are templates and raise nothing
        return
    for part in substitutions(template):
        assert text.startswith(part.source, part.offset)
    try:
        result = substitute(text, values.get)
    except RequiredError as error:
        assert error.substitution.operator.endswith("?")  # noqa: PT017
        return
    assert ("$" in text) or result == text


@given(st.text(max_size=50), st.text(max_size=20))
def test_an_escaped_text_comes_out_as_it_was(text: str, value: str) -> None:
    assert substitute(text.replace("$", "$$"), {}.get) == text
    assert substitute("${V}|$V|${U:-$V}", {"V": value}.get) == f"{value}|{value}|{value}"


@given(st.lists(ENV_BITS, max_size=40).map("".join), VALUES)
def test_any_env_file_gives_variables_or_diagnostics_inside_it(text: str, values: dict[str, str]) -> None:
    lines = text.removeprefix("\ufeff").split("\n")
    for parse in (dotenv.parse, dotenv.parse_raw):
        variables, found = parse(text, ".env", values.get)
        assert misplaced(found, lines) == []
        assert [one.span for one in variables.values() if outside(one.span, lines)] == []
        assert all(name and name == one.name for name, one in variables.items())


@given(st.dictionaries(st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True), st.text(max_size=20)))
def test_a_quoted_env_file_is_read_back(values: dict[str, str]) -> None:
    plain = {name: value.encode("utf-8", "replace").decode() for name, value in values.items() if "\\" not in value}
    text = "".join(f"{name}='{value.replace(chr(39), chr(92) + chr(39))}'\n" for name, value in plain.items())
    variables, found = dotenv.parse(text, ".env", {}.get)
    assert (found, {name: one.value for name, one in variables.items()}) == ([], plain)


@given(st.lists(ENV_BITS, max_size=20).map("".join), TEXTS, st.text(max_size=10))
def test_reading_raises_load_errors_only(env: str, text: str, listed: str) -> None:
    reader = MemoryReader({"/p/.env": env, "/p/compose.yaml": text}, cwd="/p")
    request = LoadRequest(cwd="/p", environment={"COMPOSE_FILE": listed} if listed else {}, stdin_text=text)
    try:
        sources = read(request, reader)
    except LoadError as error:
        assert error.diagnostics  # noqa: PT017
        return
    assert [file.text for file in sources.files] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "x" * 10_000_000,
        "a: '" + "x" * 10_000_000,
        "a: [" + "1," * 100_000,
        "a: &a [" + "*a," * 100_000 + "]",
        "".join(f"a{n}: b\n" for n in range(30_000)),
        "a: " + "{b: " * 100_000,
        "a:\n" + "- - - - " * 50_000,
        "? " * 100_000,
    ],
    ids=["scalar", "open quote", "list", "aliases", "keys", "flow", "dashes", "questions"],
)
def test_hostile_texts_end(text: str) -> None:
    documents, found = parse_documents(text, "f")
    assert documents or found
    assert sum(len(one.source) + len(one.message) for one in found) < 200_000
