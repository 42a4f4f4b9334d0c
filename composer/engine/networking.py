"""Networks, and how a container joins them, as the engine wants them.

Owns `POST /networks/create` and the endpoint settings of a container, including which of them an older API
takes and where. Pure. Must not know: the rest of the container's body, what the engine holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.errors import PlanError
from composer.model.network import Network, ServiceNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from composer.model.network import Ipam
    from composer.plan.actions import CreateNetwork, ReplicaSpec

ApiVersion = tuple[int, int]

MANY_NETWORKS = (1, 44)  # the first API that takes more than one network in create, and a MAC address for each
_INTERFACE_NAME = "com.docker.network.endpoint.ifname"


def networking(spec: ReplicaSpec, api_version: ApiVersion) -> dict[str, Any]:
    """`NetworkingConfig` and, for an older API, `MacAddress`: fields of the create body, {} without networks."""
    fields: dict[str, Any] = {}
    if spec.networks:
        count = len(spec.networks) if api_version >= MANY_NETWORKS else 1
        endpoints = dict(_endpoints(spec, count, api_version))
        fields["NetworkingConfig"] = {"EndpointsConfig": endpoints}
    if api_version < MANY_NETWORKS and (address := _main_mac_address(spec)):
        fields["MacAddress"] = address
    return fields


def network_mode(spec: ReplicaSpec) -> str:
    """What the service says, else its main network, else none."""
    return spec.service.network_mode or (spec.networks[0][0] if spec.networks else "none")


def extra_networks(spec: ReplicaSpec, api_version: ApiVersion) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """(engine network name, endpoint) to connect after the create: an older API takes only one there."""
    if api_version >= MANY_NETWORKS:
        return ()
    return tuple(_endpoints(spec, len(spec.networks), api_version))[1:]


def endpoint_of(spec: ReplicaSpec, network: str, api_version: ApiVersion) -> Mapping[str, Any]:
    """How the container of `spec` joins `network` (an engine name), to be connected later."""
    return dict(_endpoints(spec, len(spec.networks), api_version))[network]


def network_payload(action: CreateNetwork, api_version: ApiVersion) -> Mapping[str, Any]:
    """An older API would make a second network of the same name unless told to look first."""
    network = action.network
    payload = {
        "Name": network.name,
        "Driver": network.driver or "",
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Options": dict(network.driver_opts) or None,
        "Labels": {**network.labels, **action.labels},
        **_address_families(network),
    }
    return payload if api_version >= MANY_NETWORKS else {**payload, "CheckDuplicate": True}


def _address_families(network: Network) -> dict[str, Any]:
    """What is not set is left to the engine. `ipam.options` the reference drops."""
    fields: dict[str, Any] = {}
    if network.enable_ipv4 is not None:
        fields["EnableIPv4"] = network.enable_ipv4
    if network.enable_ipv6 is not None:
        fields["EnableIPv6"] = network.enable_ipv6
    if network.ipam.driver or network.ipam.config:
        fields["IPAM"] = _ipam(network.ipam)
    return fields


def _ipam(ipam: Ipam) -> dict[str, Any]:
    pools = [
        {
            "Subnet": pool.subnet or "",
            "IPRange": pool.ip_range or "",
            "Gateway": pool.gateway or "",
            "AuxiliaryAddresses": dict(pool.aux_addresses) or None,
        }
        for pool in ipam.config
    ]
    return {"Driver": ipam.driver or "", "Config": [_without_empty(pool) for pool in pools]}


def _endpoints(spec: ReplicaSpec, count: int, api_version: ApiVersion) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, (name, settings) in enumerate(spec.networks[:count]):
        joined = settings or ServiceNetwork()
        fallback = spec.service.mac_address if index == 0 else None
        _refuse_two_addresses(spec, joined, fallback)
        endpoint = _endpoint(spec, joined)
        address = joined.mac_address or fallback
        if address and api_version >= MANY_NETWORKS:
            endpoint["MacAddress"] = address
        yield name, endpoint


def _endpoint(spec: ReplicaSpec, joined: ServiceNetwork) -> dict[str, Any]:
    """Under which names and addresses the container is found. All default settings count as none given."""
    plain = joined == ServiceNetwork()
    endpoint: dict[str, Any] = {
        "IPAMConfig": None if plain else _addresses(joined),
        "Aliases": _aliases(spec, joined),
    }
    if spec.links:
        endpoint["Links"] = list(spec.links)
    if options := _driver_options(joined):
        endpoint["DriverOpts"] = options
    if joined.gw_priority:
        endpoint["GwPriority"] = joined.gw_priority
    return endpoint


def _aliases(spec: ReplicaSpec, joined: ServiceNetwork) -> list[str]:
    """A one-off is not found under its service's names, unless it was asked for: it would get a share of the calls."""
    if spec.oneoff is not None and not spec.oneoff.aliases:
        return [spec.name]
    return [spec.name, spec.service.name, *joined.aliases]


def _addresses(joined: ServiceNetwork) -> dict[str, Any]:
    return _without_empty(
        {
            "IPv4Address": joined.ipv4_address,
            "IPv6Address": joined.ipv6_address,
            "LinkLocalIPs": list(joined.link_local_ips),
        }
    )


def _driver_options(joined: ServiceNetwork) -> dict[str, str]:
    options = dict(joined.driver_opts)
    if joined.interface_name:
        options[_INTERFACE_NAME] = joined.interface_name
    return options


def _main_mac_address(spec: ReplicaSpec) -> str:
    joined = (spec.networks[0][1] if spec.networks else None) or ServiceNetwork()
    return spec.service.mac_address or joined.mac_address or ""


def _refuse_two_addresses(spec: ReplicaSpec, joined: ServiceNetwork, address: str | None) -> None:
    if address and joined.mac_address and address != joined.mac_address:
        raise PlanError(
            f'service "{spec.service.name}": mac_address {address} differs from {joined.mac_address}, '
            "that of its main network",
            hint="set only the one under networks",
        )


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value}
