"""A call that takes its connection over: after the header both sides write as they like (exec, attach).

`Hijacked` never blocks: it sends what the socket takes and keeps the rest, receives what is there, and can close
its own direction alone. Over TLS that takes the protocol by hand: the standard library's wrapped socket can only
close both. Must not know: terminals, signals, what the streams are for.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from composer.engine import wire
from composer.engine.errors import broken, refusal, unreachable, words
from composer.engine.port import LogChunk
from composer.engine.streams import STDOUT, Frames

if TYPE_CHECKING:
    from ssl import SSLContext

    from composer.engine.connect import Address

RECEIVE_BYTES = 256 * 1024
_UPGRADE = {"Connection": "Upgrade", "Upgrade": "tcp"}  # known to HTTP/1.1 only


class Channel(Protocol):
    """What is done to bytes on their way. Blocking until the header is read, never afterwards."""

    has_ended: bool

    def recv(self, size: int, /) -> bytes: ...
    def encode(self, data: bytes) -> bytes: ...
    def receive(self) -> bytes | None:
        """None: nothing there yet; b"": the other side has closed."""
        ...

    def last_words(self) -> bytes | None:
        """What tells the other side that nothing more comes; None: the socket itself does."""
        ...


class Hijacked:
    """`port.Conversation` over one connection. One thread uses it, but for `close`."""

    def __init__(self, address: Address, sock: socket.socket, channel: Channel, *, early: bytes, tty: bool) -> None:
        self._address = address
        self._socket = sock
        self._channel = channel
        self._early = early
        self._frames = None if tty else Frames()
        self._unsent = memoryview(b"")
        self._is_last = False
        sock.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def is_ready(self) -> bool:
        """There is something to receive of which the socket would not tell: it came with the header."""
        return bool(self._early) or self._channel.has_ended

    def receive(self) -> Sequence[LogChunk] | None:
        """What has come, () for nothing yet, None at the end. Raises EngineUnreachable."""
        data = self._next()
        if data is None:
            return ()
        if data:
            return (LogChunk(STDOUT, data),) if self._frames is None else self._frames.feed(data)
        if self._frames is not None and not self._frames.is_complete:
            raise broken(self._address, "output ended in the middle")
        return None

    def _next(self) -> bytes | None:
        if self._early:
            early, self._early = self._early, b""
            return early
        try:
            return self._channel.receive()
        except (BlockingIOError, InterruptedError):
            return None
        except ConnectionResetError:  # what was not read of the input when the process ended
            return b""
        except OSError as error:
            raise unreachable(self._address, error) from error

    def send(self, data: bytes) -> bool:
        """True when all of it is on its way; else call `flush` when the socket is writable."""
        self._unsent = memoryview(bytes(self._unsent) + self._channel.encode(data))
        return self.flush()

    def flush(self) -> bool:
        try:
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:  # the process has gone; its last output may still be there to be read
            self._unsent = memoryview(b"")
            return True
        if self._is_last:
            self._is_last = False
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_WR)
        return True

    def finish_sending(self) -> None:
        """Nothing more comes from this side, once all of it is sent; the other direction goes on."""
        farewell = self._channel.last_words()
        self._is_last = farewell is None
        self._unsent = memoryview(bytes(self._unsent) + (farewell or b""))
        self.flush()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class _Plain:
    has_ended = False  # the socket tells

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def recv(self, size: int, /) -> bytes:
        return self._socket.recv(size)

    def encode(self, data: bytes) -> bytes:
        return data

    def receive(self) -> bytes | None:
        return self._socket.recv(RECEIVE_BYTES)

    def last_words(self) -> bytes | None:
        return None


class _Encrypted:
    """TLS between two buffers in memory. The greeting is exchanged here, blocking."""

    def __init__(self, sock: socket.socket, context: SSLContext, host: str) -> None:
        import ssl  # noqa: PLC0415 - few engines are reached by TLS

        self._socket = sock
        self.has_ended = False
        self._wants_more = ssl.SSLWantReadError
        self._is_over = ssl.SSLZeroReturnError
        self._arrived, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._arrived, self._leaving, server_hostname=host)
        self._greet()

    def _greet(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except self._wants_more:
                self._socket.sendall(self._leaving.read())
                self._take(self._socket.recv(RECEIVE_BYTES))
            else:
                self._socket.sendall(self._leaving.read())
                return

    def recv(self, size: int, /) -> bytes:
        del size
        while (data := self._decoded()) is None:
            self._take(self._socket.recv(RECEIVE_BYTES))
        return data

    def encode(self, data: bytes) -> bytes:
        if data:
            self._tls.write(data)
        return self._leaving.read()

    def receive(self) -> bytes | None:
        if (data := self._decoded()) is None:
            self._take(self._socket.recv(RECEIVE_BYTES))
            data = self._decoded()
        return data

    def last_words(self) -> bytes | None:
        with suppress(self._wants_more):  # the other side's own farewell is not waited for
            self._tls.unwrap()
        return self._leaving.read()

    def _take(self, data: bytes) -> None:
        if data:
            self._arrived.write(data)
        else:
            self._arrived.write_eof()

    def _decoded(self) -> bytes | None:
        """All that can be decoded of what has arrived; b"" after the other side's farewell, or without one."""
        import ssl  # noqa: PLC0415

        parts: list[bytes] = []
        try:
            while part := self._tls.read(RECEIVE_BYTES):
                parts.append(part)
        except self._wants_more:
            return b"".join(parts) or None
        except (self._is_over, ssl.SSLEOFError):
            self.has_ended = True
        return b"".join(parts)


def hijack(address: Address, path: str, *, body: Mapping[str, Any] | None, tty: bool) -> Hijacked:
    """POST `path` and keep the connection. `tty`: what comes back is bare output, not frames of two streams.

    Raises what `errors.refusal` makes of a refusal, EngineUnreachable.
    """
    content = None if body is None else json.dumps(body).encode()
    sock = wire.connect(address, encrypted=False)
    try:
        sock.settimeout(wire.ANSWER_SECONDS)
        channel = _channel(address, sock)
        request = wire.head(address, "POST", path, content, _UPGRADE, version="1.1") + (content or b"")
        sock.sendall(channel.encode(request))
        status, headers, early = wire.read_header(address, channel)
        _refuse(status, channel, headers, early)
        return Hijacked(address, sock, channel, early=early, tty=tty)
    except OSError as error:
        sock.close()
        raise unreachable(address, error) from error
    except BaseException:
        sock.close()
        raise


def _channel(address: Address, sock: socket.socket) -> Channel:
    if address.tls is None:
        return _Plain(sock)
    return _Encrypted(sock, wire.tls_context(address.tls), address.host)


def _refuse(status: int, channel: Channel, headers: Mapping[str, str], early: bytes) -> None:
    """Raises what the engine says in its body, behind which the connection stays open; nothing below 400."""
    if status < 400:
        return
    length = headers.get("content-length", "")
    while not length.isdecimal() or len(early) < int(length):
        data = channel.recv(RECEIVE_BYTES)
        if not data:
            break
        early += data
    raise refusal(status, words(early))
