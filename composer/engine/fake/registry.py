"""The fake engine's containers and what they hold on to: names, networks, volumes, host ports.

Refuses what the real engine refuses, with its status and in its words. Calls are serialised by the engine's lock.
Must not know: scripts, faults, who calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from composer import labels
from composer.engine.fake.clock import Clock
from composer.engine.fake.container import FakeContainer, merged_config, ports_of
from composer.engine.fake.lifecycle import Lifecycle
from composer.engine.fake.resources import FakeImage, FakeNetwork, Resources
from composer.errors import Conflict, EngineRefused, NotFound

MANY_NETWORKS = (1, 44)


class Registry:
    def __init__(
        self, clock: Clock, lifecycle: Lifecycle, new_id: Callable[[], str], api_version: tuple[int, int]
    ) -> None:
        self._clock = clock
        self._api_version = api_version
        self._lifecycle = lifecycle
        self._new_id = new_id
        self.resources = Resources(new_id)
        self.containers: dict[str, FakeContainer] = {}  # by id, in the order of creation

    def container(self, name: str) -> FakeContainer:
        """By id, by name, or by the beginning of one id."""
        if name in self.containers:
            return self.containers[name]
        plain = name.removeprefix("/")
        found = [one for one in self.containers.values() if one.name == plain]
        found = found or [one for one in self.containers.values() if plain and one.id.startswith(plain)]
        if len(found) != 1:
            raise NotFound(f"No such container: {name}", status=404)
        return found[0]

    def running(self, name: str) -> FakeContainer:
        container = self.container(name)
        if not container.is_running:
            raise Conflict(f"container {container.id} is not running", status=409)
        return container

    def create(self, name: str, payload: Mapping[str, Any], platform: str | None) -> FakeContainer:
        image = self.resources.image(payload["Image"], platform)
        self._check_free(name)
        host = dict(payload.get("HostConfig") or {})
        endpoints = _endpoints(payload, host)
        if len(endpoints) > 1 and self._api_version < MANY_NETWORKS:
            names = ", ".join(endpoints)
            raise EngineRefused(f"Container cannot be created with multiple network endpoints: {names}", status=400)
        identity = self._new_id()
        container = FakeContainer(
            id=identity,
            name=name,
            image=image,
            config=merged_config(payload, image, identity),
            host=host,
            endpoints=endpoints,
            mounts=self._mounts(host, image),
            created=self._clock.now,
        )
        self.containers[identity] = container
        self._lifecycle.emit(container, "create")
        return container

    def start(self, name: str) -> None:
        container = self.container(name)
        if container.state in ("running", "restarting"):
            return
        try:
            self._join_networks(container)
            self._bind_ports(container)
        except (NotFound, EngineRefused) as error:
            container.error = error.message
            container.exit_code = 128
            raise
        container.restart_count = 0
        self._lifecycle.start(container)

    def kill(self, name: str, signal: str) -> None:
        try:
            container = self.container(name)
        except NotFound as error:
            raise NotFound(f"cannot kill container: {name}: {error.message}", status=404) from error
        if not (container.is_running or container.state == "paused"):
            text = f"cannot kill container: {name}: container {container.id} is not running"
            raise Conflict(text, status=409)
        self._lifecycle.kill(container, signal)

    def pause(self, name: str) -> None:
        container = self.container(name)
        if container.state == "paused":
            raise Conflict(f"Container {container.id} is already paused", status=409)
        if container.state != "running":
            raise Conflict(f"Container {container.id} is not running", status=409)
        self._lifecycle.pause(container)

    def unpause(self, name: str) -> None:
        container = self.container(name)
        if container.state != "paused":
            raise EngineRefused(f"Container {container.id} is not paused", status=500)
        self._lifecycle.unpause(container)

    def restart(self, name: str, timeout: int | None) -> None:
        container = self.container(name)
        self._lifecycle.stop(container, timeout)
        self.start(container.id)
        self._lifecycle.emit(container, "restart")

    def remove(self, name: str, *, volumes: bool, force: bool) -> None:
        container = self.container(name)
        if container.state in ("running", "restarting", "paused"):
            if not force:
                what = f'cannot remove container "{name}": container is {container.state}'
                raise Conflict(f"{what}: stop the container before removing or force remove", status=409)
            if container.is_running:
                self._lifecycle.kill(container, "SIGKILL")
        container.run += 1  # whatever was planned for it is void
        del self.containers[container.id]
        if volumes:
            self._remove_anonymous_volumes(container)
        self._lifecycle.emit(container, "destroy")

    def rename(self, name: str, new_name: str) -> None:
        container = self.container(name)
        self._check_free(new_name)
        old, container.name = container.name, new_name
        self._lifecycle.emit(container, "rename", oldName=f"/{old}")

    def connect(self, network: str, name: str, endpoint: Mapping[str, Any]) -> None:
        found = self.resources.network(network)
        container = self.container(name)
        if found.name in container.endpoints:
            text = f"endpoint with name {container.name} already exists in network {found.name}"
            raise EngineRefused(text, status=403)
        joined = found.id if container.is_running else ""
        container.endpoints[found.name] = {**endpoint, "NetworkID": joined}

    def disconnect(self, network: str, name: str) -> None:
        found = self.resources.network(network)
        container = self.container(name)
        if container.endpoints.pop(found.name, None) is None:
            text = f"container {container.id} is not connected to network {found.name}"
            raise EngineRefused(text, status=500)

    def remove_network(self, name: str) -> None:
        network = self.resources.network(name)
        users = [one for one in self.containers.values() if one.is_running and _has_joined(one, network)]
        self.resources.remove_network(name, [(one.name, one.id) for one in users])

    def remove_volume(self, name: str) -> None:
        self.resources.remove_volume(name, self._users_of_volume(name))

    def remove_image(self, ref: str) -> None:
        image = self.resources.image(ref)
        self.resources.remove_image(ref, [one.id for one in self.containers.values() if one.image == image])

    def _check_free(self, name: str) -> None:
        for holder in self.containers.values():
            if holder.name == name:
                raise Conflict(
                    f'Conflict. The container name "/{name}" is already in use by container "{holder.id}". '
                    "You have to remove (or rename) that container to be able to reuse that name.",
                    status=409,
                )

    def _join_networks(self, container: FakeContainer) -> None:
        """A network once joined is looked for by its id: a new one of the same name is another."""
        for name, endpoint in container.endpoints.items():
            wanted = endpoint.get("NetworkID") or name
            if (network := self.resources.find_network(wanted)) is None:
                text = f"failed to set up container networking: network {wanted} not found"
                raise NotFound(text, status=404)
            endpoint["NetworkID"] = network.id

    def _bind_ports(self, container: FakeContainer) -> None:
        taken = {
            (key.partition("/")[2] or "tcp", int(binding["HostPort"]))
            for one in self.containers.values()
            for key, bindings in one.host_ports.items()
            for binding in bindings
        }
        bindings = container.host.get("PortBindings") or {}
        exposed = container.config.get("ExposedPorts") or {}
        try:
            # A port that is bound but not exposed is left out, without a word.
            wanted = {key: value for key, value in bindings.items() if key in exposed}
            container.host_ports = ports_of(wanted, taken)
        except ValueError as error:
            raise EngineRefused(
                "failed to set up container networking: driver failed programming external connectivity on endpoint "
                f"{container.name} ({self._new_id()}): Bind for {error} failed: port is already allocated",
                status=500,
            ) from error

    def _mounts(self, host: Mapping[str, Any], image: FakeImage) -> list[dict[str, Any]]:
        """As inspect shows them. Volumes that are missing are made, without labels."""
        mounts = []
        for bind in host.get("Binds") or ():
            source, target, mode = (*bind.split(":"), "", "")[:3]
            kind = "bind" if source.startswith("/") else "volume"
            mounts.append(self._mount(kind, source, target, mode=mode, writable="ro" not in mode.split(",")))
        for mount in host.get("Mounts") or ():
            writable = not mount.get("ReadOnly")
            mounts.append(self._mount(mount["Type"], mount.get("Source") or "", mount["Target"], writable=writable))
        covered = {mount["Destination"] for mount in mounts} | (host.get("Tmpfs") or {}).keys()
        mounts.extend(self._mount("volume", "", target) for target in image.volumes if target not in covered)
        return mounts

    def _mount(self, kind: str, source: str, target: str, *, mode: str = "", writable: bool = True) -> dict[str, Any]:
        shown = {"Type": kind, "Source": source, "Destination": target, "Mode": mode, "RW": writable, "Propagation": ""}
        if kind != "volume":
            return shown
        volume = self.resources.create_volume({"Name": source})
        return {**shown, "Name": volume.name, "Source": f"/volumes/{volume.name}/_data", "Driver": "local"}

    def _users_of_volume(self, name: str) -> list[str]:
        return [one.id for one in self.containers.values() if name in (mount.get("Name") for mount in one.mounts)]

    def _remove_anonymous_volumes(self, container: FakeContainer) -> None:
        for name in {mount["Name"] for mount in container.mounts if mount["Type"] == "volume"}:
            volume = self.resources.volumes.get(name)
            if volume is not None and volume.is_anonymous and not self._users_of_volume(name):
                del self.resources.volumes[name]


def _endpoints(payload: Mapping[str, Any], host: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The network of `NetworkMode` first, without an id until the container has started once."""
    given = (payload.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
    mode = host.get("NetworkMode") or "bridge"
    mode = "bridge" if mode == "default" else mode
    if mode.startswith("container:"):
        return {}
    return {name: {**(given.get(name) or {}), "NetworkID": ""} for name in {mode: None, **given}}


def _has_joined(container: FakeContainer, network: FakeNetwork) -> bool:
    return any(endpoint.get("NetworkID") == network.id for endpoint in container.endpoints.values())


def is_listed(container: FakeContainer, project: str | None) -> bool:
    """As `docker compose` would find it."""
    marks = container.labels
    if labels.CONFIG_HASH not in marks or labels.PROJECT not in marks:
        return False
    return project is None or marks[labels.PROJECT] == project
