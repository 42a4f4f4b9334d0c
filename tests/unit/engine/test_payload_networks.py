"""How a container joins networks, and the networks themselves."""

from __future__ import annotations

from typing import Any

import pytest

from composer.engine.payload import extra_networks, network_payload
from composer.errors import PlanError
from composer.model.network import Ipam, Network, Pool, ServiceNetwork
from composer.plan.actions import CreateNetwork
from tests.support.payloads import API, OLD_API, payload, plain, spec

NAMES = ["shop-web-2", "web"]


def endpoint(joined: ServiceNetwork, **attributes: Any) -> Any:
    body = payload(networks=(("n", joined),), **attributes)
    return body["NetworkingConfig"]["EndpointsConfig"]["n"]


@pytest.mark.parametrize(
    ("joined", "expected"),
    [
        (ServiceNetwork(), {"IPAMConfig": None}),
        (ServiceNetwork(priority=3), {"IPAMConfig": {}}),
        (ServiceNetwork(ipv4_address="10.0.0.9"), {"IPAMConfig": {"IPv4Address": "10.0.0.9"}}),
        (ServiceNetwork(ipv6_address="fd::9"), {"IPAMConfig": {"IPv6Address": "fd::9"}}),
        (ServiceNetwork(link_local_ips=("169.254.1.1",)), {"IPAMConfig": {"LinkLocalIPs": ["169.254.1.1"]}}),
        (ServiceNetwork(mac_address="02::1"), {"IPAMConfig": {}, "MacAddress": "02::1"}),
        (ServiceNetwork(gw_priority=5), {"IPAMConfig": {}, "GwPriority": 5}),
        (
            ServiceNetwork(driver_opts={"a": "b"}, interface_name="eth7"),
            {"IPAMConfig": {}, "DriverOpts": {"a": "b", "com.docker.network.endpoint.ifname": "eth7"}},
        ),
    ],
)
def test_endpoint(joined: ServiceNetwork, expected: dict[str, Any]) -> None:
    assert endpoint(joined) == {"Aliases": NAMES, **expected}


def test_the_services_mac_address_is_that_of_its_main_network() -> None:
    networks = (("front", ServiceNetwork()), ("back", ServiceNetwork(mac_address="02::2")))
    endpoints = payload(networks=networks, mac_address="02::1")["NetworkingConfig"]["EndpointsConfig"]
    assert {name: found["MacAddress"] for name, found in endpoints.items()} == {"front": "02::1", "back": "02::2"}
    with pytest.raises(PlanError, match="mac_address 02::1 differs from 02::3"):
        payload(networks=(("front", ServiceNetwork(mac_address="02::3")),), mac_address="02::1")


def test_an_older_api_takes_the_mac_address_beside_the_network() -> None:
    body = payload(OLD_API, networks=(("n", ServiceNetwork(mac_address="02::1")),))
    assert body == plain(
        host={"NetworkMode": "n"},
        MacAddress="02::1",
        NetworkingConfig={"EndpointsConfig": {"n": {"IPAMConfig": {}, "Aliases": NAMES}}},
    )


def test_links_go_with_every_network() -> None:
    links = ("shop-db-1:db",)
    networks = (("a", ServiceNetwork()), ("b", ServiceNetwork()))
    linked = {"IPAMConfig": None, "Aliases": NAMES, "Links": ["shop-db-1:db"]}
    assert payload(networks=networks, links=links) == plain(
        host={"NetworkMode": "a", "Links": ["shop-db-1:db"]},
        NetworkingConfig={"EndpointsConfig": {"a": linked, "b": linked}},
    )
    assert extra_networks(spec(networks=networks, links=links), OLD_API) == (("b", linked),)


def test_address_pools_of_a_network() -> None:
    pools = (
        Pool(subnet="10.0.0.0/24", gateway="10.0.0.1", ip_range="10.0.0.128/25", aux_addresses={"a": "10.0.0.7"}),
        Pool(subnet="fd::/64"),
    )
    network = Network(name="n", ipam=Ipam(driver="default", config=pools), enable_ipv4=False, enable_ipv6=True)
    assert network_payload(CreateNetwork("n", network, {}), API) == {
        "Name": "n",
        "Driver": "",
        "Internal": False,
        "Attachable": False,
        "Options": None,
        "Labels": {},
        "EnableIPv4": False,
        "EnableIPv6": True,
        "IPAM": {
            "Driver": "default",
            "Config": [
                {
                    "Subnet": "10.0.0.0/24",
                    "Gateway": "10.0.0.1",
                    "IPRange": "10.0.0.128/25",
                    "AuxiliaryAddresses": {"a": "10.0.0.7"},
                },
                {"Subnet": "fd::/64"},
            ],
        },
    }
