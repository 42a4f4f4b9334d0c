"""HTTP/2 over a connection that was upgraded to it: streams that whole threads can use.

One thread reads (`start` begins it); any thread sends. The protocol's state is h2's; this module adds sockets, locks
and flow control. Must not know: gRPC, builds. Raises `EngineUnreachable` for a connection that is gone.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from socket import SHUT_RDWR, socket
from threading import Condition, RLock, Thread
from typing import TYPE_CHECKING

from composer.engine.errors import broken

if TYPE_CHECKING:
    from h2.connection import H2Connection
    from h2.events import Event

    from composer.engine.connect import Address

RECEIVE_BYTES = 256 * 1024
WINDOW = 2**24  # bytes the other side may send ahead, a stream
HUNG_UP = "the builder hung up"
Headers = Sequence[tuple[str, str]]


class Stream:
    """One request and its answer. `headers`: the other side's; `trailers` at its end."""

    def __init__(self, connection: Http2, number: int, headers: Mapping[str, str]) -> None:
        self.number = number
        self.headers = headers
        self.trailers: Mapping[str, str] = {}
        self.is_reset = False
        self._connection = connection
        self._arrived: deque[bytes] = deque()
        self._is_over = False

    def receive(self) -> bytes:
        """The next bytes; b"" at the end. Blocks. Raises EngineUnreachable when the connection is lost."""
        with self._connection.changed:
            self._connection.changed.wait_for(lambda: self._arrived or self._is_over or self._connection.trouble)
            if self._arrived:
                return self._arrived.popleft()
            if not self._is_over and self._connection.trouble:
                raise self._connection.trouble
            return b""

    def send(self, data: bytes, *, end: bool = False) -> None:
        """Blocks while the other side is not ready to take it."""
        self._connection.send_data(self, data, end=end)

    def end(self, trailers: Headers = ()) -> None:
        self._connection.send_end(self, trailers)

    # The two following are the connection's, under its lock.
    def add(self, data: bytes) -> None:
        self._arrived.append(data)

    def close(self) -> None:
        self._is_over = True

    @property
    def is_over(self) -> bool:
        """The other side has ended it."""
        return self._is_over


class Http2:
    """`is_client`: who opens streams. `opened` is called in the reading thread for every stream that the other side
    opens; it must not block."""

    def __init__(
        self, address: Address, sock: socket, *, is_client: bool, opened: Callable[[Stream], None] | None = None
    ) -> None:
        from h2.config import H2Configuration  # noqa: PLC0415 - only builds need it
        from h2.connection import H2Connection  # noqa: PLC0415

        self.changed = Condition(RLock())  # guards all below
        self.trouble: Exception | None = None
        self._address = address
        self._socket = sock
        self._wants_to_read, self._wants_to_write = _not_yet(address)
        self._opened = opened
        self._streams: dict[int, Stream] = {}
        config = H2Configuration(client_side=is_client, header_encoding="utf-8")
        self._protocol: H2Connection = H2Connection(config)
        self._reader = Thread(target=self._read_all, name="builder connection", daemon=True)

    def start(self, early: bytes = b"") -> None:
        """`early`: what came together with the answer to the upgrade."""
        from h2.settings import SettingCodes  # noqa: PLC0415

        self._socket.setblocking(False)
        with self.changed:
            self._protocol.initiate_connection()
            self._protocol.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: WINDOW})
            self._protocol.increment_flow_control_window(WINDOW)
            self._flush()
        if early:
            self._take(early)
        self._reader.start()

    def open(self, headers: Headers) -> Stream:
        with self.changed:
            self._check()
            number = self._protocol.get_next_available_stream_id()
            stream = self._streams[number] = Stream(self, number, {})
            self._protocol.send_headers(number, list(headers))
            self._flush()
        return stream

    def answer(self, stream: Stream, headers: Headers) -> None:
        self._send(stream, lambda: self._protocol.send_headers(stream.number, list(headers)))

    def send_data(self, stream: Stream, data: bytes, *, end: bool) -> None:
        view = memoryview(data)
        with self.changed:
            while view:
                self.changed.wait_for(lambda: self.trouble or stream.is_reset or self._room(stream) > 0)
                self._check()
                if stream.is_reset:
                    raise broken(self._address, "the builder did not want the rest")
                part = view[: min(self._room(stream), 2**18)]
                step = self._protocol.max_outbound_frame_size
                for start in range(0, len(part), step):
                    self._protocol.send_data(stream.number, bytes(part[start : start + step]))
                self._flush()
                view = view[len(part) :]
            if end:
                self._send(stream, lambda: self._protocol.end_stream(stream.number))

    def send_end(self, stream: Stream, trailers: Headers) -> None:
        if trailers:
            self._send(stream, lambda: self._protocol.send_headers(stream.number, list(trailers), end_stream=True))
        else:
            self._send(stream, lambda: self._protocol.end_stream(stream.number))

    def close(self) -> None:
        """From any thread; whoever waits is woken."""
        self._lose(broken(self._address, "it was closed"))
        with suppress(OSError):
            socket.shutdown(self._socket, SHUT_RDWR)
        if not self._reader.is_alive():
            self._socket.close()

    # ---- under the lock ----------------------------------------------------------------------------
    def _room(self, stream: Stream) -> int:
        return self._protocol.local_flow_control_window(stream.number)

    def _send(self, stream: Stream, act: Callable[[], None]) -> None:
        """A stream that the other side has given up takes nothing more; that is no trouble of ours."""
        with self.changed:
            self._check()
            if not stream.is_reset:
                act()
                self._flush()

    def _check(self) -> None:
        if self.trouble:
            raise self.trouble

    def _flush(self) -> None:
        view = memoryview(self._protocol.data_to_send())
        while view:
            try:
                view = view[self._socket.send(view) :]
            except self._wants_to_write:
                self._wait(select.POLLOUT)
            except self._wants_to_read:
                self._wait(select.POLLIN)
            except OSError as error:
                trouble = broken(self._address, _words(error))
                self._lose(trouble)
                raise trouble from error

    def _lose(self, trouble: Exception) -> None:
        with self.changed:
            self.trouble = self.trouble or trouble
            self.changed.notify_all()

    # ---- the reading thread ------------------------------------------------------------------------
    def _read_all(self) -> None:
        from h2.exceptions import ProtocolError  # noqa: PLC0415

        try:
            while data := self._receive():
                self._take(data)
            self._lose(broken(self._address, HUNG_UP))
        except (OSError, ProtocolError) as error:
            self._lose(broken(self._address, _words(error)))
        except type(broken(self._address, "")) as error:
            self._lose(error)
        finally:
            with self.changed:
                self._socket.close()

    def _receive(self) -> bytes:
        while True:
            with self.changed:
                try:
                    return self._socket.recv(RECEIVE_BYTES)
                except self._wants_to_read:
                    pass
            self._wait(select.POLLIN)

    def _wait(self, event: int) -> None:
        """Until the socket is ready for more; also when it was closed."""
        ready = select.poll()
        ready.register(self._socket, event)
        ready.poll()

    def _take(self, data: bytes) -> None:
        with self.changed:
            for event in self._protocol.receive_data(data):
                self._hear(event)
            self._flush()
            self.changed.notify_all()

    def _hear(self, event: Event) -> None:
        from h2 import events  # noqa: PLC0415

        match event:
            case events.RequestReceived():
                stream = self._streams[event.stream_id] = Stream(self, event.stream_id, _as_mapping(event.headers))
                if self._opened is not None:
                    self._opened(stream)
            case events.ResponseReceived() if event.stream_id in self._streams:
                self._streams[event.stream_id].headers = _as_mapping(event.headers)
            case events.TrailersReceived() if event.stream_id in self._streams:
                self._streams[event.stream_id].trailers = _as_mapping(event.headers)
            case events.DataReceived():
                if event.flow_controlled_length:
                    self._protocol.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if event.stream_id in self._streams:
                    self._streams[event.stream_id].add(event.data)
            case events.StreamEnded() if event.stream_id in self._streams:
                self._streams[event.stream_id].close()
            case events.ConnectionTerminated():
                self._lose(broken(self._address, "the builder ended it"))
            case events.StreamReset() if event.stream_id in self._streams:
                self._streams[event.stream_id].is_reset = True
                self._streams[event.stream_id].close()
            case _:
                pass


def _words(error: Exception) -> str:
    """The end of a connection shows in a read or in a write, whichever comes first."""
    if isinstance(error, (BrokenPipeError, ConnectionResetError)):
        return HUNG_UP
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _not_yet(address: Address) -> tuple[type[OSError], type[OSError]]:
    """What a socket raises that is not ready: to read, to write. With TLS either may need the other."""
    if address.tls is None:
        return BlockingIOError, BlockingIOError
    import ssl  # noqa: PLC0415 - takes as long as all of h2

    return ssl.SSLWantReadError, ssl.SSLWantWriteError


def _as_mapping(headers: object) -> dict[str, str]:
    """By lower-case name; of several with one name all values, each on a line."""
    found: dict[str, str] = {}
    for name, value in headers or ():  # type: ignore[attr-defined]
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found
