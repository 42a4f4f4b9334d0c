"""gRPC calls over HTTP/2, both as the one who calls and as the one who is called.

A message is five bytes (a flag, the length) and a protocol buffer; the end of a call is a status in the trailers.
Must not know: which services there are, sockets.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from composer.engine.buildkit.http2 import Http2, Stream
from composer.errors import ComposerError, EngineRefused, EngineUnreachable

if TYPE_CHECKING:
    from composer.engine.buildkit.http2 import Headers

OK, UNKNOWN, NOT_FOUND, UNIMPLEMENTED = 0, 2, 5, 12
CONTENT = ("content-type", "application/grpc")
LONGEST = 64 * 1024 * 1024  # bytes of one message


class Refused(Exception):
    """A handler says no: a status and a reason for the caller."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Call:
    """Messages in both directions over one stream. `headers` are the caller's."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    @property
    def headers(self) -> Mapping[str, str]:
        return self._stream.headers

    def send(self, message: bytes) -> None:
        self._stream.send(struct.pack(">BI", 0, len(message)) + message)

    def send_all(self, messages: Sequence[bytes]) -> None:
        """Several at once: for small ones that is much cheaper."""
        self._stream.send(b"".join(struct.pack(">BI", 0, len(each)) + each for each in messages))

    def receive(self) -> bytes | None:
        """The next message, None at the end. Raises EngineUnreachable, ValueError for what is no message."""
        while (message := self._whole()) is None:
            data = self._stream.receive()
            if not data:
                return None
            self._buffer += data
        return message

    def __iter__(self) -> Iterator[bytes]:
        while (message := self.receive()) is not None:
            yield message

    def _whole(self) -> bytes | None:
        if len(self._buffer) < 5:
            return None
        flag, length = struct.unpack_from(">BI", self._buffer)
        if flag or length > LONGEST:
            raise ValueError("a message is compressed or too long")
        if len(self._buffer) < 5 + length:
            return None
        message = bytes(self._buffer[5 : 5 + length])
        del self._buffer[: 5 + length]
        return message


class ClientCall(Call):
    def end(self) -> None:
        """Nothing more is sent."""
        self._stream.end()

    @property
    def ending(self) -> Mapping[str, str]:
        """What stands at the end of the answer; that of a call that failed at once is all in one."""
        return self._stream.trailers or self._stream.headers

    def check(self) -> None:
        """After the last message. Raises EngineRefused with the other side's reason if it did not go well."""
        told = self.ending
        status = told.get("grpc-status", "0" if told else str(UNKNOWN))
        if status != str(OK):
            raise EngineRefused(unquote(told.get("grpc-message", "")) or f"the builder broke off (status {status})")


def start_call(connection: Http2, path: str, message: bytes) -> ClientCall:
    """A call with one message to send; its answers are then received."""
    headers: Headers = (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("te", "trailers"),
        CONTENT,
        ("user-agent", "composer"),
    )
    call = ClientCall(connection.open(headers))
    call.send(message)
    call.end()
    return call


Handler = Callable[[Call], None]


class Server:
    """Answers the calls that come over a connection, each in a thread of its own. A handler sends its answers and
    returns, or raises `Refused`, or a ComposerError, which then is kept as `failure` as well."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self.connection: Http2 | None = None
        self.failure: ComposerError | None = None

    def opened(self, stream: Stream) -> None:
        Thread(target=self._answer, args=(stream,), name="builder's question", daemon=True).start()

    def _answer(self, stream: Stream) -> None:
        connection = self.connection
        if connection is None:
            return
        try:
            connection.answer(stream, ((":status", "200"), CONTENT))
            status, reason = self._handle(stream)
            trailers = [("grpc-status", str(status))]
            if reason:
                trailers.append(("grpc-message", quote(reason, safe=" :/'\"")))
            stream.end(trailers)
        except (EngineUnreachable, OSError):
            return  # the builder has gone; whoever waits for the build hears of it

    def _handle(self, stream: Stream) -> tuple[int, str]:
        handler = self._handlers.get(stream.headers.get(":path", ""))
        if handler is None:
            return UNIMPLEMENTED, f"unknown method {stream.headers.get(':path')}"
        try:
            handler(Call(stream))
        except Refused as refused:
            return refused.status, refused.reason
        except EngineUnreachable:
            raise
        except ComposerError as error:
            self.failure = self.failure or error
            return UNKNOWN, error.message
        except ValueError as error:
            return UNKNOWN, str(error)
        return OK, ""
