"""Networks: the top-level definition, and how a service joins one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import value


@value(kw_only=True)
class ServiceNetwork:
    """How a service joins a network. Sorted by `priority` (high first), then by name."""

    aliases: tuple[str, ...] = ()
    driver_opts: Mapping[str, str] = field(default_factory=dict)
    gw_priority: int | None = None
    interface_name: str | None = None
    ipv4_address: str | None = None
    ipv6_address: str | None = None
    link_local_ips: tuple[str, ...] = ()
    mac_address: str | None = None
    priority: int = 0
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Pool:
    """One subnet of a network."""

    subnet: str | None = None
    gateway: str | None = None
    ip_range: str | None = None
    aux_addresses: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Ipam:
    driver: str | None = None
    config: tuple[Pool, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Network:
    """A top-level network; `name` is the engine's name (project prefix already applied)."""

    name: str = ""
    driver: str | None = None
    driver_opts: Mapping[str, str] = field(default_factory=dict)
    ipam: Ipam = field(default_factory=Ipam)
    external: bool = False
    internal: bool = False
    attachable: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    enable_ipv4: bool | None = None
    enable_ipv6: bool | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
