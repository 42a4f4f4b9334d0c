"""Recipes as a file for docker buildx bake."""

from __future__ import annotations

import pytest

from composer.build.bake import bake_document, bake_target
from composer.model.secret import Sealed
from composer.plan.actions import BuildImage
from composer.plan.handover import why_handed_over
from composer.plan.recipe import BuildSecret, Recipe

LEAST = {"context": "/x", "dockerfile": "/x/Dockerfile", "names": ("web",)}


def recipe(**more: object) -> Recipe:
    return Recipe(**{**LEAST, **more})  # type: ignore[arg-type]


def test_the_least() -> None:
    assert bake_target(recipe()) == {
        "context": "/x",
        "dockerfile": "/x/Dockerfile",
        "tags": ["web"],
        "output": ["type=docker"],
    }


def test_everything() -> None:
    made = recipe(
        dockerfile="",
        inline="FROM x",
        args={"B": "2", "A": "1"},
        labels={"l": "v"},
        contexts={"c": "/c", "b": "built-image://base"},
        cache_from=("a",),
        cache_to=("b",),
        target="dev",
        secrets=(BuildSecret("f", file="/s"), BuildSecret("e", variable="V", content=Sealed("hidden"))),
        ssh={"default": None, "k": "/key"},
        platforms=("linux/amd64",),
        pull=True,
        no_cache=True,
        network="host",
        shm_size=64,
        ulimits={"nproc": (1, 2), "nofile": (5, 5)},
        entitlements=("network.host",),
        extra_hosts=(("h", "1.2.3.4"), ("h", "::1")),
        provenance="mode=max",
        sbom="true",
        push=True,
    )
    assert bake_target(made) == {
        "context": "/x",
        "contexts": {"b": "docker-image://base", "c": "/c"},
        "dockerfile-inline": "FROM x",
        "args": {"A": "1", "B": "2"},
        "labels": {"l": "v"},
        "tags": ["web"],
        "cache-from": ["a"],
        "cache-to": ["b"],
        "target": "dev",
        "secret": ["id=f,type=file,src=/s", "id=e,type=env,env=V"],
        "ssh": ["default=", "k=/key"],
        "platforms": ["linux/amd64"],
        "pull": True,
        "no-cache": True,
        "network": "host",
        "shm-size": "64",
        "ulimits": ["nofile=5", "nproc=1:2"],
        "entitlements": ["network.host"],
        "extra-hosts": {"h": "1.2.3.4,::1"},
        "output": ["type=registry"],
        "attest": ["type=provenance,mode=max", "type=sbom"],
    }


def test_targets_refer_to_each_other() -> None:
    base = BuildImage("base:1", recipe(names=("base:1",)), ("base",))
    web = BuildImage("web", recipe(contexts={"b": "built-image://base:1"}), ("web", "worker"))
    document = bake_document([web, base])
    assert document["group"] == {"default": {"targets": ["base", "web"]}}
    targets = document["target"]
    assert isinstance(targets, dict)
    assert targets["web"]["contexts"] == {"b": "target:base"}


@pytest.mark.parametrize(
    ("made", "builder", "expected"),
    [
        (recipe(), "", ""),
        (recipe(platforms=("linux/arm64",), cache_to=("type=inline",)), "default", ""),
        (recipe(), "mine", "builder mine"),
        (recipe(platforms=("a", "b")), "", "2 platforms"),
        (recipe(sbom="true"), "", "attestations"),
        (recipe(cache_to=("type=local,dest=x", "r/x")), "", "cache_to of type local, registry"),
    ],
)
def test_what_is_handed_over(made: Recipe, builder: str, expected: str) -> None:
    assert why_handed_over(made, builder=builder) == expected
