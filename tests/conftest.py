"""Fixtures of every layer that needs an engine. Layers that need none must not ask for these.

Without an engine these tests are skipped on a developer's machine, and fail where one is promised
(`tests.support.absent`).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import pytest

from tests.support.absent import absent
from tests.support.holdings import Inventory, projects
from tests.support.machine import registry_program
from tests.support.real_registry import RealRegistry, running
from tests.support.scenario import Scenario

PREFIX = "composer-test-"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.APIClient]:
    """The engine that DOCKER_HOST, the docker context or the default socket leads to."""
    try:
        client = docker.from_env(timeout=60).api
        client.ping()
    except docker.errors.DockerException as error:
        absent(f"no Docker Engine answers: {error}")
    _sweep_dead_sessions(client)
    yield client
    client.close()


@pytest.fixture(scope="session")
def peer() -> str:
    """The version of docker compose to compare with."""
    with contextlib.suppress(OSError):
        command = ["docker", "compose", "version", "--short"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.strip()
    absent("docker compose is not installed")
    raise AssertionError


@pytest.fixture
def scenario(request: pytest.FixtureRequest, engine: docker.APIClient, tmp_path: Path) -> Iterator[Scenario]:
    """A project of this test alone, gone at the end."""
    made = Scenario(tmp_path, unique_project(), engine)
    request.node.stash[_SCENARIO] = made
    yield made
    made.sweep()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[RealRegistry]:
    """A registry that asks nobody for a password."""
    yield from _registry(tmp_path / "registry", password=False)


@pytest.fixture
def private_registry(tmp_path: Path) -> Iterator[RealRegistry]:
    """A registry that answers only those who log in."""
    yield from _registry(tmp_path / "private-registry", password=True)


def _registry(folder: Path, *, password: bool) -> Iterator[RealRegistry]:
    if registry_program.found() is None:
        absent("docker-registry is not here")
    with running(folder, password=password) as made:
        yield made


def unique_project() -> str:
    """A project name with this session's process id, so that a later session can sweep up after a crash."""
    return f"{PREFIX}{os.getpid()}-{next(_numbers)}"


def _sweep_dead_sessions(client: docker.APIClient) -> None:
    for project in projects(client):
        session = project.removeprefix(PREFIX).split("-")[0]
        if project.startswith(PREFIX) and session.isdigit() and not Path(f"/proc/{session}").exists():
            Inventory(client, project).sweep()


_SCENARIO = pytest.StashKey[Scenario]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show every command of a failed scenario with what it said."""
    report = yield
    made = item.stash.get(_SCENARIO, None)
    if report.when == "call" and report.failed and made is not None:
        report.sections.append(("commands of this scenario", "\n".join(str(ran) for ran in made.history)))
        with contextlib.suppress(docker.errors.DockerException):
            report.sections.append(("what the engine holds", "\n".join(f"{n}: {s}" for n, s in made.states().items())))
    return report
