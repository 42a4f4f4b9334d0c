"""What older engines' builders do not know and would take for something else. Must not know: connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import EngineRefused

if TYPE_CHECKING:
    from composer.plan.recipe import Recipe

NAMED_CONTEXTS = (1, 42)
SYNTAX = "syntax="


def refuse_too_new(recipe: Recipe, api_version: tuple[int, int]) -> None:
    """Raises EngineRefused for named contexts on a builder that would look for images of these names.

    Unless the Dockerfile says which frontend reads it: that one may know them.
    """
    if recipe.contexts and api_version < NAMED_CONTEXTS and not _names_its_frontend(recipe):
        major, minor = NAMED_CONTEXTS
        raise EngineRefused(
            f"build.additional_contexts needs Engine API {major}.{minor}",
            hint="upgrade the engine, or begin the Dockerfile with `# syntax=docker/dockerfile:1`",
        )


def _names_its_frontend(recipe: Recipe) -> bool:
    if recipe.inline is not None:
        first = recipe.inline.partition("\n")[0]
    else:
        try:
            with open(recipe.dockerfile, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                first = file.readline()
        except OSError:
            return True  # a remote one, or one that is missing: the builder's to say
    return first.lstrip("#").strip().lower().startswith(SYNTAX)
