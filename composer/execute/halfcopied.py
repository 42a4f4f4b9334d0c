"""A volume into which the engine has copied only a part of the image's files, because the disk was full.

The engine copies into a new volume once, when a container is made with it. If that breaks off, the part stays, the next
container takes it for the whole, and nobody is told. So the volume is made empty again: it was so before. Called only
after such a failure. Must not know: steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer import labels
from composer.errors import EngineError

if TYPE_CHECKING:
    from composer.engine.port import Engine
    from composer.plan.actions import ReplicaSpec
    from composer.plan.observed import ObservedVolume

COPY_FAILED = "failed to copy files"


def emptied_again(engine: Engine, spec: ReplicaSpec, message: str) -> str:
    """What became of the volume that `message`, the engine's refusal to make `spec`, names; "" if it names none."""
    try:
        found = next((one for one in map(engine.volume, spec.volume_names.values()) if _is_named(one, message)), None)
    except EngineError:
        return ""
    if found is None:
        return ""
    part = f"volume {found.name} held only a part of the image's files"
    if _make_anew(engine, found, spec.labels.get(labels.PROJECT, "")):
        return f"{part}; it was emptied again"
    return f"{part.replace('held', 'holds')}: empty it before the next `up`"


def _is_named(volume: ObservedVolume | None, message: str) -> bool:
    return volume is not None and bool(volume.mountpoint) and f"{volume.mountpoint}/" in message


def _make_anew(engine: Engine, found: ObservedVolume, project: str) -> bool:
    """Only a volume of the project, kept by the engine itself; one that somebody uses meanwhile cannot be removed."""
    if found.project != project or found.driver != "local" or found.settings.get("driver_opts"):
        return False
    try:
        engine.remove_volume(found.name)
        engine.create_volume(
            {"Name": found.name, "Driver": found.driver, "DriverOpts": None, "Labels": dict(found.labels)}
        )
    except EngineError:
        return False
    return True
