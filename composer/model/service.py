"""A service: one container image and how to run it.

Field order is the order of docker compose's `config --format json`, on which its config-hash depends (see
`plan.fingerprint`). Classes that few files use are imported when one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated

from composer.model.base import between, matching, one_of
from composer.units import Bytes, Nanoseconds
from composer.values import value

if TYPE_CHECKING:
    from composer.model.ai_model import ServiceModel
    from composer.model.build import Build
    from composer.model.dependency import Dependency
    from composer.model.deploy import Deploy, DeviceRequest
    from composer.model.develop import Develop
    from composer.model.healthcheck import Healthcheck
    from composer.model.lifecycle import Hook, Provider
    from composer.model.mount import Mount
    from composer.model.network import ServiceNetwork
    from composer.model.port import Port
    from composer.model.secret import ServiceConfig, ServiceSecret
    from composer.model.service_limits import BlkioConfig, CredentialSpec, Device, Ulimit


PULL_POLICY = "always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+"


@value(kw_only=True)
class Logging:
    driver: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class EnvFile:
    """`path` is absolute. `format`: None is the dotenv grammar, `raw` takes values verbatim."""

    path: str
    required: bool = True
    format: Annotated[str | None, one_of("raw")] = None


@value(kw_only=True)
class Extended:
    """A service of the file `file` (absolute) that says nothing at all. The reference leaves an `extends` that leads
    to one where it is, and it counts for the config hash; every other is gone once it has been followed."""

    file: str
    service: str


@value(kw_only=True)
class Service:
    """Canonical form. `None` or empty means: not set. `command`/`entrypoint`: None inherits, () clears.

    `env_file` and `label_file` of the services that take part are folded into `environment` and `labels`. Then
    `env_file` is empty; the paths of label files stay where containers are made, as the config hash has them."""

    name: str
    profiles: tuple[str, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    attach: bool | None = None
    build: Build | None = None
    develop: Develop | None = None
    blkio_config: BlkioConfig | None = None
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    cgroup_parent: str | None = None
    cgroup: Annotated[str | None, one_of("host", "private")] = None
    cpu_count: Annotated[int | None, between(0)] = None
    cpu_percent: Annotated[int | None, between(0, 100)] = None
    cpu_period: int | None = None
    cpu_quota: int | None = None
    cpu_rt_period: int | None = None
    cpu_rt_runtime: int | None = None
    cpus: float | None = None
    cpuset: str | None = None
    cpu_shares: int | None = None
    command: tuple[str, ...] | None = None
    configs: tuple[ServiceConfig, ...] = ()
    container_name: Annotated[
        str | None, matching("[a-zA-Z0-9][a-zA-Z0-9_.-]+", "a container's name: two or more of a-z A-Z 0-9 _ . -")
    ] = None
    credential_spec: CredentialSpec | None = None
    depends_on: Mapping[str, Dependency] = field(default_factory=dict)
    deploy: Deploy | None = None
    device_cgroup_rules: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    dns: tuple[str, ...] = ()
    dns_opt: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    domainname: str | None = None
    entrypoint: tuple[str, ...] | None = None
    provider: Provider | None = None
    environment: Mapping[str, str | None] = field(default_factory=dict)
    env_file: tuple[EnvFile, ...] = ()
    expose: tuple[str, ...] = ()
    extends: Extended | None = None
    external_links: tuple[str, ...] = ()
    extra_hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    group_add: tuple[str, ...] = ()
    gpus: tuple[DeviceRequest, ...] = ()
    hostname: str | None = None
    healthcheck: Healthcheck | None = None
    image: str | None = None
    init: bool | None = None
    ipc: str | None = None
    isolation: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    label_file: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    logging: Logging | None = None
    mem_limit: Bytes | None = None
    mem_reservation: Bytes | None = None
    memswap_limit: Bytes | None = None
    mem_swappiness: Bytes | None = None
    mac_address: str | None = None
    models: Mapping[str, ServiceModel | None] = field(default_factory=dict)
    network_mode: str | None = None
    networks: Mapping[str, ServiceNetwork | None] = field(default_factory=dict)
    oom_kill_disable: bool | None = None
    oom_score_adj: Annotated[int | None, between(-1000, 1000)] = None
    pid: str | None = None
    pids_limit: int | None = None
    platform: str | None = None
    ports: tuple[Port, ...] = ()
    privileged: bool | None = None
    pull_policy: Annotated[
        str | None, matching(PULL_POLICY, "one of always, never, missing, build, daily, weekly, every_<duration>")
    ] = None
    read_only: bool | None = None
    restart: str | None = None
    runtime: str | None = None
    scale: Annotated[int | None, between(0)] = None
    secrets: tuple[ServiceSecret, ...] = ()
    security_opt: tuple[str, ...] = ()
    shm_size: Bytes | None = None
    stdin_open: bool | None = None
    stop_grace_period: Nanoseconds | None = None
    stop_signal: str | None = None
    storage_opt: Mapping[str, str] = field(default_factory=dict)
    sysctls: Mapping[str, str] = field(default_factory=dict)
    tmpfs: tuple[str, ...] = ()
    tty: bool | None = None
    ulimits: Mapping[str, Ulimit] = field(default_factory=dict)
    use_api_socket: bool | None = None
    user: str | None = None
    userns_mode: str | None = None
    uts: str | None = None
    volumes: tuple[Mount, ...] = ()
    volumes_from: tuple[str, ...] = ()
    working_dir: str | None = None
    pre_start: tuple[Hook, ...] = ()
    post_start: tuple[Hook, ...] = ()
    pre_stop: tuple[Hook, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)

    @property
    def replicas(self) -> int:
        """How many containers: `scale`, else `deploy.replicas`, else 1."""
        if self.scale is not None:
            return self.scale
        if self.deploy is not None and self.deploy.replicas is not None:
            return self.deploy.replicas
        return 1
