"""The story of one value, as text for a person or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.views.ansi import paint
from composer.views.diagnostics import trail

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.model.explanation import Explanation

UNWRITTEN = "nobody wrote it: a default"
LONGEST = 100


def explanation_text(told: Explanation, *, colour: bool = False) -> str:
    """The value, where it was set, the variables in it, and what it overrode."""
    lines = [f"{paint(told.path, 'bold', colour=colour)}: {_shown(told.value)}"]
    lines.append(f"  set at {told.span}" if told.span is not None else f"  {UNWRITTEN}")
    if told.span is not None and told.text.strip():
        bar = paint("|", "dim", colour=colour)
        lines.append(f"    {told.span.line} {bar} {told.text.strip()}")
    lines.extend(f"    via {place}" for place in _via(told.span))
    if told.variables:
        lines.append("  variables")
        lines.extend(
            f"    {one.name} = {_shown(one.value) if one.value is not None else '(none)'}  from {one.source}"
            if one.source != "not set"
            else f"    {one.name} is not set"
            for one in told.variables
        )
    if told.overrode:
        is_one = not isinstance(told.value, dict | list)
        lines.append("  overrides" if is_one else "  merged with, or instead of")
        for loser in told.overrode:
            lines.append(f"    {_shown(loser.value)}  at {loser.span}")
            lines.extend(f"      via {place}" for place in _via(loser.span))
    return "".join(f"{line}\n" for line in lines)


def explanation_json(told: Explanation) -> str:
    """One object: `path`, `value`, `set`, `variables`, `overrides`."""
    import json  # noqa: PLC0415 - not for text

    document = {
        "path": told.path,
        "value": told.value,
        "set": _place(told.span),
        "variables": [{"name": one.name, "value": one.value, "source": one.source} for one in told.variables],
        "overrides": [{"value": loser.value, **(_place(loser.span) or {})} for loser in told.overrode],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _place(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    place: dict[str, Any] = {"file": span.file, "line": span.line, "column": span.column}
    steps = _via(span)
    return {**place, "via": [str(step) for step in steps]} if steps else place


def _via(span: Span | None) -> list[Span]:
    """The files' own places; those of variables are told with the variables."""
    return [step for step in trail(span) if not step.file.startswith("<")] if span is not None else []


def _shown(value: object) -> str:
    if isinstance(value, str):
        text = value if value.isprintable() and value == value.strip() and value else repr(value)
    else:
        text = _compact(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _compact(value: object) -> str:
    import json  # noqa: PLC0415 - only for values that are no text

    return json.dumps(value, ensure_ascii=False)
