"""A project: what one or more Compose files mean, canonical and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.model.network import Network
from composer.model.service import Service
from composer.model.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`services` are the enabled and selected ones; `disabled` those of inactive profiles (they are
    not orphans). `networks`/`volumes` are only those the services use. Paths are absolute.
    `environment_files` are the `--env-file` arguments, absolute (a label records them)."""

    name: str
    working_dir: str
    config_files: tuple[str, ...] = ()
    environment_files: tuple[str, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    disabled: Mapping[str, Service] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
