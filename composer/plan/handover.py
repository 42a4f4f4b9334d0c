"""Which builds Composer does not serve itself, and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.plan.recipe import cache_entry

if TYPE_CHECKING:
    from composer.plan.recipe import Recipe

DEFAULT_BUILDER = "default"


def why_handed_over(recipe: Recipe, *, builder: str) -> str:
    """In words, "" for a build that the engine's own builder can do. `builder`: the one that was chosen, or ""."""
    if builder and builder != DEFAULT_BUILDER:
        return f"builder {builder}"
    if len(recipe.platforms) > 1:
        return f"{len(recipe.platforms)} platforms"
    if recipe.provenance or recipe.sbom:
        return "attestations"
    exports = {cache_entry(each)[0] for each in recipe.cache_to} - {"inline"}
    return f"cache_to of type {', '.join(sorted(exports))}" if exports else ""
