"""Waiting on the engine's events instead of sleeping: an event stream that began before the deed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import docker

from tests.support.holdings import PROJECT


@contextlib.contextmanager
def watching(engine: docker.APIClient, project: str) -> Iterator[Iterator[dict[str, Any]]]:
    """Container events of a project from now on; the test's time limit bounds the wait."""
    stream = engine.events(decode=True, filters={"label": [f"{PROJECT}={project}"], "type": ["container"]})
    try:
        yield stream
    finally:
        stream.close()


def await_event(stream: Iterator[dict[str, Any]], action: str, service: str) -> dict[str, Any]:
    """The next event with this action (`start`, `die`, `health_status: healthy`) of a service."""
    for event in stream:
        attributes = event["Actor"]["Attributes"]
        if event["Action"] == action and attributes.get("com.docker.compose.service") == service:
            return event
    raise AssertionError(f"the engine's event stream ended before {action} of {service}")


def await_all(stream: Iterator[dict[str, Any]], *wanted: tuple[str, str]) -> None:
    """Until each (action, service) has happened, in whichever order."""
    missing = set(wanted)
    for event in stream:
        missing.discard((event["Action"], event["Actor"]["Attributes"].get("com.docker.compose.service", "")))
        if not missing:
            return
    raise AssertionError(f"the engine's event stream ended before {missing}")


def await_created(stream: Iterator[dict[str, Any]], count: int) -> list[str]:
    """Names of the first `count` containers that are created."""
    names: list[str] = []
    for event in stream:
        if event["Action"] == "create":
            names.append(event["Actor"]["Attributes"]["name"])
            if len(names) == count:
                return names
    raise AssertionError("the engine's event stream ended")
