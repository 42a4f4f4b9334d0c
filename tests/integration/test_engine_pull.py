"""Pulling from a registry on the loopback: progress, refusals, logins."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from composer.engine.connect import resolve
from composer.engine.docker_sdk import SdkEngine
from composer.engine.port import PullProgress
from composer.errors import EngineError, EngineRefused, NotFound
from tests.conftest import unique_project
from tests.support.registry import Registry

pytestmark = pytest.mark.engine


@pytest.fixture
def acting(engine: docker.APIClient) -> Iterator[SdkEngine]:
    made = SdkEngine(resolve(os.environ), environment=os.environ)
    yield made
    made.close()


@contextlib.contextmanager
def registry(acting: SdkEngine, **settings: object) -> Iterator[Registry]:
    made = Registry(unique_project(), **settings)  # type: ignore[arg-type]
    yield made
    made.close()
    with contextlib.suppress(EngineError):
        acting.remove_image(made.ref)


def pull(acting: SdkEngine, ref: str, platform: str | None = None) -> list[PullProgress]:
    lines: list[PullProgress] = []
    acting.pull(ref, platform=platform, on_progress=lines.append)
    return lines


def test_a_pull_tells_its_layers_and_the_image_is_there(acting: SdkEngine) -> None:
    with registry(acting) as made:
        assert acting.image(made.ref) is None
        lines = pull(acting, made.ref)
        image = acting.image(made.ref)
        again = pull(acting, made.ref)
        acting.remove_image(made.ref)
        assert acting.image(made.ref) is None
    layers = {line.layer for line in lines if line.layer}
    assert (len(layers), lines[0].layer, lines[0].status) == (1, "", f"Pulling from {made.name}")
    assert "Pull complete" in [line.status for line in lines]
    assert [line.total for line in lines if line.current]
    assert image is not None
    assert (image.has_healthcheck, image.volumes) == (True, ("/data",))
    assert any("up to date" in line.status for line in again)


def test_an_unknown_tag_is_not_found(acting: SdkEngine) -> None:
    with registry(acting) as made, pytest.raises(NotFound, match=r"manifest unknown|not found"):
        pull(acting, made.ref.replace(":latest", ":none"))


def test_an_image_for_another_machine_is_refused(acting: SdkEngine) -> None:
    with (
        registry(acting, architecture="s390x") as made,
        pytest.raises(EngineError, match=r"does not match the specified platform|no matching manifest"),
    ):
        pull(acting, made.ref, "linux/amd64")


def test_a_login_of_the_docker_configuration_is_used(
    acting: SdkEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with registry(acting, login=("ann", "secret")) as made:
        with pytest.raises(EngineRefused, match=r"no basic auth credentials|unauthorized|authentication"):
            pull(acting, made.ref)
        login = base64.b64encode(b"ann:secret").decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {made.host: {"auth": login}}}))
        pull(acting, made.ref)
        assert made.seen_logins[-1] == f"Basic {login}"
