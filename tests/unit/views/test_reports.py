from __future__ import annotations

import json

import pytest

from composer import __version__
from composer.diagnostics import Diagnostic, Severity, Span
from composer.views.reports import SARIF_SCHEMA, report_text

UNKNOWN = Diagnostic(
    Severity.ERROR,
    "CMP-1101",
    "unknown key 'imag'",
    Span("my, files/c%.yaml", 4, 5, via=(Span("base.yaml", 1, 2), Span("<environment>", 1, 1))),
    path="services.web.imag",
    hint="did you mean 'image'?",
    source="    imag: nginx",
)
UNSET = Diagnostic(Severity.WARNING, "CMP-1022", 'The "A" variable is not set.\nReally.', Span("<stdin>", 2, 3))
NOWHERE = Diagnostic(Severity.ERROR, "", "no such service: x")
ALL = (NOWHERE, UNKNOWN, UNSET)


def test_github_commands_escape_what_would_end_them() -> None:
    assert report_text(ALL, "github") == (
        '::warning title=CMP-1022::The "A" variable is not set.%0AReally.\n'
        "::error file=my%2C files/c%25.yaml,line=4,col=5,title=CMP-1101::"
        "services.web.imag: unknown key 'imag'%0Ahint: did you mean 'image'?\n"
        "::error::no such service: x\n"
    )


def test_json_is_a_list_of_objects_in_the_order_of_the_files() -> None:
    told = json.loads(report_text(ALL, "json"))
    assert [one["message"] for one in told] == [UNSET.message, UNKNOWN.message, NOWHERE.message]
    assert told[1] == {
        "severity": "error",
        "code": "CMP-1101",
        "message": "unknown key 'imag'",
        "file": "my, files/c%.yaml",
        "line": 4,
        "column": 5,
        "via": ["base.yaml:1:2", "<environment>:1:1"],
        "path": "services.web.imag",
        "hint": "did you mean 'image'?",
    }


def test_sarif_is_a_log_with_one_run() -> None:
    log = json.loads(report_text(ALL, "sarif"))
    rules = [{"id": "CMP-1022"}, {"id": "CMP-1101"}]
    results = log["runs"][0].pop("results")
    assert log == {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "composer", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
            }
        ],
    }
    assert results == [
        {"ruleId": "CMP-1022", "level": "warning", "message": {"text": UNSET.message}},
        {
            "ruleId": "CMP-1101",
            "level": "error",
            "message": {"text": "services.web.imag: unknown key 'imag'\nhint: did you mean 'image'?"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "my%2C%20files/c%25.yaml"},
                        "region": {"startLine": 4, "startColumn": 5, "snippet": {"text": "    imag: nginx"}},
                    },
                    "logicalLocations": [{"fullyQualifiedName": "services.web.imag"}],
                }
            ],
            "relatedLocations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "base.yaml"},
                        "region": {"startLine": 1, "startColumn": 2},
                    },
                    "message": {"text": "via"},
                }
            ],
        },
        {"level": "error", "message": {"text": "no such service: x"}},
    ]


def test_absolute_paths_are_file_addresses_in_sarif() -> None:
    placed = Diagnostic(Severity.ERROR, "X", "m", Span("/a b/c.yaml", 1, 1))
    result = json.loads(report_text([placed], "sarif"))["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///a%20b/c.yaml"}


@pytest.mark.parametrize(("form", "nothing"), [("text", ""), ("json", "[]\n"), ("github", "")])
def test_nothing_to_tell(form: str, nothing: str) -> None:
    assert report_text([], form) == nothing


def test_nothing_to_tell_is_a_whole_sarif_log() -> None:
    assert json.loads(report_text([], "sarif"))["runs"][0]["results"] == []
