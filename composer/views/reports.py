"""Diagnostics for machines: a JSON list, a SARIF log, GitHub workflow commands. And as text, all of them the same.

SARIF: version 2.1.0 of the OASIS standard. GitHub: `::error file=…,line=…,col=…::message`. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer import __version__
from composer.diagnostics import Severity
from composer.views.diagnostics import diagnostic_objects, diagnostics_text, sorted_diagnostics, trail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from composer.diagnostics import Diagnostic, Span

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report_text(diagnostics: Sequence[Diagnostic], form: str) -> str:
    """`form`: text, json, sarif or github. All but text are complete even with nothing to tell."""
    return _FORMS[form](diagnostics)


def _json(diagnostics: Sequence[Diagnostic]) -> str:
    return _dumped(diagnostic_objects(diagnostics))


def _sarif(diagnostics: Sequence[Diagnostic]) -> str:
    ordered = sorted_diagnostics(diagnostics)
    codes = sorted({one.code for one in ordered if one.code})
    driver = {"name": "composer", "version": __version__, "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one) for one in ordered],
    }
    return _dumped({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(diagnostic: Diagnostic) -> dict[str, Any]:
    told: dict[str, Any] = {
        **({"ruleId": diagnostic.code} if diagnostic.code else {}),
        "level": diagnostic.severity.value,
        "message": {"text": _with_hint(diagnostic)},
    }
    location: dict[str, Any] = {}
    if diagnostic.span is not None and _is_file(diagnostic.span):
        location = _location(diagnostic.span, diagnostic.source)
    if diagnostic.path:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.path}]
    if location:
        told["locations"] = [location]
    steps = [step for step in trail(diagnostic.span) if _is_file(step)] if diagnostic.span else []
    if steps:
        told["relatedLocations"] = [{**_location(step), "message": {"text": "via"}} for step in steps]
    return told


def _location(span: Span, source: str = "") -> dict[str, Any]:
    from urllib.parse import quote  # noqa: PLC0415 - only for this form

    region: dict[str, Any] = {"startLine": span.line, "startColumn": span.column}
    if source:
        region["snippet"] = {"text": source}
    uri = ("file://" if span.file.startswith("/") else "") + quote(span.file)
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _is_file(span: Span) -> bool:
    """Standard input and the shell have no place that another tool could open."""
    return not span.file.startswith("<")


def _github(diagnostics: Sequence[Diagnostic]) -> str:
    return "".join(_command(one) + "\n" for one in sorted_diagnostics(diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    properties: dict[str, object] = {}
    if diagnostic.span is not None and _is_file(diagnostic.span):
        properties = {
            "file": diagnostic.span.file,
            "line": diagnostic.span.line,
            "col": diagnostic.span.column,
        }
    if diagnostic.code:
        properties["title"] = diagnostic.code
    listed = ",".join(f"{key}={_property(str(text))}" for key, text in properties.items())
    word = "error" if diagnostic.severity is Severity.ERROR else "warning"
    return f"::{word}{' ' if listed else ''}{listed}::{_data(_with_hint(diagnostic))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _with_hint(diagnostic: Diagnostic) -> str:
    path = f"{diagnostic.path}: " if diagnostic.path and diagnostic.path not in diagnostic.message else ""
    hint = f"\nhint: {diagnostic.hint}" if diagnostic.hint else ""
    return f"{path}{diagnostic.message}{hint}"


def _dumped(value: object) -> str:
    import json  # noqa: PLC0415 - not for text

    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


_FORMS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": diagnostics_text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
