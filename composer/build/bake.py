"""Recipes as a file for `docker buildx bake`: what `build --print` shows, and what is handed over when Composer does
not serve a build itself. Pure. Must not know: programs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from composer.plan.recipe import IMAGE_SCHEME

if TYPE_CHECKING:
    from composer.plan.actions import BuildImage
    from composer.plan.recipe import BuildSecret, Recipe

Document = dict[str, object]


def bake_document(builds: Iterable[BuildImage]) -> Document:
    """A target a build, called after its first service; a context that is another one's image refers to it."""
    builds = sorted(builds, key=lambda each: each.services[0])
    made = {each.image: f"target:{each.services[0]}" for each in builds}
    targets = {each.services[0]: bake_target(each.recipe, made=made) for each in builds}
    return {"group": {"default": {"targets": list(targets)}}, "target": targets}


def bake_target(recipe: Recipe, *, made: Mapping[str, str] | None = None) -> Document:
    """`made`: image → the target that makes it. What is not set is left out."""
    built = {name: (made or {}).get(image, f"{IMAGE_SCHEME}{image}") for name, image in recipe.built_contexts.items()}
    hosts: dict[str, str] = {}
    for name, address in recipe.extra_hosts:
        hosts[name] = f"{hosts[name]},{address}" if name in hosts else address
    told: Document = {
        "context": recipe.context,
        "contexts": dict(sorted({**recipe.contexts, **built}.items())),
        "dockerfile": recipe.dockerfile,
        "dockerfile-inline": recipe.inline or "",
        "args": dict(sorted(recipe.args.items())),
        "labels": dict(sorted(recipe.labels.items())),
        "tags": list(recipe.names),
        "cache-from": list(recipe.cache_from),
        "cache-to": list(recipe.cache_to),
        "target": recipe.target,
        "secret": [_secret(each) for each in recipe.secrets],
        "ssh": [f"{name}={path or ''}" for name, path in recipe.ssh.items()],
        "platforms": list(recipe.platforms),
        "pull": recipe.pull,
        "no-cache": recipe.no_cache,
        "network": recipe.network,
        "shm-size": str(recipe.shm_size) if recipe.shm_size else "",
        "ulimits": [_limit(name, soft, hard) for name, (soft, hard) in sorted(recipe.ulimits.items())],
        "entitlements": list(recipe.entitlements),
        "extra-hosts": dict(sorted(hosts.items())),
        "output": ["type=registry" if recipe.push else "type=docker"],
        "attest": [*_attestations(recipe)],
    }
    return {name: value for name, value in told.items() if value}


def _secret(secret: BuildSecret) -> str:
    if secret.variable:
        return f"id={secret.id},type=env,env={secret.variable}"
    return f"id={secret.id},type=file,src={secret.file}"


def _limit(name: str, soft: int, hard: int) -> str:
    return f"{name}={soft}" if soft == hard else f"{name}={soft}:{hard}"


def _attestations(recipe: Recipe) -> Iterable[str]:
    for kind, wanted in (("provenance", recipe.provenance), ("sbom", recipe.sbom)):
        if wanted:
            yield f"type={kind}" if wanted.lower() in ("true", "1") else f"type={kind},{wanted}"
