"""`pull`, `push` and `images` of both tools against the same registries: exit status, images, tags, JSON."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker.errors
import pytest

from tests.support.real_registry import RealRegistry, make_image
from tests.support.scenario import Scenario
from tests.support.tool import COMPOSER, PEER, Tool

pytestmark = pytest.mark.peer


class Desk:
    """Three images in a registry, a fourth in one with a password, and a project that names them."""

    def __init__(self, scenario: Scenario, registry: RealRegistry, private: RealRegistry) -> None:
        self.scenario = scenario
        self.registry = registry
        self.private = private
        self.team = f"team/{scenario.project}"
        self.base, self.secret = f"{registry.host}/{self.team}", f"{private.host}/{self.team}"
        for name in ("app:1", "db:1", "moving:latest"):
            make_image(scenario.engine, f"{self.base}/{name}")
            registry.push(scenario.engine, f"{self.base}/{name}")
        make_image(scenario.engine, f"{self.secret}/app:1")
        private.push(scenario.engine, f"{self.secret}/app:1")
        scenario.write(f"""
            services:
              web: {{image: "{self.base}/app:1", depends_on: [db]}}
              api: {{image: "{self.base}/app:1"}}
              db: {{image: "{self.base}/db:1", pull_policy: missing}}
              moving: {{image: "{self.base}/moving", pull_policy: missing}}
              never: {{image: "{self.base}/none:1", pull_policy: never}}
              none: {{image: "{self.base}/none:2"}}
              built: {{image: "{self.base}/none:3", build: .}}
              nameless: {{build: .}}
              secret: {{image: "{self.secret}/app:1"}}
        """)

    def held(self) -> list[str]:
        """The tags that this project's registries have on the engine."""
        tags = [tag for image in self.scenario.engine.images() for tag in image["RepoTags"] or ()]
        return sorted(tag.partition("/")[2] for tag in tags if tag.startswith((self.base, self.secret)))

    def clear(self) -> None:
        for image in self.scenario.engine.images():
            for tag in [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]:
                if tag.startswith((self.base, self.secret)):
                    with contextlib.suppress(docker.errors.APIError):
                        self.scenario.engine.remove_image(tag, force=True)

    def after(self, tool: Tool, *arguments: str) -> tuple[int, list[str]]:
        """Exit status and images of a command that begins without any."""
        self.clear()
        return self.scenario.run(tool, *arguments, code=None).code, self.held()


@pytest.fixture
def desk(
    scenario: Scenario, registry: RealRegistry, private_registry: RealRegistry, peer: str, tmp_path: Path
) -> Iterator[Desk]:
    plugins = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "cli-plugins"
    settings = {"cliPluginsExtraDirs": [str(plugins)]}
    folder = private_registry.docker_config(tmp_path / "docker", **settings)
    scenario.environment["DOCKER_CONFIG"] = str(folder)
    made = Desk(scenario, registry, private_registry)
    yield made
    scenario.sweep()
    made.clear()


PULLS = [
    ("pull", "web", "api"),
    ("pull", "--include-deps", "web"),
    ("pull", "-q", "db", "moving", "never", "secret"),
    ("pull", "--policy", "missing", "web", "moving"),
    ("pull", "--ignore-pull-failures", "web", "none", "built", "nameless"),
    ("pull", "--ignore-buildable", "db", "built", "nameless"),
    ("pull", "none"),
    ("pull", "built", "web"),
    ("pull", "--policy", "missing", "never"),
    ("pull", "nobody"),
    ("--dry-run", "pull", "web"),
]


def test_pulls(desk: Desk) -> None:
    for arguments in PULLS:
        assert desk.after(COMPOSER, *arguments) == desk.after(PEER, *arguments), arguments


def test_pulls_of_what_is_there(desk: Desk) -> None:
    """A tag that moved: who notices, with which policy?"""
    engine, base = desk.scenario.engine, desk.base

    def digests(tool: Tool, *arguments: str) -> dict[str, Any]:
        desk.clear()
        old = {name: make_image(engine, f"{base}/{name}", mark="old") for name in ("app:1", "db:1", "moving:latest")}
        desk.scenario.run(tool, *arguments)
        return {name: engine.inspect_image(f"{base}/{name}")["Id"] == identity for name, identity in old.items()}

    for arguments in (("pull", "web", "db", "moving"), ("pull", "--policy", "missing", "web", "db", "moving")):
        assert digests(COMPOSER, *arguments) == digests(PEER, *arguments), arguments
    assert digests(COMPOSER, "pull", "--policy", "missing", "web", "db", "moving") == {
        "app:1": True,
        "db:1": True,
        "moving:latest": False,
    }


def test_pushes(desk: Desk) -> None:
    desk.scenario.write(f"""
        services:
          web:
            image: "{desk.base}/NAME-web:1"
            build: {{context: ., tags: ["{desk.base}/NAME-web:2"]}}
            depends_on: [db]
          db: {{image: "{desk.secret}/NAME-db:1", build: .}}
          other: {{image: busybox}}
          nameless: {{build: .}}
          none: {{image: "{desk.base}/NAME-none:1", build: .}}
    """)
    text = (desk.scenario.folder / "compose.yaml").read_text()

    def pushed(tool: Tool, name: str, *arguments: str) -> tuple[int, list[list[str]]]:
        (desk.scenario.folder / "compose.yaml").write_text(text.replace("NAME", name))
        for ref in (f"{desk.base}/{name}-web:1", f"{desk.base}/{name}-web:2", f"{desk.secret}/{name}-db:1"):
            make_image(desk.scenario.engine, ref)
        code = desk.scenario.run(tool, *arguments, code=None).code
        tags = [desk.registry.tags(f"{desk.team}/{name}-{of}") for of in ("web", "none")]
        return code, [*tags, desk.private.tags(f"{desk.team}/{name}-db")]

    for number, arguments in enumerate(
        (
            ("push", "-q", "--include-deps", "web"),
            ("push", "--ignore-push-failures"),
            ("push", "none"),
            ("push", "nobody"),
        )
    ):
        assert pushed(COMPOSER, f"a{number}", *arguments) == pushed(PEER, f"b{number}", *arguments), arguments


def test_images(desk: Desk) -> None:
    scenario = desk.scenario
    make_image(scenario.engine, f"{desk.base}/app:1")
    scenario.write(f"""
        services:
          web: {{image: "{desk.base}/app:1", command: sleep 60, init: true, scale: 2}}
          db: {{image: "{desk.base}/db:1", command: sleep 60, init: true}}
          job: {{image: busybox, command: "true"}}
    """)
    scenario.composer("up", "-d")
    _assert_same_images(scenario)
    make_image(scenario.engine, f"{desk.base}/app:1", mark="newer")  # the containers' image has lost its name
    _assert_same_images(scenario)
    scenario.engine.remove_image(f"{desk.base}/db:1", force=True)
    _assert_same_images(scenario)
    for arguments in (("images", "-q"), ("images", "-q", "web"), ("images", "nobody")):
        ours, theirs = scenario.composer(*arguments), scenario.peer(*arguments)
        assert sorted(ours.stdout.split()) == sorted(theirs.stdout.split()), arguments


def _assert_same_images(scenario: Scenario) -> None:
    def told(tool: Tool) -> list[dict[str, Any]]:
        said = scenario.run(tool, "images", "--format", "json").stdout
        return sorted(json.loads(said), key=lambda one: one["ContainerName"])

    assert told(COMPOSER) == told(PEER)


def test_digests_with_a_login(desk: Desk) -> None:
    for flag in ("--resolve-image-digests", "--lock-image-digests"):
        ours = desk.scenario.composer("config", flag, "web", "secret")
        assert ours.stdout == desk.scenario.peer("config", flag, "web", "secret").stdout
