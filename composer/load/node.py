"""The located tree that every loading stage reads and returns.

Owns the three node classes. A stage never changes a node it was given: it builds new ones that keep the
old spans, so that every value can be traced to the line that set it. Must not know: YAML, Compose keys.
"""

from __future__ import annotations

from dataclasses import field

from composer.diagnostics import Span
from composer.values import value

ScalarValue = str | int | float | bool | None


@value()
class Scalar:
    """`value` after YAML 1.2 core resolution (or after interpolation and cast)."""

    value: ScalarValue
    span: Span
    tag: str = ""  # "", "!reset" or "!override"


@value()
class Sequence:
    items: tuple[Node, ...]
    span: Span
    tag: str = ""


@value()
class Mapping:
    """`items` keep their order in the file; `keys` has the span of each key (a subset is fine)."""

    items: dict[str, Node]
    span: Span
    keys: dict[str, Span] = field(default_factory=dict)
    tag: str = ""


Node = Scalar | Sequence | Mapping
