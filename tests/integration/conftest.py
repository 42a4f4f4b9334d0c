"""What the contract tests of engines run on: the fake and the real one, both behind the port."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import docker
import pytest

from composer.engine.connect import resolve
from composer.engine.docker_sdk import SdkEngine
from composer.engine.fake import FakeEngine
from tests.conftest import unique_project
from tests.support.stage import IMAGE, Stage


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.engine)])
def stage(request: pytest.FixtureRequest) -> Stage:
    made: Stage = request.getfixturevalue(f"{request.param}_stage")
    return made


@pytest.fixture
def fake_stage() -> Iterator[Stage]:
    made = Stage(FakeEngine(images=[IMAGE], start=time.time()), "composer-fake")
    yield made
    made.sweep()


@pytest.fixture
def real_stage(engine: docker.APIClient) -> Iterator[Stage]:
    acting = SdkEngine(resolve(os.environ))
    made = Stage(acting, unique_project())
    yield made
    made.sweep()
    acting.close()
