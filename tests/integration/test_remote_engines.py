"""The engine behind ssh (a stand-in for the program), behind TLS with certificates on both sides, and by context."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import selectors
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import stand_in_ssh
from tests.support.scenario import Scenario

pytestmark = pytest.mark.engine

STACK = """
    services:
      web: {image: busybox, init: true, command: sleep 600, healthcheck: {test: [CMD, 'true'], interval: 1s}}
"""


@pytest.fixture
def engine_socket(engine: object) -> str:
    del engine
    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        pytest.skip("the engine of the tests has no socket on this machine")
    return host.removeprefix("unix://")


def live(scenario: Scenario) -> None:
    """A whole life through whatever leads to the engine."""
    scenario.composer("up", "-d", "--wait")
    assert scenario.states_when_ready() == {"web-1": "ready"}
    assert scenario.composer("ps", "--services").stdout == "web\n"
    scenario.composer("restart", "-t", "1")
    scenario.composer("down", "-t", "1")
    assert scenario.holdings().names == []


def test_ssh(scenario: Scenario, engine_socket: str, tmp_path: Path) -> None:
    programs, temporary = tmp_path / "bin", tmp_path / "tmp"
    stand_in_ssh.write_to(programs)
    temporary.mkdir()
    scenario.environment |= {
        "DOCKER_HOST": f"ssh://ann@box:2222{engine_socket}",
        "PATH": f"{programs}:{os.environ['PATH']}",
        "TMPDIR": str(temporary),
    }
    scenario.write(STACK)
    live(scenario)
    calls = (programs / "calls").read_text().splitlines()
    assert len(calls) == 4, "one ssh a command"
    assert all(" -p 2222 " in call and " -- ann@box " in call for call in calls)
    assert list(temporary.glob("composer-ssh-*")) == []
    told = scenario.composer("--verbose", "ps", "-q").stderr
    assert told == f"engine: ssh://ann@box:2222{engine_socket} (DOCKER_HOST)\n"


def test_a_context_that_leads_through_ssh(scenario: Scenario, engine_socket: str, tmp_path: Path) -> None:
    programs, configuration = tmp_path / "bin", tmp_path / "docker"
    stand_in_ssh.write_to(programs)
    folder = configuration / "contexts" / "meta" / hashlib.sha256(b"far").hexdigest()
    folder.mkdir(parents=True)
    host = f"ssh://box{engine_socket}"
    (folder / "meta.json").write_text(json.dumps({"Name": "far", "Endpoints": {"docker": {"Host": host}}}))
    scenario.environment.pop("DOCKER_HOST", None)
    scenario.environment |= {"DOCKER_CONFIG": str(configuration), "PATH": f"{programs}:{os.environ['PATH']}"}
    assert scenario.composer("--context", "far", "--verbose", "ls", "-q").stderr == f"engine: {host} (context far)\n"
    unknown = scenario.composer("--context", "gone", "ls", code=1)
    assert "the Docker context 'gone' (from DOCKER_CONTEXT) does not exist" in unknown.stderr


def test_tls(scenario: Scenario, engine_socket: str, tmp_path: Path) -> None:
    ours, stranger = authority(tmp_path / "ours"), authority(tmp_path / "stranger")
    with proxy(ours, engine_socket) as port:
        scenario.environment |= {
            "DOCKER_HOST": f"tcp://localhost:{port}",
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": str(ours),
            # Meant for other programs: it must not take the place of the engine's own authority.
            "REQUESTS_CA_BUNDLE": str(stranger / "ca.pem"),
        }
        scenario.write(STACK)
        live(scenario)
        scenario.environment["DOCKER_CERT_PATH"] = str(stranger)
        refused = scenario.composer("--exit-codes", "fine", "ls", code=9)
        assert f"cannot reach the Docker Engine at tcp://localhost:{port} (from DOCKER_HOST)" in refused.stderr
        assert "certificate" in refused.stderr


def authority(folder: Path) -> Path:
    """A certificate authority with a pair that serves both sides: ca.pem, cert.pem, key.pem."""
    folder.mkdir()
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=authority"]
    request = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    sign = ["openssl", "x509", "-req", "-days", "1", "-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial"]
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for command in (
        [*run, "-keyout", "ca-key.pem", "-out", "ca.pem"],
        [*request, "-keyout", "key.pem", "-out", "request.pem"],
        [*sign, "-in", "request.pem", "-out", "cert.pem", "-extfile", "names"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@contextlib.contextmanager
def proxy(certificates: Path, engine_socket: str) -> Iterator[int]:
    """TLS in front of the engine, for clients with a certificate of the same authority; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificates / "ca.pem"))
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = threading.Thread(target=_accept, args=(listening, context, engine_socket), daemon=True)
        accepting.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listening: socket.socket, context: ssl.SSLContext, engine_socket: str) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(plain, context, engine_socket), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, engine_socket: str) -> None:
    """Whole pieces both ways until either side ends."""
    with (
        contextlib.suppress(OSError),
        context.wrap_socket(plain, server_side=True) as client,
        socket.socket(socket.AF_UNIX) as there,
        selectors.DefaultSelector() as waiting,
    ):
        there.connect(engine_socket)
        waiting.register(client, selectors.EVENT_READ, there)
        waiting.register(there, selectors.EVENT_READ, client)
        while True:
            for key, _ in waiting.select():
                source = client if key.fileobj is client else there
                data = source.recv(65536)
                if not data:
                    return
                key.data.sendall(data)
                while source is client and client.pending():
                    there.sendall(client.recv(65536))
