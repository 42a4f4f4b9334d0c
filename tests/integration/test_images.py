"""Images between a real engine and real registries: pull, push, images, and what `up` does with them."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import pytest

from tests.support.real_registry import PASSWORD, USER, RealRegistry, make_image
from tests.support.registry import Registry
from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine


@pytest.fixture
def repository(scenario: Scenario) -> Iterator[str]:
    """A name that only this test gives to images; they are gone at the end."""
    yield f"team/{scenario.project}"
    scenario.sweep()
    for image in scenario.engine.images():
        for tag in [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]:
            if scenario.project in tag:
                with contextlib.suppress(docker.errors.APIError):
                    scenario.engine.remove_image(tag, force=True)


def held(scenario: Scenario, host: str) -> list[str]:
    """Tags on the engine of this registry's images."""
    tags = [tag for image in scenario.engine.images() for tag in image["RepoTags"] or ()]
    return sorted(tag.removeprefix(f"{host}/") for tag in tags if tag.startswith(f"{host}/"))


def test_there_and_back_again(scenario: Scenario, registry: RealRegistry, repository: str) -> None:
    app, db = (f"{registry.host}/{repository}/{name}:1" for name in ("app", "db"))
    ids = {ref: make_image(scenario.engine, ref) for ref in (app, db)}
    sleeps = "init: true, command: sleep 60"
    scenario.write(f"""
        services:
          web: {{image: "{app}", build: ., {sleeps}, depends_on: [db]}}
          api: {{image: "{app}", build: ., {sleeps}}}
          db: {{image: "{db}", build: ., {sleeps}}}
          tool: {{image: busybox, {sleeps}}}
    """)
    pushed = scenario.composer("--progress", "plain", "push", "--include-deps", "web")
    assert [line for line in pushed.stderr.splitlines() if "Pushed" in line and "web" in line] == [" web Pushed "]
    assert (registry.tags(f"{repository}/app"), registry.tags(f"{repository}/db")) == (["1"], ["1"])
    for ref in (app, db):
        scenario.engine.remove_image(ref)

    pulled = scenario.composer("--progress", "json", "pull", "web", "api", "db")
    told = [json.loads(line) for line in pulled.stderr.splitlines()]
    assert {one["id"] for one in told if one.get("text") == "Pulled"} == {"web", "api", "db"}
    assert {one["parent_id"] for one in told if one.get("text") == "Pull complete"} == {"web", "db"}  # one pull for two
    again = scenario.composer("--progress", "plain", "pull", "--policy", "missing", "web", "db")
    assert [line.strip() for line in again.stderr.splitlines()] == [
        f"{service} Skipped - Image is already present locally" for service in ("db", "web")
    ]

    scenario.composer("up", "-d", "--no-build", "web", "api")
    images = json.loads(scenario.composer("images", "--format", "json").stdout)
    assert [(one["ContainerName"], one["ID"], one["Repository"], one["Tag"]) for one in images] == [
        (scenario.name("api"), ids[app], f"{registry.host}/{repository}/app", "1"),
        (scenario.name("db"), ids[db], f"{registry.host}/{repository}/db", "1"),
        (scenario.name("web"), ids[app], f"{registry.host}/{repository}/app", "1"),
    ]
    assert scenario.composer("images", "-q", "db").stdout.strip() == ids[db].removeprefix("sha256:")

    before = scenario.ids()
    newer = make_image(scenario.engine, app, mark="newer")
    registry.push(scenario.engine, app)
    scenario.composer("up", "-d", "--no-build", "--pull", "always", "--quiet-pull", "web", "api")
    after = scenario.ids()
    assert {name: after[name] == before[name] for name in before} == {"web-1": False, "api-1": False, "db-1": True}
    assert scenario.holdings().containers[scenario.name("web")]["Image"] == newer


def test_a_registry_with_a_password(
    scenario: Scenario, private_registry: RealRegistry, repository: str, tmp_path: Path
) -> None:
    image = f"{private_registry.host}/{repository}:1"
    make_image(scenario.engine, image)
    scenario.write(f'services: {{web: {{image: "{image}", build: .}}}}')
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    scenario.environment["DOCKER_CONFIG"] = str(nobody)
    refused = scenario.composer("push", code=1)
    assert "no basic auth credentials" in refused.stderr
    assert "`docker login` and its name first" in refused.stderr

    known = private_registry.docker_config(tmp_path / "known")
    scenario.environment["DOCKER_CONFIG"] = str(known)
    scenario.composer("push")
    assert private_registry.tags(repository) == ["1"]
    scenario.engine.remove_image(image)
    scenario.composer("pull")
    assert held(scenario, private_registry.host) == [f"{repository}:1"]

    pinned = scenario.composer("config", "--lock-image-digests").stdout
    digest = scenario.engine.inspect_image(image)["RepoDigests"][0].partition("@")[2]
    assert f"image: {image}@{digest}" in pinned

    scenario.environment["DOCKER_CONFIG"] = str(_with_helper(tmp_path / "helper", scenario))
    scenario.engine.remove_image(image)
    scenario.composer("pull")
    assert held(scenario, private_registry.host) == [f"{repository}:1"]

    wrong = base64.b64encode(f"{USER}:not-it".encode()).decode()
    (known / "config.json").write_text(json.dumps({"auths": {private_registry.host: {"auth": wrong}}}))
    scenario.environment["DOCKER_CONFIG"] = str(known)
    refused = scenario.composer("pull", code=1)
    assert "unauthorized" in refused.stderr or "401" in refused.stderr
    for ran in scenario.history:
        assert not any(secret in str(ran) for secret in (PASSWORD, "not-it", private_registry.login, wrong))


def _with_helper(folder: Path, scenario: Scenario) -> Path:
    """A configuration whose logins a program knows."""
    folder.mkdir()
    program = folder / "docker-credential-tests"
    program.write_text(f"""#!/bin/sh\nprintf '{{"Username": "{USER}", "Secret": "{PASSWORD}"}}'\n""")
    program.chmod(0o755)
    (folder / "config.json").write_text(json.dumps({"credsStore": "tests"}))
    scenario.environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    return folder


def test_images_by_digest(scenario: Scenario, registry: RealRegistry, repository: str) -> None:
    image = f"{registry.host}/{repository}:1"
    made = make_image(scenario.engine, image)
    scenario.engine.push(image)
    digest = scenario.engine.inspect_image(image)["RepoDigests"][0].partition("@")[2]
    scenario.engine.remove_image(image)
    name = image.removesuffix(":1")
    scenario.write(f"""
        services:
          by-digest: {{image: "{name}@{digest}", init: true, command: sleep 60}}
          by-both: {{image: "{image}@{digest}", init: true, command: sleep 60}}
    """)
    scenario.composer("up", "-d")
    assert {document["Image"] for document in scenario.holdings().containers.values()} == {made}
    assert held(scenario, registry.host) == []
    before = scenario.ids()
    scenario.composer("up", "-d")
    scenario.composer("pull")
    assert scenario.ids() == before
    images = json.loads(scenario.composer("images", "--format", "json").stdout)
    assert [(one["Repository"], one["Tag"], one["ID"]) for one in images] == [(name, "", made)] * 2


def test_an_image_for_another_machine(scenario: Scenario, registry: RealRegistry, repository: str) -> None:
    image = f"{registry.host}/{repository}:1"
    make_image(scenario.engine, image)
    registry.push(scenario.engine, image)
    scenario.write(f'services: {{web: {{image: "{image}", init: true, command: sleep 60}}}}')
    scenario.environment["DOCKER_DEFAULT_PLATFORM"] = "linux/s390x"
    refused = scenario.composer("up", "-d", code=1)
    assert f"error: web: cannot pull {image}: " in refused.stderr
    assert "the registry has the image for that platform only" in refused.stderr
    assert scenario.states() == {}
    del scenario.environment["DOCKER_DEFAULT_PLATFORM"]
    scenario.composer("up", "-d")
    assert scenario.states() == {"web-1": "running"}


def test_a_registry_that_is_busy_is_asked_again(scenario: Scenario, repository: str) -> None:
    with contextlib.closing(Registry(repository, failures=2)) as busy:  # HEAD and GET
        scenario.write(f'services: {{web: {{image: "{busy.ref}"}}}}')
        ran = scenario.composer("--progress", "plain", "pull")
        told = ran.stderr.splitlines()
        assert [line.split()[1] for line in told if line.startswith(" web")] == ["Pulling", "Retrying", "Pulled"]
        assert "503 Service Unavailable: attempt 2 of 3 in 1s" in ran.stderr
        gone = f'services: {{web: {{image: "{busy.ref.replace(":latest", ":none")}"}}}}'
        scenario.write(gone)
        before = busy.asked
        refused = scenario.composer("--progress", "plain", "pull", code=1)
        assert "Retrying" not in refused.stderr
        assert "the registry has no such image: check its name and tag" in refused.stderr
        assert busy.asked - before <= 2  # the engine's own HEAD and GET


def test_a_registry_that_hangs(scenario: Scenario, repository: str) -> None:
    with contextlib.closing(Registry(repository, hangs=True)) as silent:
        scenario.write(f'services: {{web: {{image: "{silent.ref}"}}}}')
        scenario.environment["COMPOSER_REGISTRY_TIMEOUT"] = "0.5"
        refused = scenario.composer("--progress", "plain", "up", "-d", code=1)
        assert f"registry {silent.host} gives no answer: nothing came for 0.5 s" in refused.stderr
        assert "Retrying" not in refused.stderr
    assert scenario.engine.ping()
