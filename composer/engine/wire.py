"""A small HTTP/1.0 client for the engine's socket: whole answers, and open streams.

HTTP/1.0 because the engine then never uses chunked coding: an answer ends where the connection does, and a
stream is the bare socket after the header. One connection per request. The standard `http.client` is left
alone: loading it takes longer than the whole of `ps` on the wire. Raises `EngineUnreachable` when there
is no answer; a status is never an error here. Must not know: what the paths mean.
"""

from __future__ import annotations

import select
import socket
from _thread import allocate_lock  # `threading` itself is not needed by commands that only read
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from composer.engine.errors import broken, unreachable
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from composer.engine.connect import Address, Tls

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 120.0
RECEIVE_BYTES = 64 * 1024
LONGEST_HEADER = 64 * 1024
NO_HEADERS: Mapping[str, str] = {}

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/:@")


class Source(Protocol):
    """Whatever bytes can be received from, as from a socket."""

    def recv(self, size: int, /) -> bytes: ...


@value()
class Response:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """An open answer: the header has been read, `receive` gives what follows.

    One thread receives; `close` may come from any thread and ends a blocked `receive` at once.
    """

    def __init__(self, address: Address, sock: socket.socket) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self.is_closed = False
        self._address = address
        self._socket = sock
        self._early = b""
        self._receiving = allocate_lock()
        self._poll: select.poll | None = None

    def send_request(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> None:
        self._socket.sendall(head(self._address, method, path, body, more) + (body or b""))
        self.status, self.headers, self._early = read_header(self._address, self._socket)

    def fileno(self) -> int:
        return self._socket.fileno()

    def set_timeout(self, seconds: float | None) -> None:
        """How long `receive` may block; None: for ever."""
        self._socket.settimeout(seconds)

    @property
    def is_ready(self) -> bool:
        """`receive` would not block. For the thread that receives."""
        if self._early or self.is_closed or (self._address.tls is not None and self._is_decrypted()):
            return True
        if self._poll is None:
            self._poll = select.poll()
            self._poll.register(self._socket, select.POLLIN)
        return bool(self._poll.poll(0))

    def _is_decrypted(self) -> bool:
        pending: Callable[[], int] | None = getattr(self._socket, "pending", None)
        return pending is not None and pending() > 0

    def receive(self) -> bytes:
        """The next bytes; b"" at the end or after `close`. Raises EngineUnreachable, TimeoutError."""
        if self._early:
            early, self._early = self._early, b""
            return early
        with self._receiving:
            try:
                return b"" if self.is_closed else self._socket.recv(RECEIVE_BYTES)
            except TimeoutError:
                raise
            except OSError as error:
                if self.is_closed:
                    return b""
                raise unreachable(self._address, error) from error

    def receive_all(self) -> bytes:
        """The rest of the answer. Raises EngineUnreachable, also if the engine hangs up before the end."""
        parts = []
        try:
            while data := self.receive():
                parts.append(data)
        except TimeoutError as error:
            raise unreachable(self._address, error) from error
        content = b"".join(parts)
        announced = self.headers.get("content-length", "")
        if announced.isdecimal() and len(content) < int(announced):
            raise broken(self._address, f"{len(content)} of {announced} bytes came")
        return content

    def close(self) -> None:
        self.is_closed = True
        self._early = b""
        with suppress(OSError):  # the engine may have hung up first
            # Wakes a blocked recv. The plain socket's method: ssl's own would first drop its state under
            # the feet of the receiving thread.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        with self._receiving:  # only when nobody is inside recv may the descriptor be freed for others
            self._socket.close()


def request(
    address: Address,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
    timeout: float = ANSWER_SECONDS,
) -> Response:
    """One call with its whole answer. `path` with query, already quoted. `timeout`: seconds of silence."""
    connection = open_stream(address, method, path, body=body, headers=headers, timeout=timeout)
    try:
        return Response(connection.status, connection.headers, connection.receive_all())
    finally:
        connection.close()


def open_stream(
    address: Address,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] = NO_HEADERS,
    timeout: float = ANSWER_SECONDS,
) -> Connection:
    """Sends the request and reads the header; the answer's body is still to come. The caller closes it."""
    sock = connect(address)
    connection = Connection(address, sock)
    try:
        sock.settimeout(timeout)
        connection.send_request(method, path, body, headers)
    except OSError as error:
        connection.close()
        raise unreachable(address, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def quote(text: str) -> str:
    """Percent-coding for a path segment or a query value; `/ : @` stay (image references)."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode())


def query(parameters: Mapping[str, str]) -> str:
    """`?a=1&b=2`, without the empty ones; "" if nothing is left."""
    pairs = [f"{name}={quote(value)}" for name, value in parameters.items() if value]
    return "?" + "&".join(pairs) if pairs else ""


def connect(address: Address, *, encrypted: bool = True) -> socket.socket:
    """A connected socket; `encrypted` False leaves TLS, where the address wants it, to the caller."""
    if address.kind == "tcp":
        return _connect_tcp(address, encrypted=encrypted)
    path = _socket_path(address)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(CONNECT_SECONDS)
        sock.connect(path)
    except OSError as error:
        sock.close()
        raise unreachable(address, error) from error
    return sock


def _socket_path(address: Address) -> str:
    if address.kind == "unix":
        return address.path
    from composer.engine.ssh import local_socket  # noqa: PLC0415 - only for engines elsewhere

    return local_socket(address)


def _connect_tcp(address: Address, *, encrypted: bool) -> socket.socket:
    try:
        sock = socket.create_connection((address.host, address.port), timeout=CONNECT_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    except OSError as error:
        raise unreachable(address, error) from error
    if address.tls is None or not encrypted:
        return sock
    try:
        return tls_context(address.tls).wrap_socket(sock, server_hostname=address.host)
    except OSError as error:
        sock.close()
        raise unreachable(address, error) from error


def tls_context(tls: Tls) -> SSLContext:
    """What the server must show, and what we show it. Raises OSError for certificates that cannot be read."""
    import ssl  # noqa: PLC0415 - costs as much as everything else here together

    context = ssl.create_default_context(cafile=tls.ca or None)
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.cert and tls.key:
        context.load_cert_chain(tls.cert, tls.key)
    return context


def head(
    address: Address,
    method: str,
    path: str,
    body: bytes | None,
    more: Mapping[str, str] = NO_HEADERS,
    *,
    version: str = "1.0",
) -> bytes:
    """The request up to its body, with `more` headers; `version` is HTTP's."""
    host = address.host_and_port if address.kind == "tcp" else "docker"
    lines = [f"{method} {path} HTTP/{version}", f"Host: {host}", "User-Agent: composer"]
    lines += [f"{name}: {text}" for name, text in more.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode()


def read_header(address: Address, sock: Source) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers by lower-case name, and what came after them. Raises EngineUnreachable, OSError."""
    received = b""
    while b"\r\n\r\n" not in received:
        more = sock.recv(RECEIVE_BYTES)
        received += more
        if not more or len(received) > LONGEST_HEADER + RECEIVE_BYTES:
            raise broken(address, "no complete answer came" if not more else "the answer has no end of header")
    head, _, rest = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = first.split(" ")[1] if first.startswith("HTTP/") and " " in first else ""
    if not status.isdecimal():
        raise broken(address, "what answers there is not a Docker Engine")
    pairs = (line.partition(":") for line in lines)
    return int(status), {name.strip().lower(): value.strip() for name, _, value in pairs}, rest
