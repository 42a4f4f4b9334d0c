"""A recipe as BuildKit's Dockerfile frontend and its exporter want it told. Pure.

Must not know: how the attributes travel, who serves the folders that they name.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from composer.plan.recipe import BUILT_SCHEME, IMAGE_SCHEME, cache_entry, is_address

if TYPE_CHECKING:
    from composer.plan.recipe import Recipe

CONTEXT, DOCKERFILE = "context", "dockerfile"  # the names under which the frontend asks for these folders
INLINE_NAME = "Dockerfile"


def frontend_attributes(recipe: Recipe) -> dict[str, str]:
    found = {
        "filename": _filename(recipe),
        "target": recipe.target,
        "force-network-mode": "" if recipe.network == "default" else recipe.network,
        "shm-size": str(recipe.shm_size) if recipe.shm_size else "",
        "ulimit": ",".join(f"{name}={soft}:{hard}" for name, (soft, hard) in sorted(recipe.ulimits.items())),
        "add-hosts": ",".join(f"{name}={address}" for name, address in recipe.extra_hosts),
        "platform": ",".join(recipe.platforms),
        "image-resolve-mode": "pull" if recipe.pull else "",
        "context": recipe.context if recipe.is_remote else "",
        "dockerfilekey": DOCKERFILE if recipe.is_remote and recipe.inline is not None else "",
        "cache-imports": _imports(recipe.cache_from),
    }
    found = {name: told for name, told in found.items() if told}
    if recipe.no_cache:
        found["no-cache"] = ""
    found |= {f"build-arg:{name}": told for name, told in recipe.args.items()}
    found |= {f"label:{name}": told for name, told in recipe.labels.items()}
    found |= {f"context:{name}": _named(recipe, name, where) for name, where in recipe.contexts.items()}
    return found


def inputs_of(recipe: Recipe) -> Mapping[str, str]:
    """Name → image, of the contexts that must be given as inputs: `pull` would look for them at a registry."""
    return recipe.built_contexts if recipe.pull else {}


def local_folders(recipe: Recipe) -> dict[str, str]:
    """Name → folder, of all that the frontend may ask this machine for; an inline Dockerfile is no folder."""
    found = {name: where for name, where in recipe.contexts.items() if not is_address(where)}
    if not recipe.is_remote:
        found[CONTEXT] = recipe.context
        if recipe.inline is None:
            found[DOCKERFILE] = posixpath.dirname(recipe.dockerfile)
    return found


def _named(recipe: Recipe, name: str, where: str) -> str:
    if where.startswith(BUILT_SCHEME):
        return f"input:{name}" if recipe.pull else f"{IMAGE_SCHEME}{where.removeprefix(BUILT_SCHEME)}"
    return where if is_address(where) else f"local:{name}"


def _imports(entries: Iterable[str]) -> str:
    told = [{"Type": kind, "Attrs": attributes} for kind, attributes in map(cache_entry, entries)]
    return json.dumps(told, separators=(",", ":")) if told else ""


def _filename(recipe: Recipe) -> str:
    if recipe.inline is not None:
        return INLINE_NAME
    return recipe.dockerfile if recipe.is_remote else posixpath.basename(recipe.dockerfile)
