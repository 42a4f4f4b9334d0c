"""HTTP/2 and gRPC between two ends of a socket pair: who calls, who answers, flow control, ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from composer.engine.buildkit.grpc import NOT_FOUND, Call, Refused, Server, start_call
from composer.engine.buildkit.http2 import Http2
from composer.engine.connect import Address
from composer.errors import ComposerError, EngineRefused, EngineUnreachable

ADDRESS = Address(kind="unix", path="/run/test.sock")
BIG = bytes(range(256)) * 40_000  # 10 MB: many windows


def echo(call: Call) -> None:
    for message in call:
        call.send(message)


def big(call: Call) -> None:
    call.receive()
    call.send(BIG)


def refuse(call: Call) -> None:
    raise Refused(NOT_FOUND, "secret x: not found ✗")


def fail(call: Call) -> None:
    raise ComposerError("cannot read /etc/shadow: Permission denied")


def never(call: Call) -> None:
    threading.Event().wait()


@pytest.fixture
def ends() -> Iterator[tuple[Http2, Server]]:
    ours, theirs = socket.socketpair()
    server = Server({"/echo": echo, "/big": big, "/refuse": refuse, "/fail": fail, "/never": never})
    answering = server.connection = Http2(ADDRESS, theirs, is_client=False, opened=server.opened)
    calling = Http2(ADDRESS, ours, is_client=True)
    answering.start()
    calling.start()
    yield calling, server
    calling.close()
    answering.close()


def test_a_call_and_its_answer(ends: tuple[Http2, Server]) -> None:
    call = start_call(ends[0], "/echo", b"hello")
    assert list(call) == [b"hello"]
    call.check()


def test_several_calls_at_once(ends: tuple[Http2, Server]) -> None:
    calls = [start_call(ends[0], "/echo", str(number).encode()) for number in range(20)]
    assert [call.receive() for call in calls] == [str(number).encode() for number in range(20)]


def test_more_than_any_window_in_both_directions(ends: tuple[Http2, Server]) -> None:
    call = start_call(ends[0], "/echo", BIG)
    assert call.receive() == BIG
    assert start_call(ends[0], "/big", b"").receive() == BIG


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/refuse", "secret x: not found ✗"),
        ("/fail", "cannot read /etc/shadow: Permission denied"),
        ("/nothing", "unknown method /nothing"),
    ],
)
def test_a_refusal_reaches_the_caller(ends: tuple[Http2, Server], path: str, message: str) -> None:
    call = start_call(ends[0], path, b"")
    assert list(call) == []
    with pytest.raises(EngineRefused) as caught:
        call.check()
    assert caught.value.message == message


def test_only_a_failure_of_this_side_is_kept(ends: tuple[Http2, Server]) -> None:
    calling, server = ends
    list(start_call(calling, "/refuse", b""))
    assert server.failure is None
    list(start_call(calling, "/fail", b""))
    assert str(server.failure) == "cannot read /etc/shadow: Permission denied"


def test_closing_wakes_whoever_waits(ends: tuple[Http2, Server]) -> None:
    call = start_call(ends[0], "/never", b"")
    threading.Thread(target=ends[0].close).start()
    with pytest.raises(EngineUnreachable):
        call.receive()


def test_the_other_side_hanging_up_is_told(ends: tuple[Http2, Server]) -> None:
    calling, server = ends
    call = start_call(calling, "/never", b"")
    assert server.connection is not None
    server.connection.close()
    with pytest.raises(EngineUnreachable, match="hung up"):
        call.receive()
    with pytest.raises(EngineUnreachable):
        start_call(calling, "/echo", b"")


def test_what_is_no_http2_is_told() -> None:
    ours, theirs = socket.socketpair()
    calling = Http2(ADDRESS, ours, is_client=True)
    calling.start(b"HTTP/1.1 500 Internal Server Error\r\n\r\n" + bytes(100))
    theirs.close()
    with pytest.raises(EngineUnreachable):
        start_call(calling, "/echo", b"").receive()
    calling.close()
