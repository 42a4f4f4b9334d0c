"""Kernel-near settings of a service that few files use: block I/O, ulimits, devices, credential specs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from composer.model.base import between
from composer.units import Bytes
from composer.values import value


@value(kw_only=True)
class Ulimit:
    """Either `single` or both `soft` and `hard`."""

    single: int | None = None
    soft: int | None = None
    hard: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Device:
    """`target` and `permissions` are set for the short form. A name such as `vendor/class=name` is a CDI device."""

    source: str
    target: str | None = None
    permissions: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class RateLimit:
    """`rate` in bytes or operations per second."""

    path: str = ""
    rate: Bytes = Bytes(0)


@value(kw_only=True)
class WeightDevice:
    path: str = ""
    weight: Annotated[int, between(0, 65535)] = 0


@value(kw_only=True)
class BlkioConfig:
    weight: Annotated[int | None, between(0, 65535)] = None
    weight_device: tuple[WeightDevice, ...] = ()
    device_read_bps: tuple[RateLimit, ...] = ()
    device_read_iops: tuple[RateLimit, ...] = ()
    device_write_bps: tuple[RateLimit, ...] = ()
    device_write_iops: tuple[RateLimit, ...] = ()


@value(kw_only=True)
class CredentialSpec:
    config: str | None = None
    file: str | None = None
    registry: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
