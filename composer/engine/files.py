"""Archives and images of containers over the bare socket: `filing.Files`. Everything streams, both ways.

Must not know: how archives are made or unpacked.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from composer.engine import wire
from composer.engine.errors import broken, refusal, unreachable, words
from composer.engine.filing import PathStat
from composer.engine.talk import PATIENCE, SocketTalk

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from composer.engine.connect import Address
    from composer.engine.filing import ByteSink, ByteSource, CommitRequest

STAT = "x-docker-container-path-stat"
DIRECTORY, SYMLINK = 1 << 31, 1 << 27  # bits of a Go file mode
IRREGULAR = (1 << 26) | (1 << 25) | (1 << 24) | (1 << 21) | (1 << 19)  # devices, pipes, sockets
_CHUNKED = {"Transfer-Encoding": "chunked", "Content-Type": "application/x-tar", "Connection": "close"}


class SocketFiles(SocketTalk):
    """Thread-safe, as `SocketReader` is; each stream belongs to one thread."""

    def stat_path(self, container: str, path: str) -> PathStat | None:
        """A refusal has no words here: a HEAD has no body."""
        connection = wire.open_stream(self._address, "HEAD", self._api_path(_archive(container, path)))
        connection.close()
        if connection.status == 404:
            return None
        if connection.status >= 400:
            raise refusal(connection.status, "")
        return parse_stat(connection.headers)

    def get_archive(self, container: str, path: str) -> tuple[PathStat, ByteSource]:
        connection = self._stream(_archive(container, path))
        return parse_stat(connection.headers), _Source(self._address, connection)

    def send_archive(self, container: str, folder: str, write: Callable[[ByteSink], object], *, owners: bool) -> None:
        parameters = {"path": folder, "noOverwriteDirNonDir": "true", "copyUIDGID": "true" if owners else ""}
        path = f"/containers/{wire.quote(container)}/archive" + wire.query(parameters)
        response = upload(self._address, "PUT", self._api_path(path), write)
        if response.status >= 400:
            raise refusal(response.status, words(response.body))

    def export(self, container: str) -> ByteSource:
        return _Source(self._address, self._stream(f"/containers/{wire.quote(container)}/export"))

    def commit(self, container: str, request: CommitRequest) -> str:
        parameters = {
            "container": container,
            "repo": request.repository,
            "tag": request.tag,
            "author": request.author,
            "comment": request.message,
            "pause": "true" if request.pause else "false",
        }
        changes = "".join(f"&changes={wire.quote(change)}" for change in request.changes)
        return str(self._post("/commit" + wire.query(parameters) + changes, body={})["Id"])


def parse_stat(headers: Mapping[str, str]) -> PathStat:
    """What the engine says of a path, from the header of its answer."""
    import base64  # noqa: PLC0415 - rare

    found: dict[str, Any] = json.loads(base64.b64decode(headers[STAT]))
    mode = int(found["mode"])
    target = found.get("linkTarget") or "" if mode & SYMLINK else ""
    return PathStat(found["name"], bool(mode & DIRECTORY), target, not mode & IRREGULAR)


def upload(address: Address, method: str, path: str, write: Callable[[ByteSink], object]) -> wire.Response:
    """Sends what `write` writes, of whatever length, and gives the answer. Raises EngineUnreachable.

    The engine may answer before it has read everything, when it does not want it: then nothing more is sent.
    """
    sock = wire.connect(address)
    try:
        sock.settimeout(PATIENCE)
        sock.sendall(wire.head(address, method, path, None, _CHUNKED, version="1.1"))
        with suppress(BrokenPipeError, ConnectionResetError):
            write(_Chunks(sock))
            sock.sendall(b"0\r\n\r\n")
        return _answer(address, sock)
    except OSError as error:
        raise unreachable(address, error) from error
    finally:
        sock.close()


def _answer(address: Address, sock: socket.socket) -> wire.Response:
    status, headers, body = wire.read_header(address, sock)
    while data := sock.recv(wire.RECEIVE_BYTES):
        body += data
    return wire.Response(status, headers, body)


class _Chunks:
    """HTTP's chunked coding: for what has no length yet."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def write(self, data: bytes, /) -> int:
        if data:
            self._socket.sendall(b"%x\r\n%b\r\n" % (len(data), data))
        return len(data)


class _Source:
    def __init__(self, address: Address, connection: wire.Connection) -> None:
        self._address = address
        self._connection = connection
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        if not self._rest:
            try:
                self._rest = self._connection.receive()
            except TimeoutError as error:
                raise broken(self._address, "no more of the archive came") from error
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def close(self) -> None:
        self._connection.close()


def _archive(container: str, path: str) -> str:
    return f"/containers/{wire.quote(container)}/archive" + wire.query({"path": path})
