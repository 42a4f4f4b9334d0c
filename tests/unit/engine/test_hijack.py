"""Taken-over connections, plain and encrypted: both directions, half-close, refusals, what came with the header."""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from composer.engine.connect import Address, Tls
from composer.engine.hijack import Hijacked, hijack
from composer.engine.port import LogChunk
from composer.errors import Conflict, EngineUnreachable

CERTIFICATE, KEY = Path(__file__).parent / "tls/cert.pem", Path(__file__).parent / "tls/key.pem"
UPGRADED = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\n"
Behave = Callable[[socket.socket], object]


class Server:
    """Answers one connection as the test says; `asked` is the request."""

    def __init__(self, *, encrypted: bool) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.encrypted = encrypted
        self.asked = b""
        self.threads: list[threading.Thread] = []
        tls = Tls(ca=str(CERTIFICATE)) if encrypted else None
        self.address = Address("tcp", host="127.0.0.1", port=self.listener.getsockname()[1], tls=tls)

    def behave(self, behaviour: Behave) -> Server:
        def serve() -> None:
            connection, _ = self.listener.accept()
            if self.encrypted:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE, KEY)
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                while b"\r\n\r\n" not in self.asked:
                    self.asked += connection.recv(65536)
                behaviour(connection)

        self.threads.append(threading.Thread(target=serve))
        self.threads[-1].start()
        return self

    def hijack(self, *, tty: bool = True) -> Hijacked:
        return hijack(self.address, "/v1.51/exec/x/start", body={"Tty": tty}, tty=tty)

    def close(self) -> None:
        for thread in self.threads:
            thread.join(30)
        self.listener.close()


@pytest.fixture(params=["plain", "encrypted"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    made = Server(encrypted=request.param == "encrypted")
    yield made
    made.close()


def all_of(stream: Hijacked) -> list[LogChunk]:
    chunks: list[LogChunk] = []
    while (found := stream.receive()) is not None:
        chunks += found
        if not found and not stream.is_ready:
            select.select([stream], [], [], 30)
    return chunks


def send_all(stream: Hijacked, data: bytes) -> None:
    is_sent = stream.send(data)
    while not is_sent:
        select.select([], [stream], [], 30)
        is_sent = stream.flush()


def counting(connection: socket.socket) -> None:
    """As `wc -c`: says what came once its input has ended, which the other side tells without hanging up."""
    connection.sendall(UPGRADED + b"count: ")
    count = 0
    while data := connection.recv(65536):
        count += len(data)
    connection.sendall(b"%d" % count)


def test_a_half_close_leaves_the_other_direction_open(server: Server) -> None:
    stream = server.behave(counting).hijack()
    send_all(stream, b"x" * 1_000_000)
    send_all(stream, b"y")
    stream.finish_sending()
    assert b"".join(chunk.data for chunk in all_of(stream)) == b"count: 1000001"
    stream.close()
    assert server.asked.startswith(b"POST /v1.51/exec/x/start HTTP/1.1\r\n")
    assert b"\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" in server.asked
    assert server.asked.endswith(b'{"Tty": true}')


def test_both_streams_are_told_apart_without_a_terminal(server: Server) -> None:
    frames = [(1, b"out"), (2, b"err"), (1, b"x" * 300_000)]
    content = b"".join(struct.pack(">BxxxL", stream, len(data)) + data for stream, data in frames)
    stream = server.behave(lambda connection: connection.sendall(UPGRADED + content)).hijack(tty=False)
    chunks = all_of(stream)
    stream.close()
    assert [chunk for chunk in chunks if chunk.stream == 2] == [LogChunk(2, b"err")]
    assert b"".join(chunk.data for chunk in chunks if chunk.stream == 1) == b"out" + b"x" * 300_000


def test_it_never_blocks(server: Server) -> None:
    go_on = threading.Event()
    stream = server.behave(lambda connection: (connection.sendall(UPGRADED), go_on.wait(30))).hijack()
    assert stream.receive() == ()
    assert stream.send(b"x" * 50_000_000) is False
    stream.close()
    go_on.set()


def test_a_refusal_is_told_though_the_connection_stays_open(server: Server) -> None:
    go_on = threading.Event()
    said = b'{"message":"container abc is paused"}'
    answer = b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said)
    server.behave(lambda connection: (connection.sendall(answer), go_on.wait(30)))
    with pytest.raises(Conflict, match="container abc is paused"):
        server.hijack()
    go_on.set()


def test_output_that_ends_in_the_middle_of_a_frame(server: Server) -> None:
    stream = server.behave(lambda connection: connection.sendall(UPGRADED + b"\1\0\0\0\0\0\0\x09abc")).hijack(tty=False)
    with pytest.raises(EngineUnreachable, match="output ended in the middle"):
        all_of(stream)
    stream.close()


def test_nobody_there(server: Server) -> None:
    server.listener.close()
    with pytest.raises(EngineUnreachable, match="Connection refused"):
        server.hijack()
    server.listener = socket.socket()


def test_a_certificate_that_is_not_trusted() -> None:
    server = Server(encrypted=True)

    def serve() -> None:
        connection, _ = server.listener.accept()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)
        with pytest.raises(OSError, match=r"\w"), context.wrap_socket(connection, server_side=True):
            pass
        connection.close()

    server.threads.append(threading.Thread(target=serve))
    server.threads[-1].start()
    server.address = Address("tcp", host="127.0.0.1", port=server.address.port, tls=Tls())
    with pytest.raises(EngineUnreachable, match="self-signed certificate"):
        server.hijack()
    server.close()
