"""`build`: how the image of a service is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from composer.units import Bytes
from composer.values import value

if TYPE_CHECKING:
    from composer.model.secret import ServiceSecret
    from composer.model.service_limits import Ulimit


@value(kw_only=True)
class Build:
    """`context` is absolute, or a URL. `ssh` maps an id to a path (None for the agent)."""

    context: str | None = None
    dockerfile: str | None = None
    dockerfile_inline: str | None = None
    entitlements: tuple[str, ...] = ()
    args: Mapping[str, str | None] = field(default_factory=dict)
    provenance: str | None = None
    sbom: str | None = None
    ssh: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    no_cache: bool | None = None
    additional_contexts: Mapping[str, str] = field(default_factory=dict)
    pull: bool | None = None
    extra_hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    isolation: str | None = None
    network: str | None = None
    target: str | None = None
    secrets: tuple[ServiceSecret, ...] = ()
    shm_size: Bytes | None = None
    tags: tuple[str, ...] = ()
    ulimits: Mapping[str, Ulimit] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    privileged: bool | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
