from __future__ import annotations

import pytest

from composer.diagnostics import Diagnostic, Severity, Span
from composer.load.environment import DERIVED, SHELL, Environment, Variable
from composer.load.texts import SourceText, Texts, excerpt, split_lines

TEXTS = Texts([SourceText("/c.yaml", "c.yaml", "\ufeffa: 1\r\nb: $X\n\n  $X $Y\n")])


def test_lines_break_where_yaml_breaks_them() -> None:
    assert split_lines("\ufeffa\r\nb\rc\nd\u2028e\x85f") == ["a", "b", "c", "d", "e", "f"]
    assert split_lines("") == [""]


@pytest.mark.parametrize(
    ("span", "line"),
    [(Span("c.yaml", 1, 1), "a: 1"), (Span("c.yaml", 9, 1), ""), (Span("c.yaml", 0, 1), ""), (SHELL, ""), (None, "")],
)
def test_the_line_at_a_place(span: Span | None, line: str) -> None:
    assert TEXTS.line(span) == line


def test_a_fragment_is_found_at_or_after_a_place() -> None:
    assert TEXTS.locate(Span("c.yaml", 2, 4), "$X") == Span("c.yaml", 2, 4)
    assert TEXTS.locate(Span("c.yaml", 2, 5, via=(SHELL,)), "$X") == Span("c.yaml", 4, 3, via=(SHELL,))
    assert TEXTS.locate(Span("c.yaml", 2, 4), "$Z") == Span("c.yaml", 2, 4)
    assert TEXTS.locate(Span("unknown", 2, 4), "$X") == Span("unknown", 2, 4)


def test_a_diagnostic_gets_its_line_once() -> None:
    bare = Diagnostic(Severity.ERROR, "C", "m", Span("c.yaml", 1, 1))
    assert TEXTS.filled(bare).source == "a: 1"
    assert TEXTS.filled(Diagnostic(Severity.ERROR, "C", "m", bare.span, source="own")).source == "own"
    nowhere = Diagnostic(Severity.ERROR, "C", "m")
    assert TEXTS.filled(nowhere) is nowhere


def test_an_excerpt_is_safe_to_print() -> None:
    assert excerpt("a\x1b[31m\tb\udce9é😀") == "a\ufffd[31m\tb\ufffdé😀"
    assert len(excerpt("x" * 10_000_000)) == 2000


def test_a_lower_layer_never_replaces_what_is_set() -> None:
    place = Span(".env", 2, 1)
    environment = Environment({"A": "shell"}).below({name: Variable(name, "file", place) for name in ("A", "B")})
    assert [environment.variable(name) for name in ("A", "B", "C")] == [
        Variable("A", "shell", SHELL),
        Variable("B", "file", place),
        None,
    ]
    named = environment.with_value("B", "set")
    assert named.variable("B") == Variable("B", "set", DERIVED)
    assert environment.get("B") == "file"
