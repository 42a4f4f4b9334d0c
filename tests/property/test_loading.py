"""Whatever stands in a file, loading ends in a project or in diagnostics that point into the file; and what is
printed loads to the same again.

Files are drawn from the format tables themselves, with values that often fit and sometimes do not.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from composer.diagnostics import Diagnostic
from composer.errors import LoadError
from composer.load.bind import plain
from composer.load.format import FILE
from composer.load.merge import merge, settle
from composer.load.pipeline import load_project
from composer.load.reader import MemoryReader
from composer.load.render import render_yaml
from composer.load.request import LoadRequest
from composer.load.shape import Kind, Shape
from composer.load.words import split_words
from composer.model.dump import full_document
from composer.units import format_duration, parse_duration
from tests.support.trees import canonical_tree

RELAXED = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(["a", "bb", "web", "data", "x-y", "n.1", "default"])
WORDS = st.sampled_from(
    [
        "x",
        "a b",
        "",
        "1",
        "true",
        "5s",
        "64m",
        "./p",
        "/abs",
        "data:/d",
        "8080:80",
        "A=1",
        "k",
        "${V:-d}",
        "$$",
        "é",
        "CMD",
    ]
)
SCALARS = st.one_of(
    WORDS,
    st.integers(-2, 90),
    st.booleans(),
    st.none(),
    st.sampled_from([0.5, 1e9, 1e300, -1e300, 2**70, float("inf"), float("nan")]),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=2)),
    max_leaves=4,
)
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    Kind.TEXT: WORDS.filter(bool),  # an empty text is printed as unset
    Kind.TEXT_OR_NUMBER: st.one_of(WORDS, st.integers(0, 90)),
    Kind.INTEGER: st.integers(0, 90),
    Kind.FLOAT: st.sampled_from([0.5, 1, "1.5", 1e300, "1e99"]),
    Kind.BOOLEAN: st.sampled_from([True, False, "yes"]),
    Kind.STRICT_BOOLEAN: st.booleans(),
    Kind.TEXT_OR_BOOLEAN: st.one_of(WORDS, st.booleans()),
    Kind.DURATION: st.sampled_from(["5s", "1m30s", "0s", "1w", "9" * 40 + "h"]),
    Kind.BYTES: st.sampled_from(["64m", 1024, "1.5g", "9" * 40 + "p", "1e308p"]),
    Kind.MODE: st.sampled_from(["0440", 288]),
    Kind.COUNT: st.sampled_from([1, "all", "2"]),
    Kind.COMMAND: st.one_of(WORDS, st.lists(WORDS, max_size=3)),
    Kind.TEST: st.one_of(WORDS, st.just(["CMD", "x"])),
    Kind.PAIRS: st.one_of(
        st.dictionaries(NAMES, SCALARS, max_size=2), st.lists(st.sampled_from(["A=1", "B"]), max_size=2)
    ),
    Kind.OPTIONS: st.dictionaries(NAMES, WORDS, max_size=2),
    Kind.LISTS: st.dictionaries(NAMES, st.lists(WORDS, max_size=2), max_size=2),
    Kind.HOSTS: st.lists(st.sampled_from(["h=1.2.3.4", "g:::1"]), max_size=2),
    Kind.EXTERNAL: st.booleans(),
}


_NEEDED = {
    "service:Service": ("image",),
    "secret:Secret": ("file",),
    "secret:Config": ("file",),
    "mount:Mount": ("source",),
}


def values_of(shape: Shape, depth: int = 0) -> st.SearchStrategy[Any]:
    """Mostly what the row asks for, now and then anything."""
    fitting = _fitting(shape, depth)
    return fitting if depth < 2 else st.integers(0, 40).flatmap(lambda die: JUNK if die == 7 else fitting)


def _fitting(shape: Shape, depth: int) -> st.SearchStrategy[Any]:
    if shape.kind == Kind.RECORD:
        keys = sorted(shape.fields)
        chosen = st.lists(st.sampled_from(keys), max_size=4, unique=True)
        return chosen.flatmap(
            lambda names: st.fixed_dictionaries(
                {
                    name: st.deferred(lambda name=name: values_of(shape.fields[name], depth + 1))
                    for name in {*names, *shape.required, *_NEEDED.get(shape.model, ())}
                }  # type: ignore[misc]
            )
        )
    inner = shape.item
    if shape.kind == Kind.MAP:
        return st.dictionaries(NAMES, st.deferred(lambda: values_of(inner, depth + 1)), max_size=2)
    if shape.kind == Kind.LIST:
        return st.lists(st.deferred(lambda: values_of(inner, depth + 1)), max_size=2)
    return LEAVES[shape.kind]


FILES = st.fixed_dictionaries(
    {"services": st.dictionaries(NAMES, values_of(FILE.fields["services"].item, 1), max_size=2)},
    optional={
        "networks": values_of(FILE.fields["networks"]),
        "volumes": values_of(FILE.fields["volumes"]),
        "secrets": values_of(FILE.fields["secrets"]),
        "configs": values_of(FILE.fields["configs"]),
        "models": values_of(FILE.fields["models"]),
        "x-any": JUNK,
    },
)


def load(files: dict[str, str], *names: str) -> dict[str, Any]:
    reader = MemoryReader({f"/p/{name}": text for name, text in files.items()}, cwd="/p")
    request = LoadRequest(
        cwd="/p",
        environment={"V": "v"},
        files=names or tuple(files),
        project_name="p",
        profiles=("*",),
        for_engine=False,
    )
    return full_document(load_project(request, reader).project)


def assert_all_point_into(error: LoadError, files: dict[str, str]) -> None:
    assert error.diagnostics
    for diagnostic in error.diagnostics:
        assert_points_into(diagnostic, files)


def assert_points_into(diagnostic: Diagnostic, files: dict[str, str]) -> None:
    assert diagnostic.message
    span = diagnostic.span
    if span is None:
        return
    assert span.file in files
    lines = files[span.file].split("\n")
    assert 1 <= span.line <= len(lines)
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1


@RELAXED
@given(FILES)
def test_a_file_gives_a_project_or_diagnostics_inside_it(document: dict[str, Any]) -> None:
    files = {"compose.yaml": render_yaml(document, escape=False)}
    try:
        printed = load(files)
    except LoadError as error:
        assert_all_point_into(error, files)
        return
    assert load({"compose.yaml": render_yaml(printed)}) == printed


@RELAXED
@given(FILES, FILES)
def test_two_files_give_a_project_or_diagnostics_inside_them(base: dict[str, Any], over: dict[str, Any]) -> None:
    files = {"base.yaml": render_yaml(base, escape=False), "over.yaml": render_yaml(over, escape=False)}
    try:
        load(files)
    except LoadError as error:
        assert_all_point_into(error, files)


@RELAXED
@given(st.dictionaries(NAMES, JUNK, max_size=3), st.dictionaries(NAMES, JUNK, max_size=3))
def test_anything_at_all_ends_in_diagnostics(top: dict[str, Any], services: dict[str, Any]) -> None:
    files = {"compose.yaml": render_yaml({**top, "services": services, "include": top.get("a")}, escape=False)}
    try:
        load(files)
    except LoadError as error:
        assert_all_point_into(error, files)


@RELAXED
@given(FILES)
def test_an_empty_override_changes_nothing(document: dict[str, Any]) -> None:
    tree = canonical_tree(render_yaml(document, escape=False))
    nothing = canonical_tree("{services: {}}")
    assert plain(merge(FILE, tree, nothing)) == plain(tree)
    assert plain(settle(tree)) == plain(tree)  # type: ignore[arg-type]


@given(st.integers(-(10**15), 10**15))
def test_a_printed_duration_reads_back(nanoseconds: int) -> None:
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.lists(st.text(st.sampled_from("abc é$/.-=:"), min_size=1), max_size=4))
def test_quoted_words_are_kept_together(words: list[str]) -> None:
    assert split_words(" ".join(f"'{word}'" for word in words)) == tuple(words)
    escaped = " ".join("".join(f"\\{char}" for char in word) for word in words)
    assert split_words(escaped) == tuple(words)
