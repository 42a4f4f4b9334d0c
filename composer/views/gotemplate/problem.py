"""What is wrong with a template, and where. Must not know: how templates are read or evaluated."""

from __future__ import annotations

from composer.errors import UsageError


class TemplateError(UsageError):
    """`at`: offset in the template's text."""

    def __init__(self, problem: str, text: str, at: int, *, hint: str = "") -> None:
        line = text.count("\n", 0, at) + 1
        column = at - (text.rfind("\n", 0, at) + 1) + 1
        where = f"column {column}" if "\n" not in text else f"line {line}, column {column}"
        super().__init__(f"the template is wrong at {where}: {problem}", hint=hint)


class CallError(Exception):
    """A function cannot do this with these arguments; whoever knows the place makes a TemplateError of it."""
