"""Raw engine events, and the stream of them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from composer.engine.connect import Address
from composer.engine.events import SocketEvents, event_filters, parse_event
from composer.engine.port import EngineEvent
from composer.engine.wire import Connection
from composer.errors import EngineUnreachable
from composer.plan.actions import ContainerId

ADDRESS = Address("unix", path="/x.sock")


def raw(action: str, *, kind: str = "container", **attributes: str) -> dict[str, Any]:
    return {
        "status": action,
        "id": "abc",
        "Type": kind,
        "Action": action,
        "Actor": {"ID": "abc", "Attributes": {"name": "shop-web-1", **attributes}},
        "scope": "local",
        "time": 1795470343,
        "timeNano": 1795470343123456789,
    }


def test_a_death_carries_its_exit_code() -> None:
    assert parse_event(raw("die", exitCode="137", execDuration="3")) == EngineEvent(
        action="die",
        container=ContainerId("abc"),
        name="shop-web-1",
        exit_code=137,
        time=1795470343123456789,
        attributes={"name": "shop-web-1", "exitCode": "137", "execDuration": "3"},
    )


def test_with_every_action_those_of_no_consequence_are_told_as_they_are() -> None:
    assert parse_event(raw("exec_start: sh -c true")) is None
    event = parse_event(raw("exec_start: sh -c true"), every=True)
    assert event is not None
    assert (event.action, event.health) == ("exec_start: sh -c true", "")
    assert "event" in event_filters("shop")
    assert "event" not in event_filters("shop", every=True)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("start", ("start", "", None)),
        ("health_status: healthy", ("health_status", "healthy", None)),
        ("health_status: unhealthy", ("health_status", "unhealthy", None)),
        ("die", ("die", "", None)),
    ],
)
def test_actions(action: str, expected: tuple[str, str, int | None]) -> None:
    event = parse_event(raw(action))
    assert event is not None
    assert (event.action, event.health, event.exit_code) == expected


@pytest.mark.parametrize(
    "event",
    [
        raw("exec_create: /bin/sh -c x"),
        raw("exec_die", exitCode="1"),
        raw("attach"),
        raw("create", kind="network"),
        {},
        {"Type": "container"},
    ],
)
def test_what_is_of_no_interest(event: dict[str, Any]) -> None:
    assert parse_event(event) is None


def test_an_event_without_details_is_still_an_event() -> None:
    assert parse_event({"Type": "container", "Action": "oom"}) == EngineEvent("oom", ContainerId(""))


def test_the_engine_is_asked_for_one_project_and_for_no_exec_event() -> None:
    filters = event_filters("shop")
    assert (filters["type"], filters["label"]) == (["container"], ["com.docker.compose.project=shop"])
    assert {"create", "start", "die", "destroy", "health_status", "oom"} <= set(filters["event"])
    assert not [action for action in filters["event"] if action.startswith("exec")]


@pytest.fixture
def line() -> Iterator[tuple[SocketEvents, socket.socket]]:
    ours, engines = socket.socketpair()
    stream = SocketEvents(ADDRESS, Connection(ADDRESS, ours))
    yield stream, engines
    stream.close()
    engines.close()


def test_events_may_arrive_in_any_pieces(line: tuple[SocketEvents, socket.socket]) -> None:
    stream, engine = line
    actions = ["create", "exec_start", "start", "die"]
    content = b"".join(json.dumps(raw(action)).encode() + b"\n" for action in actions)
    for cut in range(0, len(content), 7):
        engine.send(content[cut : cut + 7])
    seen = iter(stream)
    assert [next(seen).action for _ in range(3)] == ["create", "start", "die"]


def test_an_engine_that_hangs_up_is_unreachable(line: tuple[SocketEvents, socket.socket]) -> None:
    stream, engine = line
    engine.sendall(json.dumps(raw("start")).encode() + b"\n")
    engine.close()
    seen: list[str] = []
    with pytest.raises(EngineUnreachable, match="the event stream ended"):
        seen.extend(event.action for event in stream)


def test_closing_ends_the_iteration_even_between_two_events_that_have_come(
    line: tuple[SocketEvents, socket.socket],
) -> None:
    stream, engine = line
    engine.sendall(b"".join(json.dumps(raw(action)).encode() + b"\n" for action in ("start", "die")))
    seen: list[str] = []
    for event in stream:
        seen.append(event.action)
        stream.close()
    assert seen == ["start"]


@pytest.mark.parametrize("content", [b"{nonsense\n", b"[1]\n"])
def test_nonsense_is_a_broken_line(line: tuple[SocketEvents, socket.socket], content: bytes) -> None:
    stream, engine = line
    engine.sendall(content)
    with pytest.raises(EngineUnreachable, match="an event could not be read"):
        next(iter(stream))
