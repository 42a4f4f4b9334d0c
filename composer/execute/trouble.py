"""Who is in the way, when the engine refuses: the container or process behind a taken port or network.

Reads only, and only after a failure; when it cannot be known it answers "". Must not know: steps.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from composer import labels
from composer.errors import EngineError, StepFailed
from composer.plan.naming import owner_text

if TYPE_CHECKING:
    from composer.engine.port import EngineReader, ProbeOutput
    from composer.model.lifecycle import Hook
    from composer.plan.actions import RemoveNetwork, ReplicaSpec
    from composer.plan.observed import ObservedContainer

_HOOK_LINES = 10
NETWORK_IN_USE = "has active endpoints"
_TAKEN = ("port is already allocated", "address already in use", "failed to bind host port")
_ADDRESS = re.compile(r"(?:\d+\.\d+\.\d+\.\d+|\[?[0-9a-f:]*::[0-9a-f]*\]?):(\d+)")
_ENDPOINT = re.compile(r'name:"([^"]+)"')


def taken_port(message: str) -> int | None:
    """The host port the engine complains of."""
    found = _ADDRESS.search(message) if any(words in message for words in _TAKEN) else None
    return int(found.group(1)) if found else None


def port_hint(engine: EngineReader, message: str, starting: str) -> str:
    """Who publishes the port that `starting` (a container id) wanted; "" if the message is about something else."""
    port = taken_port(message)
    if port is None:
        return ""
    try:
        running = engine.containers(project=None, all_states=False)
    except EngineError:
        running = ()
    for container in running:
        if container.id != starting and _publishes(container, port):
            project = container.labels.get(labels.PROJECT, "")
            owner = f" (service {container.service} of project {project})" if project else ""
            return f"port {port} is published by container {container.name}{owner}: stop it, or publish another port"
    return f"port {port} is used by another program on this machine (`ss -ltnp` shows which), or choose another port"


def taken_name(engine: EngineReader, name: str, spec: ReplicaSpec) -> StepFailed | None:
    """Who outside of the project has the name; None if nobody has, or a container of the project itself."""
    try:
        holder = engine.container_named(name)
    except EngineError:
        return None
    if holder is None or holder.project == spec.labels.get(labels.PROJECT):
        return None
    return StepFailed(
        f"the name is taken by container {holder.id[:12]} {owner_text(holder)}",
        hint=f"remove it (`docker rm -f {name}`) or rename it",
    )


def hook_failure(service: str, name: str, hook: Hook, output: ProbeOutput) -> EngineError:
    """`name`: which hook it is. What it printed last is the best hint there is."""
    command = " ".join(hook.command or ())
    printed = output.output.strip().splitlines()[-_HOOK_LINES:]
    return EngineError(
        f"{service} hook exited with status {output.exit_code} ({name}): {command}",
        hint="it printed: " + "\n".join(printed) if printed else "it printed nothing",
    )


def users_of_network(engine: EngineReader, action: RemoveNetwork, message: str) -> str:
    """` by a, b`: the containers that hold a network; from the engine's words, else from a list."""
    names = _ENDPOINT.findall(message)
    if not names:
        try:
            running = engine.containers(project=None, all_states=False)
        except EngineError:
            running = ()
        names = [container.name for container in running if action.name in container.networks]
    return f" by {', '.join(sorted(names))}" if names else ""


def _publishes(container: ObservedContainer, port: int) -> bool:
    return any(entry.get("PublicPort") == port for entry in container.ports)
