"""Comparing whole plans as text: what a test expects is what `--dry-run` prints."""

from __future__ import annotations

from textwrap import dedent

from composer.plan.plan import Plan


def assert_plan(plan: Plan, expected: str) -> None:
    """The plan's canonical text, indentation and outer blank lines of `expected` aside."""
    assert plan.to_text() == dedent(expected).strip()


def ids(plan: Plan) -> list[str]:
    return [str(step.id) for step in plan.steps]


def lines(plan: Plan, *prefixes: str) -> str:
    """Only the steps whose id starts with one of the prefixes: for tests about one part of a plan."""
    return "\n".join(step.to_text() for step in plan.steps if step.id.startswith(prefixes))
