"""The lines of a transfer, and which of them are trouble."""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from composer.engine.connect import Address
from composer.engine.port import PullProgress
from composer.engine.transfers import Transfers, parse_progress, patience_of, trouble_in
from composer.errors import EngineError, EngineRefused, EngineUnreachable, NotFound, RegistrySilent, UsageError


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"status": "Pulling from library/busybox", "id": "latest"}, PullProgress("", "Pulling from library/busybox")),
        ({"status": "Pulling fs layer", "progressDetail": {}, "id": "1"}, PullProgress("1", "Pulling fs layer")),
        (
            {"status": "Downloading", "progressDetail": {"current": 5, "total": 9}, "progress": "[>]", "id": "1"},
            PullProgress("1", "Downloading", 5, 9),
        ),
        ({"status": "Digest: sha256:1"}, PullProgress("", "Digest: sha256:1")),
        ({}, PullProgress("", "")),
    ],
)
def test_progress(line: dict[str, Any], expected: PullProgress) -> None:
    assert parse_progress(line) == expected


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ({"status": "Downloading"}, ""),
        ({"errorDetail": {"message": "no space"}, "error": "no space"}, "no space"),
        ({"error": "old engines"}, "old engines"),
        (
            {"status": "WARNING: image with reference x was found but does not match the specified platform: wanted a"},
            "image with reference x was found but does not match the specified platform: wanted a",
        ),
    ],
)
def test_trouble(line: dict[str, Any], trouble: str) -> None:
    assert trouble_in(line) == trouble


class Engine:
    """Answers one request on a unix socket with `content`, then hangs up, or goes on saying nothing."""

    def __init__(self, folder: Path, content: bytes, *, hangs: bool = False) -> None:
        self.requests: list[bytes] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "s"))
        self._listener.listen()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._answer, args=(content, hangs))
        self._thread.start()
        self.address = Address("unix", path=str(folder / "s"))

    def _answer(self, content: bytes, hangs: bool) -> None:
        connection, _ = self._listener.accept()
        with connection:
            self.requests.append(connection.recv(65536))
            connection.sendall(content)
            if hangs:
                self._over.wait(60)

    def transfers(self, **environment: str) -> Transfers:
        return Transfers(self.address, lambda path: f"/v1.51{path}", {"DOCKER_CONFIG": "/none", **environment})

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._listener.close()


@contextlib.contextmanager
def engine(folder: Path, *lines: object, status: str = "200 OK", hangs: bool = False) -> Iterator[Engine]:
    body = b"".join(json.dumps(line).encode() + b"\r\n" for line in lines)
    made = Engine(folder, f"HTTP/1.0 {status}\r\n\r\n".encode() + body, hangs=hangs)
    yield made
    made.close()


LINES = (
    {"status": "Pulling from a", "id": "1"},
    {"status": "Downloading", "id": "x", "progressDetail": {"current": 1}},
)
TOLD = [PullProgress("", "Pulling from a"), PullProgress("x", "Downloading", 1)]
DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "platform", "path"),
    [
        ("redis", None, "/images/create?fromImage=redis&tag=latest"),
        ("docker.io/library/redis:7", "linux/arm64", "/images/create?fromImage=redis&tag=7&platform=linux/arm64"),
        ("127.0.0.1:5000/a:1", None, "/images/create?fromImage=127.0.0.1:5000/a&tag=1"),
        (f"a/b:1@{DIGEST}", None, f"/images/create?fromImage=a/b&tag={DIGEST}"),
    ],
)
def test_a_pull_is_asked_for_by_name_and_version(tmp_path: Path, image: str, platform: str | None, path: str) -> None:
    told: list[PullProgress] = []
    with engine(tmp_path, *LINES) as made:
        made.transfers().pull(image, platform=platform, tell=told.append)
    assert told == TOLD
    assert made.requests[0].startswith(f"POST /v1.51{path} HTTP/1.0\r\n".encode())
    assert b"X-Registry-Auth: e30=\r\n" in made.requests[0]


def test_a_push_is_sent_with_the_login(tmp_path: Path) -> None:
    login = json.dumps({"auths": {"h:1": {"auth": base64.b64encode(b"ann:secret").decode()}}})
    with engine(tmp_path, *LINES) as made:
        made.transfers(DOCKER_AUTH_CONFIG=login).push("h:1/a:2", tell=lambda _: None)
    head = made.requests[0].decode()
    assert head.startswith("POST /v1.51/images/h:1/a/push?tag=2 HTTP/1.0\r\n")
    sent = head.partition("X-Registry-Auth: ")[2].partition("\r\n")[0]
    assert json.loads(base64.urlsafe_b64decode(sent)) == {
        "username": "ann",
        "password": "secret",
        "serveraddress": "h:1",
    }


@pytest.mark.parametrize(
    ("status", "lines", "kind", "message"),
    [
        ("404 Not Found", [{"message": "manifest for a not found"}], NotFound, "^manifest for a not found$"),
        ("500 Oh", [{"message": "manifest unknown"}], NotFound, "^manifest unknown$"),
        ("200 OK", [*LINES, {"errorDetail": {"message": "unexpected EOF"}}], EngineRefused, "^unexpected EOF$"),
    ],
)
def test_refusals(tmp_path: Path, status: str, lines: list[object], kind: type[EngineError], message: str) -> None:
    with engine(tmp_path, *lines, status=status) as made, pytest.raises(kind, match=message):
        made.transfers().pull("a", platform=None, tell=lambda _: None)


@pytest.mark.parametrize("content", [b"", b"HTTP/1.0 200 OK\r\n\r\n", b'HTTP/1.0 200 OK\r\n\r\n{"status": "x"}\n'])
def test_a_registry_that_hangs(tmp_path: Path, content: bytes) -> None:
    made = Engine(tmp_path, content, hangs=True)
    with pytest.raises(RegistrySilent, match=r"^registry h:1 gives no answer: nothing came for 0.2 s$"):
        made.transfers(COMPOSER_REGISTRY_TIMEOUT="0.2").pull("h:1/a", platform=None, tell=lambda _: None)
    made.close()


def test_an_engine_that_hangs_up_in_the_middle(tmp_path: Path) -> None:
    made = Engine(tmp_path, b'HTTP/1.0 200 OK\r\n\r\n{"status": "Downl')
    with pytest.raises(EngineUnreachable, match="ended in the middle of a line"):
        made.transfers().pull("a", platform=None, tell=lambda _: None)
    made.close()


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_patience_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match=f"^COMPOSER_REGISTRY_TIMEOUT is '{text}'$"):
        patience_of({"COMPOSER_REGISTRY_TIMEOUT": text})
