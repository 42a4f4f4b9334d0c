"""A project on an engine behind the port: containers made with raw payloads, and waiting by events."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from composer.engine.port import Engine, EngineEvent, EventStream
from composer.errors import EngineError
from composer.plan.actions import ContainerId

IMAGE = "busybox:latest"
PATIENCE = 30.0  # for what must come; never waited for in full unless the test fails


class Watched:
    """Collects a stream's events in a thread. `until` waits for one."""

    def __init__(self, stream: EventStream) -> None:
        self.stream = stream
        self.seen: list[EngineEvent] = []
        self.error: EngineError | None = None
        self._queue: queue.SimpleQueue[EngineEvent | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()

    def _collect(self) -> None:
        try:
            for event in self.stream:
                self._queue.put(event)
        except EngineError as error:
            self.error = error
        self._queue.put(None)

    def until(self, action: str) -> EngineEvent:
        while True:
            event = self._queue.get(timeout=PATIENCE)
            assert event is not None, f"the stream ended before {action!r} came; it gave {self.actions}"
            self.seen.append(event)
            if event.action == action:
                return event

    @property
    def actions(self) -> list[str]:
        return [event.action for event in self.seen]

    def close(self) -> bool:
        """Whether closing ended the iteration."""
        self.stream.close()
        self._thread.join(timeout=PATIENCE)
        return not self._thread.is_alive()


class Stage:
    """One test's project on one engine. Everything made through it is gone after `sweep`."""

    def __init__(self, engine: Engine, project: str) -> None:
        self.engine = engine
        self.project = project
        self._undo: list[Callable[[], object]] = []

    def labels(self, **more: str) -> dict[str, str]:
        own = {"project": self.project, "config-hash": "hash", **{key.replace("_", "-"): v for key, v in more.items()}}
        return {f"com.docker.compose.{key}": value for key, value in own.items()}

    def create(
        self, service: str = "web", command: str = "sleep 60", *, host: Mapping[str, Any] | None = None, **payload: Any
    ) -> ContainerId:
        """`command` runs in a shell. Killed by its first SIGTERM, since init forwards it."""
        body = {
            "Image": IMAGE,
            "Cmd": ["sh", "-c", command],
            "Labels": self.labels(service=service, container_number="1", oneoff="False"),
            "HostConfig": {"Init": True, "NetworkMode": "none", **(host or {})},
            **payload,
        }
        name = f"{self.project}-{service}-1"
        self._undo.append(lambda: self.engine.remove_container(name, volumes=True, force=True))
        return self.engine.create_container(name, body, platform=None)

    def start(self, service: str = "web", command: str = "sleep 60", **payload: Any) -> ContainerId:
        container = self.create(service, command, **payload)
        self.engine.start(container)
        return container

    def finish(self, service: str = "web", command: str = "true", **payload: Any) -> ContainerId:
        """Started, and seen to end."""
        watched = self.watch()
        container = self.start(service, command, **payload)
        watched.until("die")
        watched.close()
        return container

    def network(self, key: str) -> str:
        name = f"{self.project}_{key}"
        self._undo.insert(0, lambda: self.engine.remove_network(name))
        return self.engine.create_network({"Name": name, "Driver": "bridge", "Labels": self.labels(network=key)})

    def volume(self, key: str) -> str:
        name = f"{self.project}_{key}"
        self._undo.insert(0, lambda: self.engine.remove_volume(name))
        return self.engine.create_volume({"Name": name, "Labels": self.labels(volume=key)})

    def watch(self, *, since: float | None = None) -> Watched:
        watched = Watched(self.engine.events(project=self.project, since=since))
        self._undo.append(watched.close)
        return watched

    def sweep(self) -> None:
        """Containers first: they hold networks and volumes."""
        while self._undo:
            with contextlib.suppress(EngineError):
                self._undo.pop()()
