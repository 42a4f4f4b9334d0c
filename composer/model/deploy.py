"""`deploy`: how many replicas, with which resources. Much of it speaks to swarm alone and is only kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from composer.model.base import between, one_of
from composer.units import Bytes, Nanoseconds
from composer.values import value


@value(kw_only=True)
class DeviceRequest:
    """`count` -1 means all."""

    capabilities: tuple[str, ...] = ()
    driver: str | None = None
    count: int | None = None
    device_ids: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


@value(kw_only=True)
class DiscreteResource:
    kind: str = ""
    value: int = 0


@value(kw_only=True)
class GenericResource:
    discrete_resource_spec: DiscreteResource | None = None


@value(kw_only=True)
class Resource:
    """`cpus` in cores."""

    cpus: float | None = None
    memory: Bytes | None = None
    pids: int | None = None
    devices: tuple[DeviceRequest, ...] = ()
    generic_resources: tuple[GenericResource, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Resources:
    limits: Resource | None = None
    reservations: Resource | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class UpdateConfig:
    parallelism: Annotated[int | None, between(0)] = None
    delay: Nanoseconds | None = None
    failure_action: str | None = None
    monitor: Nanoseconds | None = None
    max_failure_ratio: float | None = None
    order: Annotated[str | None, one_of("start-first", "stop-first")] = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class RestartPolicy:
    condition: str | None = None
    delay: Nanoseconds | None = None
    max_attempts: Annotated[int | None, between(0)] = None
    window: Nanoseconds | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class PlacementPreference:
    spread: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Placement:
    constraints: tuple[str, ...] = ()
    preferences: tuple[PlacementPreference, ...] = ()
    max_replicas_per_node: Annotated[int | None, between(0)] = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Deploy:
    mode: str | None = None
    replicas: Annotated[int | None, between(0)] = None
    labels: Mapping[str, str] = field(default_factory=dict)
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    resources: Resources = field(default_factory=Resources)
    restart_policy: RestartPolicy | None = None
    placement: Placement = field(default_factory=Placement)
    endpoint_mode: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
