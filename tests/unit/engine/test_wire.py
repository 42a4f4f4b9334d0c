"""The small HTTP client, against sockets that answer well, badly or not at all."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from composer.engine import wire
from composer.engine.connect import Address
from composer.errors import EngineUnreachable

Serve = Callable[[bytes], Address]


@pytest.fixture
def requests() -> list[bytes]:
    return []


@pytest.fixture
def serve(tmp_path: Path, requests: list[bytes]) -> Iterator[Serve]:
    """Answers one request with the given bytes, in single-byte pieces for the first 20, then hangs up."""
    path = str(tmp_path / "s")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    threads: list[threading.Thread] = []

    def answer(content: bytes) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            requests.append(connection.recv(65536))
            for index in range(20):
                connection.sendall(content[index : index + 1])
            connection.sendall(content[20:])

    def start(content: bytes) -> Address:
        threads.append(threading.Thread(target=answer, args=(content,)))
        threads[-1].start()
        return Address("unix", path=path, origin="DOCKER_HOST")

    yield start
    for thread in threads:
        thread.join()
    listener.close()


def test_an_answer_is_read_to_the_end_of_the_connection(serve: Serve, requests: list[bytes]) -> None:
    address = serve(b"HTTP/1.0 200 OK\r\nApi-Version: 1.51\r\nX:y\r\n\r\n" + b"x" * 300_000)
    response = wire.request(address, "GET", "/v1.51/x?a=1")
    assert (response.status, response.headers, len(response.body)) == (200, {"api-version": "1.51", "x": "y"}, 300_000)
    assert requests[0].startswith(b"GET /v1.51/x?a=1 HTTP/1.0\r\nHost: docker\r\n")


def test_a_body_is_sent_with_its_length(serve: Serve, requests: list[bytes]) -> None:
    response = wire.request(serve(b"HTTP/1.1 204 No Content\r\n\r\n"), "POST", "/x", body=b'{"a": 1}')
    assert (response.status, response.body) == (204, b"")
    assert b"Content-Length: 8\r\n" in requests[0]
    assert requests[0].endswith(b'\r\n\r\n{"a": 1}')


def test_a_status_is_not_an_error_here(serve: Serve) -> None:
    assert wire.request(serve(b"HTTP/1.0 500 Oh\r\n\r\nno"), "GET", "/x").status == 500


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no complete answer came"),
        (b"HTTP/1.0 200 OK\r\nA: b", "no complete answer came"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\n1234567", "7 of 9 bytes came"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "what answers there is not a Docker Engine"),
        (b"HTTP/1.0 ok\r\n\r\n", "what answers there is not a Docker Engine"),
        (b"x" * 1_000_000, "the answer has no end of header"),
    ],
)
def test_bad_answers(serve: Serve, content: bytes, message: str) -> None:
    address = serve(content)
    with pytest.raises(EngineUnreachable) as caught:
        wire.request(address, "GET", "/x")
    assert caught.value.message == f"the connection to the Docker Engine at {address} broke off: {message}"


def test_an_engine_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineUnreachable) as caught:
        wire.request(Address("unix", path=f"{tmp_path}/none"), "GET", "/x")
    assert caught.value.message == (
        f"cannot reach the Docker Engine at unix://{tmp_path}/none (the default): No such file or directory"
    )
    assert "systemctl start docker" in caught.value.hint


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused, and nobody else gets it
        address = Address("tcp", host="127.0.0.1", port=taken.getsockname()[1], origin="context far")
        with pytest.raises(EngineUnreachable, match="\\(from context far\\): Connection refused") as caught:
            wire.request(address, "GET", "/x")
    assert "docker context use default" in caught.value.hint


def test_an_engine_that_says_nothing(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/s")
        listener.listen()
        with pytest.raises(EngineUnreachable, match="no answer in time"):
            wire.request(Address("unix", path=f"{tmp_path}/s"), "GET", "/x", timeout=0.01)


def test_over_tcp_the_host_is_named(requests: list[bytes]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with listener.accept()[0] as connection:
                requests.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nOK")

        thread = threading.Thread(target=answer)
        thread.start()
        port = listener.getsockname()[1]
        assert wire.request(Address("tcp", host="127.0.0.1", port=port), "GET", "/_ping").body == b"OK"
        thread.join()
    assert f"\r\nHost: 127.0.0.1:{port}\r\n".encode() in requests[0]


def opened(tmp_path: Path) -> tuple[wire.Connection, socket.socket]:
    """A stream whose header came together with its first bytes, and the engine's end of it."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/s")
        listener.listen()
        engine_end: list[socket.socket] = []

        def answer() -> None:
            connection = listener.accept()[0]
            connection.recv(65536)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nfirst")
            engine_end.append(connection)

        thread = threading.Thread(target=answer)
        thread.start()
        connection = wire.open_stream(Address("unix", path=f"{tmp_path}/s"), "GET", "/events")
        thread.join()
    return connection, engine_end[0]


def test_what_came_with_the_header_belongs_to_the_stream(tmp_path: Path) -> None:
    connection, engine_end = opened(tmp_path)
    with engine_end:
        engine_end.sendall(b"second")
    received = b""
    while data := connection.receive():
        received += data
    assert received == b"firstsecond"
    connection.close()


def test_closing_from_another_thread_ends_a_blocked_receive(tmp_path: Path) -> None:
    connection, engine_end = opened(tmp_path)
    connection.set_timeout(None)
    received = [connection.receive()]
    thread = threading.Thread(target=lambda: received.append(connection.receive()))
    thread.start()
    connection.close()
    thread.join(timeout=30)
    assert (received, thread.is_alive()) == ([b"first", b""], False)
    assert connection.receive() == b""
    connection.close()
    engine_end.close()


def test_a_stream_may_be_silent_only_as_long_as_allowed(tmp_path: Path) -> None:
    connection, engine_end = opened(tmp_path)
    connection.receive()
    connection.set_timeout(0.01)
    with pytest.raises(TimeoutError):
        connection.receive()
    connection.close()
    engine_end.close()


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("reg.io:5000/a/b@sha256:0f", "reg.io:5000/a/b@sha256:0f"),
        ('{"a": ["ü&?#%"]}', "%7B%22a%22%3A%20%5B%22%C3%BC%26%3F%23%25%22%5D%7D".replace("%3A", ":")),
        ("a+b c", "a%2Bb%20c"),
    ],
)
def test_quoting(text: str, quoted: str) -> None:
    assert wire.quote(text) == quoted


def test_queries_leave_out_what_is_empty() -> None:
    assert (wire.query({"a": "1", "b": "", "c": "x y"}), wire.query({"a": ""})) == ("?a=1&c=x%20y", "")
