"""What `down` removes besides containers: networks, and when asked volumes and images.

Owns what goes and what stays. Only what carries the project's label and is not external goes, and only when
nothing that this plan leaves alive uses it. Each goes as soon as its last user is gone. Pure. Must not know:
why containers are removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from composer import labels
from composer.model.project import Project
from composer.plan.actions import RemoveImage, RemoveNetwork, RemoveVolume, StepId
from composer.plan.desired import image_of, volume_keys
from composer.plan.draft import Draft
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.reasons import Cause, Reason

_REQUESTED = Reason(Cause.REQUESTED)


def remove_networks(
    draft: Draft, project: Project | None, observed: ObservedState, services: Collection[str] | None
) -> None:
    """`services`: those named on the command line: only their networks go. None: all of the project's.

    A container that does not run holds no network; one that runs and stays keeps it, with a warning.
    """
    kept = {network.name for network in project.networks.values() if network.external} if project else set()
    concerned = None if services is None else _networks_of(project, observed, services)
    for name, network in sorted(observed.networks.items()):
        if network.project != observed.project or name in kept or (concerned is not None and name not in concerned):
            continue
        users = [found for found in observed.containers if name in found.networks]
        if staying := [found for found in users if found.is_running and found.id not in draft.removes]:
            if services is None:
                draft.warnings.append(_stays("network", name, staying))
            continue
        after = _removals(draft, users)
        draft.add(f"remove-network:{network.key or name}", RemoveNetwork(name, network.id), _REQUESTED, after=after)


def remove_volumes(
    draft: Draft, project: Project | None, observed: ObservedState, services: Collection[str] | None
) -> None:
    """The volumes that the file declares; without a file, all with the project's label. `services` as above."""
    declared = None if project is None else {volume.name for volume in project.volumes.values() if not volume.external}
    concerned = None if services is None else _volumes_of(project, observed, services)
    for name, volume in sorted(observed.volumes.items()):
        allowed = all(names is None or name in names for names in (declared, concerned))
        if volume.project != observed.project or not allowed:
            continue
        users = [found for found in observed.containers if name in found.volumes]
        if staying := [found for found in users if found.id not in draft.removes]:
            draft.warnings.append(_stays("volume", name, staying))
            continue
        draft.add(f"remove-volume:{volume.key or name}", RemoveVolume(name), _REQUESTED, after=_removals(draft, users))


def remove_images(
    draft: Draft,
    project: Project | None,
    observed: ObservedState,
    services: Collection[str],
    *,
    only_local: bool,
) -> None:
    """`--rmi`: the images of `services`; with `only_local` those that were built for the project."""
    refs = {ref for ref, image in observed.images.items() if image.labels.get(labels.PROJECT) == observed.project}
    declared = [project.services[name] for name in services] if project else []
    if project is not None:
        refs |= {image_of(project, service) for service in declared if not (only_local and service.image)}
    if not only_local:
        refs |= {found.image for found in observed.containers if found.service in services}
    used = {found.image for found in observed.containers}
    for ref in sorted(ref for ref in refs if ref in used or ref in observed.images):
        users = [found for found in observed.containers if found.image == ref]
        if staying := [found for found in users if found.id not in draft.removes]:
            draft.warnings.append(_stays("image", ref, staying))
            continue
        draft.add(f"remove-image:{ref}", RemoveImage(ref), _REQUESTED, after=_removals(draft, users))


def _networks_of(project: Project | None, observed: ObservedState, services: Collection[str]) -> set[str]:
    names = {name for found in observed.containers if found.service in services for name in found.networks}
    if project is not None:
        keys = {key for service in services for key in project.services[service].networks}
        names |= {project.networks[key].name for key in keys if key in project.networks}
    return names


def _volumes_of(project: Project | None, observed: ObservedState, services: Collection[str]) -> set[str]:
    names = {name for found in observed.containers if found.service in services for name in found.volumes}
    if project is not None:
        keys = {key for service in services for key in volume_keys(project.services[service])}
        names |= {project.volumes[key].name for key in keys if key in project.volumes}
    return names


def _removals(draft: Draft, users: Iterable[ObservedContainer]) -> tuple[StepId, ...]:
    return tuple(draft.removes[found.id] for found in users if found.id in draft.removes)


def _stays(kind: str, name: str, users: Iterable[ObservedContainer]) -> str:
    return f"{kind} {name} stays: it is in use by {', '.join(found.name for found in users)}"
