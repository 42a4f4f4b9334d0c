"""Project → what should exist: the services to run, their hashes, labels and replica specs.

Owns the labels of everything Composer creates (the interop contract, see `labels`), the order of
networks, `--scale` and the choice of services. Must not know: what exists (`observed`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import field, replace

from composer import __version__, labels
from composer.errors import PlanError
from composer.graph.query import closure
from composer.model.dump import network_document, volume_document
from composer.model.mount import Mount
from composer.model.network import Network, ServiceNetwork
from composer.model.project import Project
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.actions import Parent, ReplicaId, ReplicaSpec
from composer.plan.api_socket import with_api_socket
from composer.plan.contents import Contents, content_label
from composer.plan.definition import definition_text, salt_of
from composer.plan.fingerprint import hashed_document, network_hash, volume_hash
from composer.plan.sharing import hash_of, links_of
from composer.values import value


@value()
class DesiredState:
    """`project` holds just the services of this command, scaled, with the networks and volumes they use.
    `hashes` are the config hashes by service; `version` goes into the version label. `parents` and `linked`
    are filled in while containers are decided on: by service, whose containers it shares, and the names of
    the containers it links to. `contents`: what stands behind secrets and configs."""

    project: Project
    hashes: Mapping[str, str]
    version: str = __version__
    parents: Mapping[str, tuple[Parent, ...]] = field(default_factory=dict)
    linked: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    contents: Contents = field(default_factory=dict)


def desire(
    project: Project,
    *,
    scale: Mapping[str, int] | None = None,
    version: str = __version__,
    contents: Contents | None = None,
) -> DesiredState:
    """`scale`: service → replicas, over what the file says.

    Raises `PlanError` for an unknown service in `scale`, or several replicas under one container name.
    """
    scaled = with_api_socket(_scaled(project, scale or {}))
    for service in scaled.services.values():
        if service.container_name and service.replicas > 1:
            raise PlanError(
                f'service "{service.name}" cannot run {service.replicas} replicas '
                f'under the one container name "{service.container_name}"',
                hint="remove `container_name` to scale the service",
            )
    hashes = {name: hash_of(service) for name, service in scaled.services.items()}
    return DesiredState(scaled, hashes, version, contents=contents or {})


def select(project: Project, names: Iterable[str], *, no_deps: bool) -> Project:
    """The project cut down to the named services (() = all) and, unless `no_deps`, those they depend on.

    The others count as disabled: not run, but not orphans either. With `no_deps`, dependencies on
    services that are not named are dropped. Raises `PlanError` for an unknown name.
    """
    wanted = tuple(names)
    for name in wanted:
        if name not in project.services:
            raise no_such_service(name, project.services)
    if not wanted:
        return project
    kept = _kept_services(project, wanted, no_deps=no_deps)
    return replace(
        project,
        services=kept,
        disabled={
            **project.disabled,
            **{name: service for name, service in project.services.items() if name not in kept},
        },
        networks={key: network for key, network in project.networks.items() if key in _networks_of(kept.values())},
        volumes={key: volume for key, volume in project.volumes.items() if key in _volumes_of(kept.values())},
    )


def no_such_service(name: str, known: Iterable[str]) -> PlanError:
    """`known`: the names that may have been meant."""
    from composer.suggest import did_you_mean  # noqa: PLC0415 - only when something went wrong

    return PlanError(f"no such service: {name}", hint=did_you_mean(name, known))


def image_of(project: Project, service: Service) -> str:
    """The service's image, or the name under which a built one is stored."""
    return service.image or f"{project.name}{project.separator}{service.name}"


def platform_of(project: Project, service: Service) -> str | None:
    """Of its image and containers; None for the engine's own."""
    return service.platform or project.default_platform or None


def container_name(project: Project, service: Service, number: int) -> str:
    return service.container_name or labels.container_name(
        project.name, service.name, number, separator=project.separator
    )


def replica_spec(desired: DesiredState, service: Service, number: int, *, replaces: bool = False) -> ReplicaSpec:
    """All that is needed to create replica `number`; with `replaces` it takes the place of another container."""
    project = desired.project
    return ReplicaSpec(
        replica=ReplicaId(service.name, number),
        service=service,
        name=container_name(project, service, number),
        image=image_of(project, service),
        config_hash=desired.hashes[service.name],
        labels=_container_labels(desired, service, number, replaces=replaces),
        networks=_endpoints(project, service),
        volume_names={key: project.volumes[key].name for key in volume_keys(service) if key in project.volumes},
        files=_files(project, service),
        links=links_of(service, number, project.name, desired.linked.get(service.name, {})),
        parents=desired.parents.get(service.name, ()),
        platform=platform_of(project, service),
    )


def _files(project: Project, service: Service) -> tuple[Mount, ...]:
    if not (service.secrets or service.configs):
        return ()
    from composer.plan.deliveries import file_mounts  # noqa: PLC0415 - rare

    return file_mounts(project, service)


def network_labels(desired: DesiredState, key: str, network: Network) -> dict[str, str]:
    own = {labels.NETWORK: key, labels.PROJECT: desired.project.name, labels.VERSION: desired.version}
    own[labels.DEFINITION] = definition_text(network_document(network), salt_of(desired.project.name, key))
    return {**network.labels, **own, labels.CONFIG_HASH: network_hash(network)}


def volume_labels(desired: DesiredState, key: str, volume: Volume) -> dict[str, str]:
    own = {labels.VOLUME: key, labels.PROJECT: desired.project.name, labels.VERSION: desired.version}
    own[labels.DEFINITION] = definition_text(volume_document(volume), salt_of(desired.project.name, key))
    return {**volume.labels, **own, labels.CONFIG_HASH: volume_hash(volume)}


def network_keys(service: Service) -> tuple[str, ...]:
    """High priority first, then by name: the first one is the container's main network."""

    def rank(key: str) -> tuple[int, str]:
        settings = service.networks[key]
        return (-settings.priority if settings else 0, key)

    return tuple(sorted(service.networks, key=rank))


def volume_keys(service: Service) -> tuple[str, ...]:
    """The named volumes it mounts; anonymous ones have no source."""
    return tuple(mount.source for mount in service.volumes if mount.type == "volume" and mount.source)


def depends_on_label(service: Service, services: Container[str]) -> str:
    """`db:service_healthy:false,cache:service_started:true`: name, condition, restart. `services`: those there are;
    an optional dependency that no profile enables is none."""
    return ",".join(
        f"{name}:{dependency.condition}:{str(dependency.restart).lower()}"
        for name, dependency in service.depends_on.items()
        if name in services
    )


def _container_labels(desired: DesiredState, service: Service, number: int, *, replaces: bool) -> dict[str, str]:
    project = desired.project
    own = {
        labels.PROJECT: project.name,
        labels.SERVICE: service.name,
        labels.NUMBER: str(number),
        labels.ONEOFF: "False",
        labels.CONFIG_HASH: desired.hashes[service.name],
        labels.DEPENDS_ON: depends_on_label(service, project.services),
        labels.WORKING_DIR: project.working_dir,
        labels.CONFIG_FILES: ",".join(project.config_files),
        labels.VERSION: desired.version,
        labels.DEFINITION: definition_text(hashed_document(service), salt_of(project.name, service.name)),
    }
    if content := content_label(project, service, desired.contents):
        own[labels.CONTENT] = content
    if project.environment_files:
        own[labels.ENVIRONMENT_FILE] = ",".join(project.environment_files)
    if replaces:
        own[labels.REPLACE] = service.container_name or labels.replica_label(service.name, number)
    return {**service.labels, **own}


def _endpoints(project: Project, service: Service) -> tuple[tuple[str, ServiceNetwork], ...]:
    return tuple(
        (project.networks[key].name, service.networks[key] or ServiceNetwork()) for key in network_keys(service)
    )


def _scaled(project: Project, scale: Mapping[str, int]) -> Project:
    for name in scale:
        if name not in project.services:
            raise no_such_service(name, project.services)
    if not scale:
        return project
    services = {
        name: replace(service, scale=scale[name]) if name in scale else service
        for name, service in project.services.items()
    }
    return replace(project, services=services)


def _kept_services(project: Project, wanted: tuple[str, ...], *, no_deps: bool) -> dict[str, Service]:
    if not no_deps:
        return {name: project.services[name] for name in closure(project, wanted)}
    return {
        name: replace(service, depends_on={key: edge for key, edge in service.depends_on.items() if key in wanted})
        for name, service in project.services.items()
        if name in wanted
    }


def _networks_of(services: Iterable[Service]) -> set[str]:
    return {key for service in services for key in service.networks}


def _volumes_of(services: Iterable[Service]) -> set[str]:
    return {key for service in services for key in volume_keys(service)}
