"""What an image is built with: the file's words, the project's, the command's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import PlanError
from composer.model.build import Build
from composer.model.secret import Sealed, Secret, ServiceSecret
from composer.model.service_limits import Ulimit
from composer.plan.recipe import BuildSecret, BuildWishes, Recipe
from composer.plan.recipes import recipe_of
from composer.units import Bytes
from tests.support.build import project

LABELS = {
    "com.docker.compose.project": "demo",
    "com.docker.compose.service": "web",
    "com.docker.compose.version": "1",
}


def recipe(build: Build, wishes: BuildWishes | None = None, **service: object) -> Recipe:
    shop = project("web", web={"image": None, "build": build, **service})
    secrets = {
        "file": Secret(name="file", file="/srv/demo/s"),
        "set": Secret(name="set", environment="SET"),
        "unset": Secret(name="unset", environment="UNSET"),
        "swarm": Secret(name="swarm", external=True),
    }
    shop = replace(shop, secrets=secrets, variables={"SET": Sealed("top")})
    return recipe_of(shop, shop.services["web"], version="1", wishes=wishes or BuildWishes())


def test_the_least() -> None:
    assert recipe(Build(context="/srv/demo/web")) == Recipe(
        context="/srv/demo/web", dockerfile="/srv/demo/web/Dockerfile", names=("demo-web",), labels=LABELS
    )


def test_everything() -> None:
    build = Build(
        context="/srv/demo",
        dockerfile="../other/Df",
        args={"A": "1", "NULL": None},
        labels={"x": "y", "com.docker.compose.service": "not so"},
        tags=("t:1", "shop/web"),
        target="dev",
        cache_from=("a/b",),
        cache_to=("type=inline",),
        no_cache=True,
        pull=True,
        network="host",
        shm_size=Bytes(64),
        ulimits={"nofile": Ulimit(single=100), "nproc": Ulimit(soft=1, hard=2)},
        extra_hosts={"h": ("1.2.3.4", "::1")},
        secrets=(ServiceSecret(source="file"), ServiceSecret(source="set", target="other")),
        ssh={"default": None},
        privileged=True,
        entitlements=("network.host",),
    )
    assert recipe(build, image="shop/web", platform="linux/arm64") == Recipe(
        context="/srv/demo",
        dockerfile="/srv/other/Df",
        names=("t:1", "shop/web"),
        args={"A": "1"},
        labels={"x": "y", **LABELS},
        target="dev",
        cache_from=("a/b",),
        cache_to=("type=inline",),
        no_cache=True,
        pull=True,
        network="host",
        shm_size=64,
        ulimits={"nofile": (100, 100), "nproc": (1, 2)},
        platforms=("linux/arm64",),
        extra_hosts=(("h", "1.2.3.4"), ("h", "::1")),
        secrets=(BuildSecret("file", file="/srv/demo/s"), BuildSecret("other", variable="SET", content=Sealed("top"))),
        ssh={"default": None},
        entitlements=("network.host", "security.insecure"),
    )


def test_the_command_line_goes_first() -> None:
    wishes = BuildWishes(args={"A": "2"}, no_cache=True, pull=True, ssh={"k": "/key"}, sbom="true", provenance="false")
    made = recipe(Build(context="/x", args={"A": "1", "B": "1"}, ssh={"default": None}, provenance="true"), wishes)
    assert (made.args, made.no_cache, made.pull) == ({"A": "2", "B": "1"}, True, True)
    assert (made.ssh, made.sbom, made.provenance) == ({"default": None, "k": "/key"}, "true", "")


@pytest.mark.parametrize(
    ("build", "context", "dockerfile"),
    [
        (Build(context="https://host/x.git#main:sub"), "https://host/x.git#main:sub", "Dockerfile"),
        (Build(context="git@host:x.git", dockerfile="sub/D"), "git@host:x.git", "sub/D"),
        (Build(context="/srv", dockerfile="/abs/D"), "/srv", "/abs/D"),
        (Build(context="/srv", dockerfile_inline="FROM x"), "/srv", ""),
    ],
)
def test_where_things_are(build: Build, context: str, dockerfile: str) -> None:
    made = recipe(build)
    assert (made.context, made.dockerfile) == (context, dockerfile)


def test_a_secret_whose_variable_is_not_set_is_there_without_content() -> None:
    made = recipe(Build(context="/x", secrets=(ServiceSecret(source="unset"),)))
    assert made.secrets == (BuildSecret("unset", variable="UNSET"),)


def test_secrets_never_stand_in_the_text_of_a_recipe() -> None:
    made = recipe(Build(context="/x", secrets=(ServiceSecret(source="set"),)))
    assert "top" not in repr(made)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (Build(context="/x", network="my-net"), 'build.network "my-net" is not supported by the builder'),
        (Build(context="/x", secrets=(ServiceSecret(source="swarm"),)), "only a swarm can provide"),
        (
            Build(context="/x", additional_contexts={"a": "service:nobody"}),
            'service "nobody" is the context of a build',
        ),
    ],
)
def test_refusals(build: Build, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        recipe(build)
