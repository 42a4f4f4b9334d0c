"""One entry of a service's `volumes`, long form."""

from __future__ import annotations

from dataclasses import dataclass

from composer.units import Bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BindOptions:
    selinux: str | None = None
    propagation: str | None = None
    create_host_path: bool | None = None
    recursive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeOptions:
    nocopy: bool | None = None
    subpath: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TmpfsOptions:
    size: Bytes | None = None
    mode: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """`type` is bind, volume, tmpfs, image, npipe or cluster; an anonymous volume has no `source`."""

    type: str
    source: str | None = None
    target: str | None = None
    read_only: bool | None = None
    consistency: str | None = None
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
