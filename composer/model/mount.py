"""One entry of a service's `volumes`, long form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from composer.model.base import between, one_of
from composer.units import Bytes
from composer.values import value


@value(kw_only=True)
class BindOptions:
    selinux: Annotated[str | None, one_of("z", "Z")] = None
    propagation: str | None = None
    create_host_path: bool | None = None
    recursive: Annotated[str | None, one_of("enabled", "disabled", "writable", "readonly")] = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class VolumeOptions:
    labels: Mapping[str, str] = field(default_factory=dict)
    nocopy: bool | None = None
    subpath: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class TmpfsOptions:
    size: Annotated[Bytes | None, between(0)] = None
    mode: Annotated[int | None, between(0)] = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class ImageOptions:
    subpath: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Mount:
    """`type` is bind, volume, tmpfs, image, npipe or cluster; an anonymous volume has no `source`."""

    type: Annotated[str, one_of("bind", "volume", "tmpfs", "cluster", "npipe", "image")]
    source: str | None = None
    target: str | None = None
    read_only: bool | None = None
    consistency: str | None = None
    bind: BindOptions | None = None
    volume: VolumeOptions | None = None
    tmpfs: TmpfsOptions | None = None
    image: ImageOptions | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
