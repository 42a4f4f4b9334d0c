"""The story of one value of a project: what set it, what it overrode, which variables it used. Values only."""

from __future__ import annotations

from composer.diagnostics import Span
from composer.values import value


@value()
class Setting:
    """One place that gives a value to a path; `span` None for what nobody wrote (a default of the format)."""

    value: object
    span: Span | None


@value()
class VariableSource:
    """A variable in the text that gave the value. `source`: `shell`, `.env:3`, `--env-file x:3`, `default`, …;
    `value` None when it is not set and has no default."""

    name: str
    value: str | None
    source: str


@value(kw_only=True)
class Explanation:
    """`text`: the source line of the setting, "" if there is none. `overrode`: the nearest first."""

    path: str
    value: object
    span: Span | None
    text: str = ""
    overrode: tuple[Setting, ...] = ()
    variables: tuple[VariableSource, ...] = ()
