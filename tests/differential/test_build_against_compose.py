"""The same Dockerfiles built by composer and by docker compose: the images must be equal.

Composer builds first, so that every step really runs for it. What docker compose then builds takes a step from the
cache only if all that the step is made from is byte for byte the same: equal layers mean equal inputs.
"""

from __future__ import annotations

from typing import Any

import docker
import pytest

from tests.support.build_cases import BUILDS, write_project
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

VERSION = "com.docker.compose.version"


def image(engine: docker.APIClient, name: str) -> dict[str, Any]:
    """All that is of consequence: settings and layers."""
    found = engine.inspect_image(name)
    settings = found["Config"]
    settings["Labels"].pop(VERSION, None)
    kept = ("Architecture", "Os", "Author", "RepoTags")
    return {"Config": settings, "Layers": found["RootFS"].get("Layers"), **{key: found.get(key) for key in kept}}


def images(scenario: Scenario) -> dict[str, dict[str, Any]]:
    return {name: image(scenario.engine, f"{scenario.project}-{name}") for name in BUILDS}


@pytest.fixture
def builds(scenario: Scenario) -> Scenario:
    write_project(scenario.folder, scenario.project)
    scenario.environment["B"] = "from the shell"
    return scenario


def remove(scenario: Scenario) -> None:
    for name in BUILDS:
        for tag in scenario.engine.inspect_image(f"{scenario.project}-{name}")["RepoTags"]:
            scenario.engine.remove_image(tag)


@pytest.mark.timeout(300)
def test_images_are_equal(builds: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    builds.run(COMPOSER, "build", "-q")
    ours = images(builds)
    remove(builds)
    builds.run(PEER, "build", "-q")
    theirs = images(builds)
    remove(builds)
    for name in BUILDS:
        with subtests.test(name):
            assert ours[name] == theirs[name]


def test_checks_find_the_same(scenario: Scenario, peer: str) -> None:
    """Findings stand on stdout, after the lines of progress that the reference mixes in."""
    assert peer
    scenario.write("services: {web: {build: .}}")
    for text, code in (("FROM busybox as x\nMAINTAINER me\n", 1), ("FROM busybox\n", 0)):
        scenario.write(text, "Dockerfile")
        ours = scenario.composer("build", "--check", code=code)
        theirs = scenario.peer("build", "--check", code=code)
        found = [line for line in ours.stdout.splitlines() if line.startswith(("WARNING", "Check"))]
        assert found == [line for line in theirs.stdout.splitlines() if line.startswith(("WARNING", "Check"))]
        assert ("WARNING" in ours.stdout) == bool(code)


def test_the_classic_builder_builds_in_the_order_of_dependencies(scenario: Scenario, peer: str) -> None:
    """A Dockerfile is `FROM` the image of a service that its own depends on."""
    assert peer
    scenario.write("""
        services:
          app: {build: app, image: "${COMPOSE_PROJECT_NAME}-app", depends_on: [base]}
          base: {build: {context: base, args: {A: "1"}}, image: "${COMPOSE_PROJECT_NAME}-base"}
    """)
    names = [f"{scenario.project}-{name}" for name in ("app", "base")]
    scenario.write(f"FROM {names[1]}\nCOPY own /\n", "app/Dockerfile")
    scenario.write("app", "app/own")
    scenario.write('FROM busybox\nARG A\nRUN echo $A > /base\nCMD ["sleep", "9"]\n', "base/Dockerfile")
    scenario.environment["DOCKER_BUILDKIT"] = "0"
    made = []
    for tool in (COMPOSER, PEER):
        scenario.run(tool, "build")
        made.append([image(scenario.engine, name) for name in names])
        for name in names:
            scenario.engine.remove_image(name)
    for ours, theirs in zip(*made, strict=True):
        labels = ours["Config"].pop("Labels")
        assert theirs["Config"].pop("Labels").items() <= labels.items()
        assert ours | {"Layers": ours["Layers"][:1]} == theirs | {"Layers": theirs["Layers"][:1]}
