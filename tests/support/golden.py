"""Comparing whole texts: plans, as `--dry-run` prints them, and what stands in a file beside the test."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

from composer.plan.plan import Plan

UPDATES = bool(os.environ.get("COMPOSER_TESTS_UPDATE")) and not os.environ.get("CI")  # before a test changes them


def assert_plan(plan: Plan, expected: str) -> None:
    """The plan's canonical text, indentation and outer blank lines of `expected` aside."""
    assert plan.to_text() == dedent(expected).strip()


def assert_same_as_file(text: str, file: Path) -> None:
    """Long texts stand in a file beside the test. COMPOSER_TESTS_UPDATE=1 writes it anew, but never in CI."""
    if UPDATES:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


def ids(plan: Plan) -> list[str]:
    return [str(step.id) for step in plan.steps]


def lines(plan: Plan, *prefixes: str) -> str:
    """Only the steps whose id starts with one of the prefixes: for tests about one part of a plan."""
    return "\n".join(step.to_text() for step in plan.steps if step.id.startswith(prefixes))
