"""From a plain request to a connection that speaks HTTP/2. Must not know: what it is for."""

from __future__ import annotations

from collections.abc import Iterable
from socket import socket
from typing import TYPE_CHECKING

from composer.engine import wire
from composer.engine.errors import refusal, unreachable, words

if TYPE_CHECKING:
    from composer.engine.connect import Address


def open_upgraded(address: Address, path: str, headers: Iterable[tuple[str, str]] = ()) -> tuple[socket, bytes]:
    """The socket after `101`, and what came behind the answer. `path` with the API's version.

    Raises EngineUnreachable, and EngineRefused or NotFound when the engine has no such thing.
    """
    sock = wire.connect(address)
    try:
        sock.settimeout(wire.ANSWER_SECONDS)
        sock.sendall(_request(address, path, headers))
        status, _, early = wire.read_header(address, sock)
    except OSError as error:
        sock.close()
        raise unreachable(address, error) from error
    except BaseException:
        sock.close()
        raise
    if status != 101:
        sock.close()
        raise refusal(status, words(early))
    return sock, early


def _request(address: Address, path: str, headers: Iterable[tuple[str, str]]) -> bytes:
    host = address.host_and_port if address.kind == "tcp" else "docker"
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "User-Agent: composer", "Connection: Upgrade", "Upgrade: h2c"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers), "", ""]).encode()
