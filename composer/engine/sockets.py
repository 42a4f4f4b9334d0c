"""Where engines put their sockets when it is not the usual place: rootless Docker, Docker Desktop, Colima, Podman …

Pure: the caller says what is there. Must not know: contexts and DOCKER_HOST, which come first (`connect`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from composer.engine.connect import Address

if TYPE_CHECKING:
    from composer.engine.connect import SocketFinder


def find_socket(environment: Mapping[str, str], is_socket: SocketFinder) -> Address | None:
    """The first that is there, as an address whose origin says whose it is; None if there is none."""
    for product, path in candidates(environment):
        if is_socket(path):
            return Address("unix", path=path, origin=f"{product}, found at its usual place")
    return None


def candidates(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Product and path, the likeliest first. Docker's own come before Podman's, which only speaks the same API."""
    home = environment.get("HOME") or posixpath.expanduser("~")
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    config = environment.get("XDG_CONFIG_HOME") or posixpath.join(home, ".config")
    if runtime:
        yield "rootless Docker", posixpath.join(runtime, "docker.sock")
    yield "Docker Desktop", posixpath.join(home, ".docker/run/docker.sock")
    yield "Docker Desktop", posixpath.join(home, ".docker/desktop/docker.sock")
    yield "Colima", posixpath.join(environment.get("COLIMA_HOME") or f"{home}/.colima", "default/docker.sock")
    yield "Colima", posixpath.join(config, "colima/default/docker.sock")
    yield "OrbStack", posixpath.join(home, ".orbstack/run/docker.sock")
    yield "Rancher Desktop", posixpath.join(home, ".rd/docker.sock")
    if runtime:
        yield "rootless Podman", posixpath.join(runtime, "podman/podman.sock")
    yield "Podman", "/run/podman/podman.sock"
    yield "Podman machine", posixpath.join(home, ".local/share/containers/podman/machine/podman.sock")
