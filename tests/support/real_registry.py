"""A real image registry on the loopback, with or without a password: a program started here and stopped by its pid.

It listens in the network of the process that starts it, which is the engine's as well. Must not know: engines.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import socket
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import docker

from tests.support.machine import namespace, registry_program

USER, PASSWORD = "ann", "secret"
# bcrypt of PASSWORD, with as little work as the algorithm allows
HTPASSWD = f"{USER}:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"
START_SECONDS = 30.0


class RealRegistry:
    """`host` is `127.0.0.1:PORT`."""

    def __init__(self, folder: Path, *, password: bool = False) -> None:
        program = registry_program.found()
        if program is None:
            raise FileNotFoundError(registry_program.PACKAGE)
        folder.mkdir(parents=True, exist_ok=True)
        self.host = f"127.0.0.1:{_free_port()}"
        self._password = password
        self._log = folder / "registry.log"
        (folder / "htpasswd").write_text(HTPASSWD)
        (folder / "config.yml").write_text(_configuration(self.host, folder, password=password))
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [str(program), "serve", str(folder / "config.yml")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=namespace.die_with_parent,  # noqa: PLW1509  (no threads of ours matter to it)
            )
        try:
            self._await_answer()
        except BaseException:
            self.close()
            raise

    @property
    def login(self) -> str:
        """The `auth` of a Docker configuration file."""
        return base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    def docker_config(self, folder: Path, **more: object) -> Path:
        """A Docker configuration folder that knows the login."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = {"auths": {self.host: {"auth": self.login}}, **more}
        (folder / "config.json").write_text(json.dumps(settings))
        return folder

    def push(self, engine: docker.APIClient, ref: str) -> None:
        """Puts an image of the engine here, and takes it from the engine."""
        login = {"username": USER, "password": PASSWORD} if self._password else None
        said = engine.push(ref, auth_config=login)
        assert "errorDetail" not in said, said
        engine.remove_image(ref)

    def tags(self, name: str) -> list[str]:
        """The tags of a repository as the registry lists them, [] for one that it does not have."""
        request = urllib.request.Request(f"http://{self.host}/v2/{name}/tags/list")
        if self._password:
            request.add_header("Authorization", f"Basic {self.login}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return sorted(json.load(answer)["tags"] or ())
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                return []
            raise

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=5):
                return
            time.sleep(0.05)
        raise AssertionError(f"the registry did not start:\n{self._log.read_text()[-2000:]}")

    @property
    def _port(self) -> int:
        return int(self.host.rpartition(":")[2])


@contextlib.contextmanager
def running(folder: Path, *, password: bool = False) -> Iterator[RealRegistry]:
    made = RealRegistry(folder, password=password)
    try:
        yield made
    finally:
        made.close()


def make_image(engine: docker.APIClient, ref: str, *, mark: str = "") -> str:
    """An image of busybox with a file of its own, so that its layer is no other image's; its id."""
    container = engine.create_container("busybox:latest", ["true"])["Id"]
    try:
        engine.put_archive(container, "/", _archive(f"{ref} {mark}"))
        repository, _, tag = ref.rpartition(":")
        return str(engine.commit(container, repository=repository, tag=tag, changes='CMD ["sh"]')["Id"])
    finally:
        engine.remove_container(container)


def _archive(content: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo("mark")
        entry.size = len(content.encode())
        tar.addfile(entry, io.BytesIO(content.encode()))
    return buffer.getvalue()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _configuration(host: str, folder: Path, *, password: bool) -> str:
    lines = ["version: 0.1", "log: {level: error}", "storage:", f"  filesystem: {{rootdirectory: {folder}/data}}"]
    lines += ["  delete: {enabled: true}", f"http: {{addr: '{host}'}}"]
    if password:
        lines.append(f"auth: {{htpasswd: {{realm: test, path: {folder}/htpasswd}}}}")
    return "\n".join(lines) + "\n"
