"""Volumes: which are missing, which differ from the file, and the steps that cure it.

Owns the decision per volume: use, create, or make anew. That destroys its data, so it has to be confirmed, and all
containers that mount it go first. Pure. Must not know: how containers are replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field

from composer import labels
from composer.errors import PlanError
from composer.model.dump import volume_document
from composer.model.volume import Volume
from composer.plan.actions import CreateVolume, RemoveVolume, StepId
from composer.plan.confirmation import Confirmation, Risk
from composer.plan.desired import DesiredState, volume_labels
from composer.plan.draft import Draft
from composer.plan.grounds import resource_changed
from composer.plan.observed import ObservedContainer, ObservedState, ObservedVolume
from composer.plan.reasons import Cause, Reason
from composer.values import value


@value()
class VolumeDecisions:
    """By key of the file. `missing` are created; `diverged` made anew, with the reason."""

    missing: tuple[str, ...] = ()
    diverged: Mapping[str, Reason] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def decide_volumes(
    desired: DesiredState, observed: ObservedState, declined: Collection[Confirmation] = ()
) -> VolumeDecisions:
    """`declined`: a volume that the user wants to keep as it is stays, with a warning.

    Raises `PlanError` for an external volume that does not exist.
    """
    missing: list[str] = []
    diverged: dict[str, Reason] = {}
    warnings: list[str] = []
    kept = {answer.subject for answer in declined if answer.risk is Risk.VOLUME_DATA}
    for key, volume in desired.project.volumes.items():
        found = observed.volumes.get(volume.name)
        if volume.external:
            _require(volume, found)
        elif found is None:
            missing.append(key)
        elif found.project != desired.project.name:
            warnings.append(_stranger(desired, found))
        elif (reason := _difference(desired, key, volume, found)) is None:
            continue
        elif volume.name in kept:
            warnings.append(f"volume {volume.name} does not match its definition any more; it is kept as it is")
        else:
            diverged[key] = reason
    return VolumeDecisions(tuple(missing), diverged, tuple(warnings))


def add_volumes(
    draft: Draft, desired: DesiredState, observed: ObservedState, decisions: VolumeDecisions
) -> dict[str, StepId]:
    """Key → the step that makes the volume. Making one anew is completed by `free_volumes`."""
    made: dict[str, StepId] = {}
    for key, volume in desired.project.volumes.items():
        create = CreateVolume(key, volume, volume_labels(desired, key, volume))
        if key in decisions.missing:
            made[key] = draft.add(f"volume:{key}", create, Reason(Cause.MISSING))
        elif key in decisions.diverged:
            reason = decisions.diverged[key]
            removed = draft.add(f"remove-volume:{key}", RemoveVolume(volume.name, recreated=True), reason)
            made[key] = draft.add(f"volume:{key}", create, reason, after=(removed,))
            users = tuple(sorted(found.name for found in users_of(observed, volume.name)))
            draft.confirmations.append(Confirmation(Risk.VOLUME_DATA, volume.name, users))
    return made


def free_volumes(draft: Draft, desired: DesiredState, observed: ObservedState, decisions: VolumeDecisions) -> None:
    """A volume is removed once every container that mounts it is gone.

    Raises `PlanError` when one of them is not removed by this plan.
    """
    for key in decisions.diverged:
        name = desired.project.volumes[key].name
        for container in users_of(observed, name):
            if container.id not in draft.removes:
                raise _held(name, container)
            draft.after(StepId(f"remove-volume:{key}"), (draft.removes[container.id],))


def users_of(observed: ObservedState, volume: str) -> tuple[ObservedContainer, ...]:
    """The containers of the project that mount it, running or not. `volume`: its engine name."""
    return tuple(found for found in observed.containers if volume in found.volumes)


def _difference(desired: DesiredState, key: str, volume: Volume, found: ObservedVolume) -> Reason | None:
    expected = volume_labels(desired, key, volume)[labels.CONFIG_HASH]
    if found.config_hash in ("", expected):
        return None
    return resource_changed(volume_document(volume), found, expected)


def _require(volume: Volume, found: ObservedVolume | None) -> None:
    if found is None:
        raise PlanError(
            f'external volume "{volume.name}" not found',
            hint=f"create it first: docker volume create {volume.name}",
        )


def _stranger(desired: DesiredState, found: ObservedVolume) -> str:
    maker = f'was created for project "{found.project}"' if found.project else "was not created by Compose"
    return (
        f"volume {found.name} exists but {maker}, not for {desired.project.name}; it is used as it is. "
        "Set `external: true` to say that this is meant"
    )


def _held(name: str, container: ObservedContainer) -> PlanError:
    return PlanError(
        f"volume {name} has changed and must be made anew, but container {container.name} mounts it "
        "and is not part of this command",
        hint=f"run the command for all services, or remove {container.name} first",
    )
