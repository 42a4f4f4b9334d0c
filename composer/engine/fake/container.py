"""One container of the fake engine, and its rendering as the engine's inspect and list JSON.

Owns a container's data. Must not know: what moves its state (`lifecycle`), other containers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from composer import labels
from composer.engine.fake.clock import rfc3339
from composer.engine.fake.logs import ContainerLog
from composer.engine.fake.resources import FakeImage
from composer.engine.observe import parse_healthprobe
from composer.units import SECOND

Raw = dict[str, Any]


@dataclass(slots=True)
class FakeContainer:
    """`run` counts the starts; `exit_code` is of the last run. `host_ports`: container port → host bindings."""

    id: str
    name: str
    image: FakeImage
    config: Raw
    host: Raw
    endpoints: dict[str, Raw]
    mounts: list[Raw]
    created: int
    state: str = "created"
    run: int = 0
    exit_code: int = 0
    error: str = ""
    oom_killed: bool = False
    stopped_by_user: bool = False
    restart_count: int = 0
    started: int = 0
    finished: int = 0
    health: str = ""
    failing_streak: int = 0
    health_log: list[Raw] = field(default_factory=list)
    probe_count: int = 0
    host_ports: dict[str, list[Raw]] = field(default_factory=dict)
    log: ContainerLog = field(default_factory=ContainerLog)

    @property
    def labels(self) -> Mapping[str, str]:
        marks: Mapping[str, str] = self.config["Labels"]
        return marks

    @property
    def service(self) -> str:
        return self.labels.get(labels.SERVICE, "")

    @property
    def names(self) -> frozenset[str]:
        """All that a script or a fault may call it."""
        replica = labels.replica_label(self.service, int(self.labels.get(labels.NUMBER) or 0))
        return frozenset({self.id, self.name, self.service, replica} - {""})

    @property
    def is_running(self) -> bool:
        return self.state == "running"

    @property
    def has_healthcheck(self) -> bool:
        return parse_healthprobe(self.config.get("Healthcheck") or {}) is not None

    @property
    def restart_policy(self) -> tuple[str, int]:
        policy = self.host.get("RestartPolicy") or {}
        return policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0

    def inspect(self) -> Raw:
        """GET /containers/{id}/json."""
        command = [*(self.config["Entrypoint"] or ()), *(self.config["Cmd"] or ())]
        return {
            "Id": self.id,
            "Created": rfc3339(self.created),
            "Path": command[0] if command else "",
            "Args": command[1:],
            "State": self._inspect_state(),
            "Image": self.image.id,
            "Name": f"/{self.name}",
            "RestartCount": self.restart_count,
            "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {}}, **self.host},
            "Mounts": self.mounts,
            "Config": self.config,
            "NetworkSettings": {"Ports": self.host_ports, "Networks": self.endpoints},
        }

    def list_entry(self, now: int) -> Raw:
        """One entry of GET /containers/json."""
        command = [*(self.config["Entrypoint"] or ()), *(self.config["Cmd"] or ())]
        return {
            "Id": self.id,
            "Names": [f"/{self.name}"],
            "Image": self.config["Image"],
            "ImageID": self.image.id,
            "Command": " ".join(f"'{word}'" if " " in word else word for word in command),
            "Created": self.created // SECOND,
            "Ports": self._list_ports(),
            "Labels": dict(self.labels),
            "State": self.state,
            "Status": self._status(now),
            "NetworkSettings": {"Networks": self.endpoints},
            "Mounts": self.mounts,
        }

    def _inspect_state(self) -> Raw:
        state: Raw = {
            "Status": self.state,
            "Running": self.state in ("running", "restarting"),
            "Paused": False,
            "Restarting": self.state == "restarting",
            "OOMKilled": self.oom_killed,
            "Dead": False,
            "ExitCode": self.exit_code,
            "Error": self.error,
            "StartedAt": rfc3339(self.started),
            "FinishedAt": rfc3339(self.finished),
        }
        if self.health:
            log = self.health_log[-5:]
            state["Health"] = {"Status": self.health, "FailingStreak": self.failing_streak, "Log": log}
        return state

    def _status(self, now: int) -> str:
        if self.state == "running":
            mark = {"": "", "starting": " (health: starting)"}.get(self.health, f" ({self.health})")
            return f"Up {_ago(now - self.started)}{mark}"
        if self.state == "restarting":
            return f"Restarting ({self.exit_code}) {_ago(now - self.finished)} ago"
        if self.state == "exited":
            return f"Exited ({self.exit_code}) {_ago(now - self.finished)} ago"
        return self.state.capitalize()

    def _list_ports(self) -> list[Raw]:
        if not self.is_running:
            return []
        entries: list[Raw] = []
        for key in self.config.get("ExposedPorts") or {}:
            port, _, protocol = key.partition("/")
            entry: Raw = {"PrivatePort": int(port), "Type": protocol or "tcp"}
            bound = self.host_ports.get(key) or []
            entries.extend({"IP": one["HostIp"], "PublicPort": int(one["HostPort"]), **entry} for one in bound)
            if not bound:
                entries.append(entry)
        return entries


def _ago(nanoseconds: int) -> str:
    seconds = nanoseconds // SECOND
    return {0: "Less than a second", 1: "1 second"}.get(seconds, f"{seconds} seconds")


def merged_config(payload: Mapping[str, Any], image: FakeImage, container_id: str) -> Raw:
    """The image's settings under the container's, by the engine's rules."""
    command, entrypoint = payload.get("Cmd"), payload.get("Entrypoint")
    given = {entry.partition("=")[0] for entry in payload.get("Env") or ()}
    inherited = [entry for entry in image.environment if entry.partition("=")[0] not in given]
    config = {key: value for key, value in payload.items() if key not in ("HostConfig", "NetworkingConfig")}
    config["Hostname"] = payload.get("Hostname") or container_id[:12]
    config["Env"] = [entry for entry in payload.get("Env") or () if "=" in entry] + inherited
    config["Cmd"] = command or (None if entrypoint else list(image.command))
    config["Entrypoint"] = entrypoint or None
    config["Labels"] = {**image.labels, **(payload.get("Labels") or {})}
    config["Volumes"] = {target: {} for target in image.volumes} or None
    if check := {**(image.healthcheck or {}), **(payload.get("Healthcheck") or {})}:
        config["Healthcheck"] = check
    return config


def ports_of(bindings: Mapping[str, Any], taken: set[tuple[str, int]]) -> dict[str, list[Raw]]:
    """Host ports for `PortBindings`, the first free of a range; ValueError names one that is taken.

    `taken` holds (protocol, port) of the running containers.
    """
    result: dict[str, list[Raw]] = {}
    held = set(taken)
    for key, wanted in bindings.items():
        protocol = key.partition("/")[2] or "tcp"
        for binding in wanted or ():
            first, _, last = (binding.get("HostPort") or "32768-60999").partition("-")
            choice = range(int(first), int(last or first) + 1)
            port = next((port for port in choice if (protocol, port) not in held), None)
            if port is None:
                raise ValueError(f"{binding.get('HostIp') or '0.0.0.0'}:{first}")  # noqa: S104 - the engine's words
            held.add((protocol, port))
            addresses = [binding["HostIp"]] if binding.get("HostIp") else ["0.0.0.0", "::"]  # noqa: S104 - the same
            result.setdefault(key, []).extend({"HostIp": address, "HostPort": str(port)} for address in addresses)
    return result
