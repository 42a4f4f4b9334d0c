"""What an engine holds for one project: containers, networks, volumes; and the broom that removes them.

Asks the engine itself, through the Docker SDK, never through a tool under test.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docker
import docker.errors

PROJECT = "com.docker.compose.project"


@dataclass(frozen=True, slots=True)
class Holdings:
    """Inspect documents by name, as the engine gives them."""

    containers: dict[str, dict[str, Any]]
    networks: dict[str, dict[str, Any]]
    volumes: dict[str, dict[str, Any]]

    @property
    def ids(self) -> dict[str, str]:
        return {name: document["Id"] for name, document in self.containers.items()}

    @property
    def states(self) -> dict[str, str]:
        """`running`, `healthy`, `exited 3`, … by container name."""
        return {name: _state(document["State"]) for name, document in self.containers.items()}

    @property
    def names(self) -> list[str]:
        """Everything there is, by name; empty when nothing is left."""
        return sorted([*self.containers, *self.networks, *self.volumes])


def _state(state: dict[str, Any]) -> str:
    if state["Status"] == "exited":
        return f"exited {state['ExitCode']}"
    health = state.get("Health", {}).get("Status", "none")
    return state["Status"] if health == "none" else health


class Inventory:
    """A project's belongings on one engine."""

    def __init__(self, engine: docker.APIClient, project: str) -> None:
        self._engine = engine
        self._filter = {"label": [f"{PROJECT}={project}"]}

    def look(self) -> Holdings:
        engine = self._engine
        containers = [
            engine.inspect_container(found["Id"]) for found in engine.containers(all=True, filters=self._filter)
        ]
        networks = [engine.inspect_network(found["Id"]) for found in engine.networks(filters=self._filter)]
        volumes = [
            engine.inspect_volume(found["Name"]) for found in engine.volumes(filters=self._filter)["Volumes"] or []
        ]
        return Holdings(
            containers={document["Name"].lstrip("/"): document for document in containers},
            networks={document["Name"]: document for document in networks},
            volumes={document["Name"]: document for document in volumes},
        )

    def sweep(self) -> None:
        """Remove everything, however it was left."""
        engine = self._engine
        for found in engine.containers(all=True, filters=self._filter):
            with _gone_or_going():
                engine.remove_container(found["Id"], force=True, v=True)
        for found in engine.networks(filters=self._filter):
            with _gone_or_going():
                engine.remove_network(found["Id"])
        for found in engine.volumes(filters=self._filter)["Volumes"] or []:
            with _gone_or_going():
                engine.remove_volume(found["Name"], force=True)


@contextlib.contextmanager
def _gone_or_going() -> Iterator[None]:
    """Two sessions may sweep up after the same third one."""
    try:
        yield
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as error:
        if "already in progress" not in str(error):
            raise


def projects(engine: docker.APIClient) -> set[str]:
    """Every project that has anything on this engine."""
    labelled = {"label": [PROJECT]}
    found = [*engine.containers(all=True, filters=labelled), *engine.networks(filters=labelled)]
    found += engine.volumes(filters=labelled)["Volumes"] or []
    return {document["Labels"][PROJECT] for document in found}
