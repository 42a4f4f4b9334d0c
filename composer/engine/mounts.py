"""A service's `volumes` as the engine wants them: `Binds` strings and `Mounts` objects.

Which of the two is used follows docker compose 2.40.3, as both show in inspect: a bind that may create
its host folder and a plain named volume are binds, all else are mounts. Also what a new container takes
over from the one it replaces. Pure. Must not know: the engine client, the rest of the payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.model.mount import BindOptions, Mount, VolumeOptions

_RECURSIVE = {
    "disabled": "NonRecursive",
    "writable": "ReadOnlyNonRecursive",
    "readonly": "ReadOnlyForceRecursive",
}


@value()
class InheritedVolume:
    """A mount of a replaced container. `of_image`: its target is a VOLUME of the image."""

    type: str
    source: str
    target: str
    read_only: bool = False
    of_image: bool = False


def inherited_anonymous_volumes(old_inspect: Mapping[str, Any]) -> tuple[InheritedVolume, ...]:
    """The mounts of an old container (the engine's inspect JSON) that its successor may take over.

    Which of them it does take over is decided with the new service at hand (`mounts_of`): those at a
    VOLUME of the image, and those at the target of an anonymous volume. tmpfs has nothing to keep.
    """
    image_volumes = (old_inspect.get("Config") or {}).get("Volumes") or {}
    return tuple(
        InheritedVolume(
            type=mount["Type"],
            source=(mount.get("Name") if mount["Type"] == "volume" else mount.get("Source")) or "",
            target=mount["Destination"],
            read_only=not mount.get("RW", True),
            of_image=mount["Destination"] in image_volumes,
        )
        for mount in old_inspect.get("Mounts") or ()
        if mount["Type"] != "tmpfs"
    )


def mounts_of(
    mounts: Iterable[Mount],
    volume_names: Mapping[str, str],
    inherited: Iterable[InheritedVolume],
    files: Iterable[Mount] = (),
) -> tuple[list[str], list[dict[str, Any]]]:
    """`Binds` and `Mounts`, in the order of the file; of two with the same target the later one counts.

    `files`: secrets and configs. They give way to a mount with the same target, and never make a host folder.
    """
    declared = {mount.target: mount for mount in mounts}
    taken = {old.target: old for old in inherited if _is_taken_over(old, declared.get(old.target))}
    binds = []
    objects = []
    for target, mount in declared.items():
        if target in taken:
            objects.append(_inherited_mount(taken.pop(target)))
        elif _needs_mount(mount, volume_names):
            objects.append(_mount(mount, volume_names))
        else:
            binds.append(_bind(mount, volume_names))
    objects.extend(_mount(file, volume_names) for file in files if file.target not in {*declared, *taken})
    objects.extend(_inherited_mount(old) for old in taken.values())
    return binds, objects


def _is_taken_over(old: InheritedVolume, declared: Mount | None) -> bool:
    return old.of_image if declared is None else not declared.source and declared.type != "tmpfs"


def _inherited_mount(old: InheritedVolume) -> dict[str, Any]:
    mount: dict[str, Any] = {"Type": old.type, "Source": old.source, "Target": old.target}
    return {**mount, "ReadOnly": True} if old.read_only else mount


def _needs_mount(mount: Mount, volume_names: Mapping[str, str]) -> bool:
    if mount.type == "bind":
        return mount.bind is not None and _has_mount_only_options(mount.bind)
    if mount.type == "volume" and mount.source:
        options = mount.volume
        if mount.source not in volume_names:  # not declared by the project: it can only come from `run -v`
            return True
        return options is not None and bool(options.nocopy or options.subpath or options.labels)
    return True


def _has_mount_only_options(bind: BindOptions) -> bool:
    return not bind.create_host_path or bool(bind.propagation or bind.recursive)


def _bind(mount: Mount, volume_names: Mapping[str, str]) -> str:
    options = "ro" if mount.read_only else "rw"
    if mount.bind is not None and mount.bind.selinux:
        options += f",{mount.bind.selinux}"
    return f"{_source(mount, volume_names)}:{mount.target}:{options}"


def _source(mount: Mount, volume_names: Mapping[str, str]) -> str:
    source = mount.source or ""
    return volume_names.get(source, source) if mount.type == "volume" else source


def _mount(mount: Mount, volume_names: Mapping[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {"Type": mount.type}
    if source := _source(mount, volume_names):
        result["Source"] = source
    result["Target"] = mount.target
    if mount.read_only:
        result["ReadOnly"] = True
    if mount.consistency:
        result["Consistency"] = mount.consistency
    # Options of another type than the mount's are left out, as the format says.
    if mount.type == "bind" and mount.bind is not None:
        result["BindOptions"] = _bind_options(mount.bind)
    elif mount.type == "volume" and mount.volume is not None:
        result["VolumeOptions"] = _volume_options(mount.volume)
    elif mount.type == "tmpfs" and mount.tmpfs is not None:
        size, mode = mount.tmpfs.size, mount.tmpfs.mode
        result["TmpfsOptions"] = {**({"SizeBytes": int(size)} if size else {}), **({"Mode": mode} if mode else {})}
    elif mount.type == "image" and mount.image is not None:
        result["ImageOptions"] = {"Subpath": mount.image.subpath} if mount.image.subpath else {}
    return result


def _bind_options(bind: BindOptions) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if bind.propagation:
        options["Propagation"] = bind.propagation
    if bind.create_host_path:
        options["CreateMountpoint"] = True
    if bind.recursive in _RECURSIVE:
        options[_RECURSIVE[bind.recursive]] = True
    return options


def _volume_options(volume: VolumeOptions) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if volume.nocopy:
        options["NoCopy"] = True
    if volume.labels:
        options["Labels"] = dict(volume.labels)
    if volume.subpath:
        options["Subpath"] = volume.subpath
    return options
