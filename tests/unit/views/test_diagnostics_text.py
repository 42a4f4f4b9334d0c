"""Problems in files: place, source line, caret, hint, trail; all of them, in order."""

from __future__ import annotations

from composer.diagnostics import Diagnostic, Severity, Span
from composer.errors import EngineUnreachable, LoadError, UsageError
from composer.views.diagnostics import diagnostic_objects, diagnostics_text, error_object, error_text

UNKNOWN = Diagnostic(
    Severity.ERROR,
    "CMP-1203",
    "unknown key 'prots'",
    Span("compose.yaml", 4, 5),
    "services.web",
    "Did you mean 'ports'?",
    "    prots:",
)
UNSET = Diagnostic(
    Severity.WARNING,
    "CMP-1101",
    "the variable TAG is not set",
    Span("compose.yaml", 3, 12, via=(Span("base.yaml", 9, 1, via=(Span(".env", 2, 1),)), Span(".env", 2, 1))),
    source="    image: 'web:$TAG' # comment",
)


def test_one_problem_with_everything() -> None:
    assert diagnostics_text([UNKNOWN]).splitlines() == [
        "compose.yaml:4:5: error: services.web: unknown key 'prots' [CMP-1203]",
        "  4 |     prots:",
        "    |     ^^^^^",
        "  hint: Did you mean 'ports'?",
    ]


def test_the_trail_names_each_place_once() -> None:
    assert diagnostics_text([UNSET]).splitlines() == [
        "compose.yaml:3:12: warning: the variable TAG is not set [CMP-1101]",
        "  3 |     image: 'web:$TAG' # comment",
        "    |            ^^^^^^^^^^",
        "  via base.yaml:9:1",
        "  via .env:2:1",
    ]


def test_all_are_told_once_sorted_and_counted() -> None:
    nowhere = Diagnostic(Severity.ERROR, "CMP-1000", "no file")
    text = diagnostics_text([nowhere, UNKNOWN, UNSET, UNKNOWN])
    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "compose.yaml:3:12: warning: the variable TAG is not set [CMP-1101]",
        "compose.yaml:4:5: error: services.web: unknown key 'prots' [CMP-1203]",
        "error: no file [CMP-1000]",
        "2 errors",
    ]


def test_a_long_line_is_cut_around_the_place() -> None:
    source = "x: " + "a" * 150 + " here " + "b" * 150
    [_, excerpt, caret] = diagnostics_text(
        [Diagnostic(Severity.ERROR, "C", "bad", Span("f", 1, source.index("here") + 1), source=source)]
    ).splitlines()
    assert len(excerpt) < 120
    assert excerpt[caret.index("^") : caret.rindex("^") + 1] == "here"


def test_a_place_past_the_end_of_the_line_still_has_a_caret() -> None:
    text = diagnostics_text([Diagnostic(Severity.ERROR, "C", "bad", Span("f", 1, 99), source="a: b")])
    assert text.splitlines()[2] == "    |     ^"


def test_an_error_without_a_place() -> None:
    error = EngineUnreachable("nobody answers at /run/x.sock\n(from DOCKER_HOST)", hint="Is it running?\nAllowed?")
    assert error_text(error).splitlines() == [
        "error: nobody answers at /run/x.sock [CMP-3001]",
        "  (from DOCKER_HOST)",
        "  hint: Is it running?",
        "        Allowed?",
    ]
    assert error_text(UsageError("")) == "error: UsageError [CMP-0001]\n"


def test_an_error_of_the_files_is_its_diagnostics() -> None:
    assert error_text(LoadError([UNKNOWN])) == diagnostics_text([UNKNOWN])


def test_as_objects() -> None:
    assert error_object(LoadError([UNSET])) == {
        "error": True,
        "message": "the variable TAG is not set",
        "code": "CMP-1000",
        "diagnostics": [
            {
                "severity": "warning",
                "code": "CMP-1101",
                "message": "the variable TAG is not set",
                "file": "compose.yaml",
                "line": 3,
                "column": 12,
                "via": ["base.yaml:9:1", ".env:2:1"],
            }
        ],
    }
    assert diagnostic_objects([UNKNOWN])[0]["hint"] == "Did you mean 'ports'?"
    assert error_object(UsageError("no", hint="yes")) == {
        "error": True,
        "message": "no",
        "code": "CMP-0001",
        "hint": "yes",
    }


def test_colour_marks_words_only() -> None:
    assert diagnostics_text([UNKNOWN], colour=True).splitlines()[0] == (
        "\033[1mcompose.yaml:4:5\033[0m: \033[1;31merror:\033[0m "
        "services.web: unknown key 'prots'\033[2m [CMP-1203]\033[0m"
    )
