"""The classic builder: what it is asked, what it is not, its lines as parts of a build."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from composer.engine.classic import _Steps, parameters, refuse_unknown
from composer.engine.port import BuildOutput, BuildVertex
from composer.errors import EngineRefused
from composer.plan.recipe import BuildSecret, Recipe


def recipe(**more: object) -> Recipe:
    return Recipe(**{"context": "/x", "dockerfile": "/x/Dockerfile", "names": ("a", "b:1"), **more})  # type: ignore[arg-type]


def test_what_it_is_asked() -> None:
    made = recipe(
        args={"A": "1"},
        no_cache=True,
        memory=9,
        ulimits={"nofile": (1, 2)},
        extra_hosts=(("h", "1.2.3.4"),),
        target="t",
    )
    told = parse_qs(parameters(made))
    assert told["t"] == ["a", "b:1"]
    assert json.loads(told["buildargs"][0]) == {"A": "1"}
    assert json.loads(told["labels"][0]) == {"com.docker.compose.image.builder": "classic"}
    assert json.loads(told["ulimits"][0]) == [{"Name": "nofile", "Soft": 1, "Hard": 2}]
    assert json.loads(told["extrahosts"][0]) == ["h:1.2.3.4"]
    assert (told["nocache"], told["target"], told["dockerfile"]) == (["1"], ["t"], ["Dockerfile"])
    assert told["memory"] == ["9"]
    assert "remote" not in told
    far = parse_qs(parameters(recipe(context="https://h/x.git", dockerfile="Df")))
    assert (far["remote"], far["dockerfile"]) == (["https://h/x.git"], ["Df"])


def test_what_it_does_not_know_is_refused_by_name() -> None:
    refuse_unknown(recipe())
    with pytest.raises(EngineRefused, match=r"does not know build\.secrets, build\.ssh$"):
        refuse_unknown(recipe(secrets=(BuildSecret("s", file="/s"),), ssh={"default": None}))
    with pytest.raises(EngineRefused, match=r"^DOCKER_BUILDKIT asks .* does not know build\.platforms$"):
        refuse_unknown(recipe(platforms=("linux/amd64", "linux/arm64")), asked_for=True)


def test_its_lines() -> None:
    steps = _Steps()
    text = (
        "Step 1/2 : FROM busybox\n ---> 0123\n"
        "Step 2/2 : RUN make\n ---> Using cache\nmade\nRemoving intermediate container 0123456789ab\n"
        "Successfully built 0a1b\nodd"
    )
    pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
    told = [update for piece in pieces for update in steps.take(piece)] + list(steps.end())
    assert told == [
        BuildVertex("1", "[1/2] FROM busybox", started=0),
        BuildVertex("1", "[1/2] FROM busybox", started=0, completed=0),
        BuildVertex("2", "[2/2] RUN make", started=0),
        BuildOutput("2", 1, b"made\n"),
        BuildVertex("2", "[2/2] RUN make", cached=True, started=0, completed=0),
    ]
    assert (steps.image, steps.tail) == ("0a1b", ["made"])


def test_podmans_lines() -> None:
    steps = _Steps()
    text = """\
[1/2] STEP 1/2: FROM busybox
[1/2] STEP 2/2: RUN make
made
--> 123456789ab
[2/2] STEP 1/1: COPY --from=one /a /
--> Using cache 2345
[2/2] COMMIT x:1
Successfully tagged docker.io/library/x:1
494b461a3e15
"""
    made = "1:2", "[stage 1 2/2] RUN make"
    copied = "2:1", "[stage 2 1/1] COPY --from=one /a /"
    assert [*steps.take(text), *steps.end()] == [
        BuildVertex("1:1", "[stage 1 1/2] FROM busybox", started=0),
        BuildVertex("1:1", "[stage 1 1/2] FROM busybox", started=0, completed=0),
        BuildVertex(*made, started=0),
        BuildOutput("1:2", 1, b"made\n"),
        BuildVertex(*made, started=0, completed=0),
        BuildVertex(*copied, started=0),
        BuildVertex(*copied, cached=True, started=0, completed=0),
    ]
    assert list(_Steps().take("STEP 1: FROM busybox\n")) == [BuildVertex("1", "[1/?] FROM busybox", started=0)]
