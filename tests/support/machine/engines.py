"""Which engine a command gets: one that answers already, or a private one of a chosen kind.

found         whatever DOCKER_HOST, the docker context or the default socket leads to
distribution  a private engine from the distribution's docker.io
modern        a private engine, docker compose and buildx from a newer Debian suite
auto          for tests: modern where it can be had, else found; for the demo: found, else distribution
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors

from tests.support.machine import apt, daemon, images, modern, namespace, registry_program
from tests.support.machine.announce import SetUpError, say
from tests.support.machine.folders import cache

KINDS = ("auto", "found", "distribution", "modern")
ENGINE_PACKAGES = ["docker.io", "iptables"]
DISTRIBUTION_PROGRAMS = ["dockerd", "docker", "docker-proxy", "docker-init", "runc"]
DISTRIBUTION_PROGRAMS += ["containerd", "containerd-shim", "containerd-shim-runc-v2"]


@contextlib.contextmanager
def provided(kind: str, *, purpose: str) -> Iterator[dict[str, str]]:
    """The environment in which `docker`, `composer` and the tests reach the engine. Raises SetUpError."""
    if kind not in KINDS:
        raise SetUpError(f"ENGINE is one of {', '.join(KINDS)}, not {kind!r}")
    if kind == "auto":
        kind = _choose(purpose)
    if kind == "found":
        environment = dict(os.environ)
        if purpose == "tests":
            registry_program.ensure()
        _load_images(environment, registry=True)
        yield environment
        return
    packages = [*ENGINE_PACKAGES, "busybox-static", *([] if images.debian_cached() else ["mmdebstrap"])]
    _install(packages)
    environment = _environment(kind, purpose)
    images.debian_files()  # needs the network, so before the private one is entered
    if purpose == "tests":
        registry_program.ensure()
    own_network = purpose == "tests" and namespace.enter()
    with daemon.running(kind, environment, own_network=own_network) as address:
        environment["DOCKER_HOST"] = address
        _load_images(environment, registry=False)
        yield environment


def _choose(purpose: str) -> str:
    private = apt.usable() and apt.release("ID") == "debian"
    if purpose == "tests" and private:
        return "modern"
    answer = _version(dict(os.environ))
    if answer:
        say(f"an engine answers already: version {answer}")
        return "found"
    if apt.usable():
        return "distribution"
    raise SetUpError(
        "no Docker Engine answers (DOCKER_HOST, docker context, default socket), and one can be installed here "
        "only by root on Debian or Ubuntu: start Docker, or run this as root there"
    )


def _install(packages: list[str]) -> None:
    if all(apt.installed(package) for package in packages):
        return
    if not apt.usable():
        raise SetUpError(f"a private engine needs {' '.join(packages)}: install them, or run this as root on Debian")
    apt.install(packages)


def _environment(kind: str, purpose: str) -> dict[str, str]:
    """Programs and client configuration of the private engine; the user's own configuration stays out of it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    path = [os.environ.get("PATH", ""), "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"]
    config = cache() / "client-config"
    if purpose == "tests" and apt.release("ID") == "debian":
        home = modern.ensure()  # docker compose, which the tests compare with, on either engine
        path.insert(0, str(home / "bin"))
        config = home / "config"
    if kind == "distribution":
        path.insert(0, _own_programs())
    config.mkdir(exist_ok=True)
    environment |= {"PATH": ":".join(path), "DOCKER_CONFIG": str(config)}
    return environment


def _own_programs() -> str:
    """A folder with the distribution's dockerd and docker, so that others on PATH do not come first."""
    folder = cache() / "distribution-bin"
    folder.mkdir(exist_ok=True)
    for program in DISTRIBUTION_PROGRAMS:
        real = next((at / program for at in (Path("/usr/sbin"), Path("/usr/bin")) if (at / program).exists()), None)
        link = folder / program
        if real and not link.is_symlink():
            link.symlink_to(real)
    return str(folder)


def _load_images(environment: dict[str, str], *, registry: bool) -> None:
    client = _client(environment)
    try:
        images.ensure_busybox(client, registry=registry)
        images.ensure_debian(client, registry=registry)
        version = client.version()
        say(f"engine {version['Version']}, API {version['ApiVersion']}; compose peer: {_peer(environment)}")
    finally:
        client.close()


def _client(environment: dict[str, str]) -> docker.APIClient:
    return docker.from_env(environment=environment, timeout=300).api


def _version(environment: dict[str, str]) -> str:
    try:
        client = _client(environment)
        try:
            return client.version()["Version"]
        finally:
            client.close()
    except (docker.errors.DockerException, OSError):
        return ""


def _peer(environment: dict[str, str]) -> str:
    client = shutil.which("docker", path=environment.get("PATH"))
    if not client:
        return "none"
    command = [client, "compose", "version", "--short"]
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else "none"
