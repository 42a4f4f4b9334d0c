"""The fake engine's images, networks and volumes, with the engine's refusals in its words.

Must not know: containers; who uses what is told by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from composer.engine.observe import fits_platform
from composer.errors import Conflict, EngineRefused, NotFound

PREDEFINED = ("bridge", "host", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeImage:
    """`healthcheck` as in the engine's image config: `{"Test": ["CMD", …], "Interval": ns}`."""

    ref: str
    id: str = ""
    healthcheck: Mapping[str, Any] | None = None
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    environment: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)
    command: tuple[str, ...] = ("sh",)
    architecture: str = "amd64"
    size: int = 0

    @property
    def raw(self) -> dict[str, Any]:
        return {
            "Id": self.id,
            "RepoTags": [self.ref],
            "Os": "linux",
            "Architecture": self.architecture,
            "Size": self.size,
            "Config": {
                "Healthcheck": self.healthcheck,
                "Volumes": {target: {} for target in self.volumes},
                "Labels": dict(self.labels),
                "Env": list(self.environment),
                "Cmd": list(self.command),
            },
        }


def full_reference(ref: str) -> str:
    """`busybox` → `busybox:latest`, without the default registry's name."""
    short = ref.removeprefix("docker.io/").removeprefix("library/")
    return short if "@" in short or ":" in short.rpartition("/")[2] else f"{short}:latest"


@dataclass(frozen=True, slots=True)
class FakeNetwork:
    id: str
    name: str
    payload: Mapping[str, Any]

    @property
    def raw(self) -> dict[str, Any]:
        driver = self.payload.get("Driver") or "bridge"
        return {**self.payload, "Id": self.id, "Name": self.name, "Driver": driver}


@dataclass(frozen=True, slots=True)
class FakeVolume:
    name: str
    payload: Mapping[str, Any]
    is_anonymous: bool = False

    @property
    def raw(self) -> dict[str, Any]:
        driver = self.payload.get("Driver") or "local"
        place = f"/volumes/{self.name}/_data"
        return {**self.payload, "Name": self.name, "Driver": driver, "Mountpoint": place, "Scope": "local"}


class Resources:
    """`new_id` gives 64 hexadecimal digits, never the same twice."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self.images: dict[str, FakeImage] = {}
        self.registry: dict[str, FakeImage] = {}
        self.networks = {name: FakeNetwork(new_id(), name, {"Driver": name}) for name in PREDEFINED}
        self.volumes: dict[str, FakeVolume] = {}

    def find_image(self, ref: str) -> FakeImage | None:
        found = self.images.get(full_reference(ref))
        return found or next((image for image in self.images.values() if ref in (image.id, image.id[7:])), None)

    def image(self, ref: str, platform: str | None = None) -> FakeImage:
        if (image := self.find_image(ref)) is None:
            raise NotFound(f"No such image: {full_reference(ref)}", status=404)
        if platform and not fits_platform(image.raw, platform):
            text = f"image with reference {ref} was found but does not provide the specified platform ({platform})"
            raise NotFound(text, status=404)
        return image

    def pull(self, ref: str, platform: str | None) -> FakeImage:
        image = self.registry.get(full_reference(ref))
        if image is None:
            raise NotFound(f"manifest for {full_reference(ref)} not found: manifest unknown", status=404)
        if platform and not fits_platform(image.raw, platform):
            text = f"no matching manifest for {platform} in the manifest list entries"
            raise NotFound(text, status=404)
        self.images[image.ref] = image
        return image

    def push(self, ref: str) -> FakeImage:
        image = self.images.get(full_reference(ref))
        if image is None:
            name = full_reference(ref).rpartition(":")[0]
            raise EngineRefused(f"An image does not exist locally with the tag: {name}")
        self.registry[image.ref] = image
        return image

    def remove_image(self, ref: str, users: list[str]) -> None:
        image = self.image(ref)
        if users:
            raise Conflict(
                f'conflict: unable to remove repository reference "{ref}" (must force) - container {users[0][:12]} '
                f"is using its referenced image {image.id[7:19]}",
                status=409,
            )
        del self.images[image.ref]

    def find_network(self, name: str) -> FakeNetwork | None:
        by_id = {network.id: network for network in self.networks.values()}
        return self.networks.get(name) or by_id.get(name)

    def network(self, name: str) -> FakeNetwork:
        if (network := self.find_network(name)) is None:
            raise NotFound(f"network {name} not found", status=404)
        return network

    def create_network(self, payload: Mapping[str, Any]) -> FakeNetwork:
        name = payload["Name"]
        if name in self.networks:
            raise Conflict(f"network with name {name} already exists", status=409)
        network = self.networks[name] = FakeNetwork(self._new_id(), name, dict(payload))
        return network

    def remove_network(self, name: str, endpoints: list[tuple[str, str]]) -> None:
        """`endpoints`: (container name, id) of those that run in it."""
        network = self.network(name)
        if network.name in PREDEFINED:
            raise EngineRefused(f"{network.name} is a pre-defined network and cannot be removed", status=403)
        if endpoints:
            held = ", ".join(f'name:"{holder}" id:"{identity[:12]}"' for holder, identity in endpoints)
            raise EngineRefused(
                f"error while removing network: network {network.name} has active endpoints ({held})", status=403
            )
        del self.networks[network.name]

    def create_volume(self, payload: Mapping[str, Any]) -> FakeVolume:
        """The one there is if there is one: the engine does not compare."""
        name = payload.get("Name") or ""
        if name in self.volumes:
            return self.volumes[name]
        volume = FakeVolume(name or self._new_id(), dict(payload), is_anonymous=not name)
        self.volumes[volume.name] = volume
        return volume

    def remove_volume(self, name: str, users: list[str]) -> None:
        if name not in self.volumes:
            raise NotFound(f"get {name}: no such volume", status=404)
        if users:
            raise Conflict(f"remove {name}: volume is in use - [{', '.join(users)}]", status=409)
        del self.volumes[name]
