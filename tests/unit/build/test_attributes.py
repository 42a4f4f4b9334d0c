"""A recipe as the builder is told it."""

from __future__ import annotations

import json

import pytest

from composer.build.attributes import frontend_attributes, local_folders
from composer.plan.recipe import Recipe, cache_entry


def test_the_least() -> None:
    made = Recipe(context="/srv/web", dockerfile="/srv/web/Dockerfile", names=("web",))
    assert frontend_attributes(made) == {"filename": "Dockerfile"}
    assert local_folders(made) == {"context": "/srv/web", "dockerfile": "/srv/web"}


def test_everything() -> None:
    made = Recipe(
        context="/srv/web",
        dockerfile="/srv/other/Df",
        names=("a", "b"),
        target="dev",
        args={"A": "1", "E": ""},
        labels={"l": "v"},
        contexts={"base": "docker-image://busybox", "src": "/srv/src", "git": "https://h/x.git"},
        cache_from=("a/b", "type=local,src=/tmp/c"),
        no_cache=True,
        pull=True,
        network="none",
        shm_size=64,
        ulimits={"nproc": (1, 2), "nofile": (5, 5)},
        platforms=("linux/amd64",),
        extra_hosts=(("h", "1.2.3.4"), ("h", "::1")),
    )
    attributes = frontend_attributes(made)
    imports = json.loads(attributes.pop("cache-imports"))
    assert imports == [
        {"Type": "registry", "Attrs": {"ref": "a/b"}},
        {"Type": "local", "Attrs": {"src": "/tmp/c"}},
    ]
    assert attributes == {
        "filename": "Df",
        "target": "dev",
        "build-arg:A": "1",
        "build-arg:E": "",
        "label:l": "v",
        "context:base": "docker-image://busybox",
        "context:src": "local:src",
        "context:git": "https://h/x.git",
        "no-cache": "",
        "image-resolve-mode": "pull",
        "force-network-mode": "none",
        "shm-size": "64",
        "ulimit": "nofile=5:5,nproc=1:2",
        "platform": "linux/amd64",
        "add-hosts": "h=1.2.3.4,h=::1",
    }
    assert local_folders(made) == {"context": "/srv/web", "dockerfile": "/srv/other", "src": "/srv/src"}


def test_the_default_network_is_none_of_its_own() -> None:
    made = Recipe(context="/x", dockerfile="/x/D", names=("a",), network="default")
    assert "force-network-mode" not in frontend_attributes(made)


def test_an_inline_dockerfile_is_no_folder() -> None:
    made = Recipe(context="/srv", dockerfile="", names=("a",), inline="FROM x")
    assert (frontend_attributes(made), local_folders(made)) == ({"filename": "Dockerfile"}, {"context": "/srv"})


def test_a_context_that_the_builder_fetches() -> None:
    url = "https://host/x.git#main:sub"
    made = Recipe(context=url, dockerfile="sub/D", names=("a",))
    assert (frontend_attributes(made), local_folders(made)) == ({"filename": "sub/D", "context": url}, {})
    inline = Recipe(context=url, dockerfile="", names=("a",), inline="FROM x")
    assert frontend_attributes(inline) == {"filename": "Dockerfile", "context": url, "dockerfilekey": "dockerfile"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a/b:1", ("registry", {"ref": "a/b:1"})),
        ("type=inline", ("inline", {})),
        ("ref=x", ("registry", {"ref": "x"})),
        ("Type=gha, Scope=a", ("gha", {"scope": "a"})),
    ],
)
def test_caches(text: str, expected: tuple[str, dict[str, str]]) -> None:
    assert cache_entry(text) == expected
