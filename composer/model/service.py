"""A service: one container image and how to run it. Field order is the order of docker compose's
`config --format json`, on which its config-hash depends (see `plan.fingerprint`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.model.dependency import Dependency
from composer.model.healthcheck import Healthcheck
from composer.model.mount import Mount
from composer.model.network import ServiceNetwork
from composer.model.port import Port
from composer.units import Bytes, Nanoseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Logging:
    driver: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    replicas: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Canonical form. `None` or empty means: not set. `command`/`entrypoint`: None inherits, () clears."""

    name: str
    profiles: tuple[str, ...] = ()
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    cpus: float | None = None
    command: tuple[str, ...] | None = None
    container_name: str | None = None
    depends_on: Mapping[str, Dependency] = field(default_factory=dict)
    deploy: Deploy | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str | None] = field(default_factory=dict)
    expose: tuple[str, ...] = ()
    extra_hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hostname: str | None = None
    healthcheck: Healthcheck | None = None
    image: str | None = None
    init: bool | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    logging: Logging | None = None
    mem_limit: Bytes | None = None
    networks: Mapping[str, ServiceNetwork | None] = field(default_factory=dict)
    ports: tuple[Port, ...] = ()
    privileged: bool | None = None
    pull_policy: str | None = None
    read_only: bool | None = None
    restart: str | None = None
    scale: int | None = None
    stdin_open: bool | None = None
    stop_grace_period: Nanoseconds | None = None
    stop_signal: str | None = None
    tmpfs: tuple[str, ...] = ()
    tty: bool | None = None
    user: str | None = None
    volumes: tuple[Mount, ...] = ()
    working_dir: str | None = None

    @property
    def replicas(self) -> int:
        """How many containers: `scale`, else `deploy.replicas`, else 1."""
        if self.scale is not None:
            return self.scale
        if self.deploy is not None and self.deploy.replicas is not None:
            return self.deploy.replicas
        return 1
