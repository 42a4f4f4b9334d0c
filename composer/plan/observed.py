"""What the engine holds, as one snapshot in our own types. No parsing of engine JSON here
(`engine.observe` does that), no decisions (the planners do)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from composer import labels
from composer.plan.actions import ContainerId, ContainerRef
from composer.values import value


@value()
class ObservedContainer:
    """From one container list call (no inspect). `state`: created, running, paused, restarting, removing,
    exited, dead. `health`: "", starting, healthy, unhealthy (parsed from the status text). `exit_code`:
    from the status text, None while running. `networks`: engine network name → network id ("" if the
    list does not say). `volumes`: names of mounted named/anonymous volumes. `created`: seconds since 1970.
    `number` is 0 when the label is missing."""

    id: ContainerId
    name: str
    service: str
    number: int
    state: str
    config_hash: str = ""
    image_digest: str = ""  # label com.docker.compose.image
    image: str = ""
    image_id: str = ""
    health: str = ""
    exit_code: int | None = None
    oneoff: bool = False
    depends_on: str = ""  # label, verbatim
    labels: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()
    created: int = 0
    status: str = ""
    command: str = ""
    ports: tuple[Mapping[str, object], ...] = ()
    mounts: tuple[Mapping[str, object], ...] = ()

    @property
    def project(self) -> str:
        """Empty for one that Compose did not make."""
        return self.labels.get(labels.PROJECT, "")

    @property
    def ref(self) -> ContainerRef:
        return ContainerRef(self.id, self.name)

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "restarting", "paused")


@value()
class ObservedNetwork:
    """`key` is the label (empty for a network that is not ours); `config_hash` and `definition` (Composer's own) its
    labels. `settings`: what the engine itself says of it, in the file's terms, as far as it can be told."""

    id: str
    name: str
    key: str = ""
    project: str = ""
    config_hash: str = ""
    definition: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@value()
class ObservedVolume:
    """As `ObservedNetwork`. `mountpoint`: where the engine keeps it; `scope`: `local` or `global`."""

    name: str
    key: str = ""
    project: str = ""
    config_hash: str = ""
    driver: str = ""
    mountpoint: str = ""
    scope: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    definition: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)


@value()
class ObservedImage:
    """`id` is `sha256:…`; `has_healthcheck`: the image brings a test that is not NONE. `defaults`: the engine's record
    of what its containers begin with. `tagged`: when the reference last got its image, `created`: when it was made,
    RFC 3339 text, "" if the engine does not say. `platform`: `linux/amd64`, `linux/arm/v7`, as far as known. `size` in
    bytes."""

    ref: str
    id: str
    has_healthcheck: bool = False
    volumes: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    tagged: str = ""
    platform: str = ""
    size: int = 0
    created: str = ""


@value()
class ObservedState:
    """`networks`/`volumes` are keyed by engine name and hold the project's own (by label) and those
    that the file names (external, or same name without our label). `images` by the reference asked
    for; a reference that is not there is absent. `strangers`: containers outside of the project, by a name that
    the project wants. `at`: when it was taken, seconds since 1970. `hooks`: containers that `pre_start` hooks have left
    behind, looked for when the file has such hooks."""

    project: str
    containers: tuple[ObservedContainer, ...] = ()
    networks: Mapping[str, ObservedNetwork] = field(default_factory=dict)
    volumes: Mapping[str, ObservedVolume] = field(default_factory=dict)
    images: Mapping[str, ObservedImage] = field(default_factory=dict)
    at: float = 0.0
    hooks: tuple[ObservedContainer, ...] = ()
    strangers: Mapping[str, ObservedContainer] = field(default_factory=dict)
