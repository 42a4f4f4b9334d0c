"""Whatever a text holds, the YAML printed of it reads back as the same text."""

from __future__ import annotations

import json

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from composer.load.bind import plain
from composer.load.render import render_json, render_yaml
from composer.load.yaml_tree import parse_documents

AWKWARD = (
    "\n\n  \t-?:#,[]{}&*!|>'\"%@`\\$~=<0123456789.eE+_xonyfulNY\r\x00\x07\x1b\x7f\x85\xa0\u2028\ufeff\ufffd\U0001f600é"
)
TEXTS = st.text(st.sampled_from(AWKWARD), max_size=12) | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
KEYS = TEXTS | st.just("<<")
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_a_printed_document_reads_back(document: dict[str, object]) -> None:
    text = render_yaml(document, escape=False)
    documents, problems = parse_documents(text, "x")
    assert problems == []
    assert plain(documents[0]) == document


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_other_yaml_readers_see_the_same_text(text: str) -> None:
    # PyYAML's safe loader refuses these two where docker compose prints them without quotes, as we do.
    assume(text not in ("=", "<<"))
    assert yaml.safe_load(render_yaml({"a": text, "b": [text]}, escape=False)) == {"a": text, "b": [text]}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(TEXTS, TEXTS))
def test_json_reads_back(document: dict[str, str]) -> None:
    assert json.loads(render_json(document, escape=False)) == document
