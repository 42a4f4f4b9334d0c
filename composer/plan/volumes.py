"""Volumes: which are missing, and what to say about those that are not as the file wants them.

Owns the decision per volume: use or create. A volume that differs is kept with a warning, for removing it
would destroy data. Pure. Must not know: which containers mount what.
"""

from __future__ import annotations

from composer import labels
from composer.errors import PlanError
from composer.model.volume import Volume
from composer.plan.actions import CreateVolume, StepId
from composer.plan.desired import DesiredState, volume_labels
from composer.plan.draft import Draft
from composer.plan.observed import ObservedState, ObservedVolume
from composer.plan.reasons import Cause, Reason


def add_volumes(draft: Draft, desired: DesiredState, observed: ObservedState) -> dict[str, StepId]:
    """Key → the step that makes the volume, for those that are missing; warnings go to the draft.

    Raises `PlanError` for an external volume that does not exist.
    """
    made: dict[str, StepId] = {}
    for key, volume in desired.project.volumes.items():
        found = observed.volumes.get(volume.name)
        if volume.external:
            _require(volume, found)
            continue
        wanted = volume_labels(desired, key, volume)
        if found is None:
            made[key] = draft.add(f"volume:{key}", CreateVolume(key, volume, wanted), Reason(Cause.MISSING))
        elif found.project != desired.project.name:
            draft.warnings.append(_stranger(desired, found))
        elif found.config_hash not in ("", wanted[labels.CONFIG_HASH]):
            draft.warnings.append(
                f"volume {volume.name} does not match its definition any more; "
                "it is kept as it is, since recreating it would destroy its data"
            )
    return made


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
