"""Engines behind ssh: one process that forwards a socket, with a stand-in for the ssh program."""

from __future__ import annotations

import socket
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from composer.engine import ssh
from composer.engine.connect import Address
from composer.engine.wire import request
from composer.errors import EngineUnreachable
from tests.support.stand_in_ssh import put_on_path

BOX = Address("ssh", host="ann@box", port=2222, path="/run/d.sock", origin="DOCKER_HOST")


def test_what_ssh_is_called_with() -> None:
    assert ssh.command(BOX, "/tmp/x/engine.sock") == (
        *("-T", "-o", "ExitOnForwardFailure=yes", "-o", "StreamLocalBindUnlink=yes"),
        *("-o", "ConnectTimeout=15", "-o", "ControlPath=none"),
        *("-p", "2222", "-L", "/tmp/x/engine.sock:/run/d.sock", "--", "ann@box"),
        "echo composer-ready; exec cat >/dev/null",
    )
    assert "-p" not in ssh.command(Address("ssh", host="box", path="/run/d.sock"), "/tmp/x")


def test_requests_go_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_path(tmp_path / "bin", monkeypatch)
    there = tmp_path / "there.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(there))
        listening.listen()
        answering = threading.Thread(target=_answer, args=(listening, 2))
        answering.start()
        address = Address("ssh", host="ann@box", path=str(there), origin="DOCKER_HOST")
        assert [request(address, "GET", "/_ping").body for _ in range(2)] == [b"OK", b"OK"]
        answering.join()
    assert (tmp_path / "bin" / "calls").read_text().count("ann@box") == 1, "one process for both"


def test_what_ssh_complains_of_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "ssh"
    program.write_text(
        textwrap.dedent(f"""\
        #!{sys.executable}
        import sys
        sys.stderr.write("Warning: added to the list of known hosts\\nann@box: Permission denied (publickey).\\n")
        sys.exit(255)
        """)
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    address = Address("ssh", host="ann@refusing", path="/run/d.sock", origin="DOCKER_HOST")
    with pytest.raises(EngineUnreachable) as raised:
        request(address, "GET", "/_ping")
    assert raised.value.message == (
        "cannot reach the Docker Engine at ssh://ann@refusing/run/d.sock (from DOCKER_HOST): "
        "ann@box: Permission denied (publickey)."
    )
    assert raised.value.hint == "does `ssh ann@refusing` work without a password, and is /run/d.sock there?"


def _answer(listening: socket.socket, times: int) -> None:
    for _ in range(times):
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nOK")
