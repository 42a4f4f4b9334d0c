"""Engine events: which ones Composer asks for, and a raw event as `EngineEvent`.

The parsing is pure; `SocketEvents` iterates an open connection. The filter is applied by the engine:
every health probe alone makes three `exec_*` events, which would flood the stream. Must not know: what
anybody does with the events, how a lost stream is made good.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.engine.errors import broken
from composer.engine.port import EngineEvent
from composer.plan.actions import ContainerId

if TYPE_CHECKING:
    from composer.engine.connect import Address
    from composer.engine.wire import Connection

ACTIONS = (
    "create",
    "start",
    "die",
    "stop",
    "kill",
    "destroy",
    "rename",
    "pause",
    "unpause",
    "oom",
    "health_status",
    "restart",
)


def event_filters(project: str, *, every: bool = False) -> Mapping[str, list[str]]:
    """The `filters` of GET /events for one project's containers. `every`: whatever happens to them."""
    wanted = {"type": ["container"], "label": [f"{labels.PROJECT}={project}"]}
    return wanted if every else {**wanted, "event": list(ACTIONS)}


def parse_event(raw: Mapping[str, Any], *, every: bool = False) -> EngineEvent | None:
    """None for what is not a container event of interest; with `every`, other actions stay as the engine writes them.

    The engine writes `health_status: healthy` as one action; a `rename` carries the new name.
    """
    if raw.get("Type") != "container":
        return None
    whole = str(raw.get("Action") or "")
    action, _, health = whole.partition(": ")
    if action not in ACTIONS:
        if not every:
            return None
        action = whole
    actor = raw.get("Actor") or {}
    attributes: Mapping[str, str] = actor.get("Attributes") or {}
    return EngineEvent(
        action=action,
        container=ContainerId(actor.get("ID") or ""),
        name=attributes.get("name", ""),
        health=health if action == "health_status" else "",
        exit_code=_exit_code(attributes) if action == "die" else None,
        time=int(raw.get("timeNano") or 0),
        attributes=attributes,
    )


def _exit_code(attributes: Mapping[str, str]) -> int | None:
    try:
        return int(attributes.get("exitCode", ""))
    except ValueError:
        return None


class SocketEvents:
    """`EventStream` over one connection. `close()` from any thread ends the iteration.

    Raises EngineUnreachable when the engine hangs up, which it does only when it goes away, or at an agreed end
    (`ends`).
    """

    def __init__(self, address: Address, connection: Connection, *, ends: bool = False, every: bool = False) -> None:
        self._address = address
        self._ends = ends
        self._every = every
        self._connection = connection
        self._connection.set_timeout(None)  # silence is normal: nothing happens for hours

    def __iter__(self) -> Iterator[EngineEvent]:
        try:
            yield from self._events()
        finally:
            self._connection.close()

    def _events(self) -> Iterator[EngineEvent]:
        pending = b""
        while data := self._connection.receive():
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                event = self._parse(line) if line.strip() else None
                if self._connection.is_closed:
                    return
                if event is not None:
                    yield event
        if not (self._ends or self._connection.is_closed):
            raise broken(self._address, "the event stream ended")

    def close(self) -> None:
        self._connection.close()

    def _parse(self, line: bytes) -> EngineEvent | None:
        try:
            return parse_event(json.loads(line), every=self._every)
        except (ValueError, AttributeError) as error:
            raise broken(self._address, "an event could not be read") from error
