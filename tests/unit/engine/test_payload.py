"""One attribute at a time: the whole create body, as docker compose 2.40.3 sends it (its nulls left out)."""

from __future__ import annotations

from typing import Any

import pytest

from composer import labels
from composer.engine.payload import container_payload, extra_networks, network_payload, volume_payload
from composer.model.healthcheck import Healthcheck
from composer.model.network import Network, ServiceNetwork
from composer.model.port import Port
from composer.model.service import Logging
from composer.model.volume import Volume
from composer.plan.actions import CreateNetwork, CreateVolume
from tests.support.payloads import API, DIGEST, OLD_API, payload, plain, spec


def test_a_service_that_sets_nothing() -> None:
    assert payload() == plain()


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("command", ("sh", "-c", "x y"), {"Cmd": ["sh", "-c", "x y"]}),
        ("command", (), {"Cmd": []}),
        ("entrypoint", ("/init",), {"Entrypoint": ["/init"]}),
        ("entrypoint", (), {"Entrypoint": []}),
        ("environment", {"B": "2", "A": "", "UNSET": None}, {"Env": ["B=2", "A=", "UNSET"]}),
        ("working_dir", "/w", {"WorkingDir": "/w"}),
        ("user", "1:2", {"User": "1:2"}),
        ("hostname", "hh", {"Hostname": "hh"}),
        ("tty", True, {"Tty": True}),
        ("stdin_open", True, {"OpenStdin": True}),
        ("stop_signal", "SIGINT", {"StopSignal": "SIGINT"}),
        ("stop_grace_period", 1_999_000_000, {"StopTimeout": 1}),
        ("stop_grace_period", 0, {"StopTimeout": 0}),
        ("expose", ("90", "91/udp", "93-95"), {"ExposedPorts": {"90": {}, "91/udp": {}, "93-95": {}}}),
    ],
)
def test_what_runs_inside(attribute: str, value: object, expected: dict[str, Any]) -> None:
    assert payload(**{attribute: value}) == plain(**expected)


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("init", True, {"Init": True}),
        ("init", False, {"Init": False}),
        ("privileged", True, {"Privileged": True}),
        ("read_only", True, {"ReadonlyRootfs": True}),
        ("cap_add", ("net_admin", "CAP_SYS_TIME", "NET_ADMIN"), {"CapAdd": ["CAP_NET_ADMIN", "CAP_SYS_TIME"]}),
        ("cap_drop", ("all",), {"CapDrop": ["ALL"]}),
        (
            "extra_hosts",
            {"b": ("1.2.3.4", "::1"), "a": ("host-gateway",)},
            {"ExtraHosts": ["b:1.2.3.4", "b:::1", "a:host-gateway"]},
        ),
        (
            "logging",
            Logging(driver="json-file", options={"max-size": "1m"}),
            {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}},
        ),
        ("logging", Logging(driver="none"), {"LogConfig": {"Type": "none", "Config": None}}),
        ("mem_limit", 67108864, {"Memory": 67108864}),
        ("cpus", 0.55, {"NanoCpus": 550000000}),
        ("cpus", 0.33, {"NanoCpus": 330000000}),
        ("cpus", 1.7, {"NanoCpus": 1700000000}),
        ("cpus", 0.1234567, {"NanoCpus": 123456704}),
        ("tmpfs", ("/run", "/t:size=1m,mode=1777"), {"Tmpfs": {"/run": "", "/t": "size=1m,mode=1777"}}),
        ("restart", "no", {"RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}}),
        ("restart", "always", {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}),
        ("restart", "unless-stopped", {"RestartPolicy": {"Name": "unless-stopped", "MaximumRetryCount": 0}}),
        ("restart", "on-failure", {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 0}}),
        ("restart", "on-failure:3", {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}}),
        ("restart", "whenever", {"RestartPolicy": {"Name": "whenever", "MaximumRetryCount": 0}}),
    ],
)
def test_what_the_host_grants(attribute: str, value: object, expected: dict[str, Any]) -> None:
    assert payload(**{attribute: value}) == plain(host=expected)


def test_published_ports_are_exposed_and_bound() -> None:
    ports = (
        Port(target=80, published="8080"),
        Port(target=80, published="8081", host_ip="127.0.0.1"),
        Port(target=53, protocol="udp"),
        Port(target=90, published="9000-9005"),
    )
    assert payload(ports=ports, expose=("7",)) == plain(
        ExposedPorts={"7": {}, "80/tcp": {}, "53/udp": {}, "90/tcp": {}},
        host={
            "PortBindings": {
                "80/tcp": [{"HostIp": "", "HostPort": "8080"}, {"HostIp": "127.0.0.1", "HostPort": "8081"}],
                "53/udp": [{"HostIp": "", "HostPort": ""}],
                "90/tcp": [{"HostIp": "", "HostPort": "9000-9005"}],
            }
        },
    )


FULL_CHECK = Healthcheck(
    test=("CMD", "true"),
    interval=1,
    timeout=2,
    retries=3,
    start_period=4,
    start_interval=5,  # type: ignore[arg-type]
)


@pytest.mark.parametrize(
    ("check", "api_version", "expected"),
    [
        (
            FULL_CHECK,
            API,
            {"Test": ["CMD", "true"], "Interval": 1, "Timeout": 2, "Retries": 3, "StartPeriod": 4, "StartInterval": 5},
        ),
        (
            FULL_CHECK,
            OLD_API,
            {"Test": ["CMD", "true"], "Interval": 1, "Timeout": 2, "Retries": 3, "StartPeriod": 4},
        ),
        (Healthcheck(disable=True, test=("CMD", "true"), retries=7), API, {"Test": ["NONE"], "Retries": 7}),
        (Healthcheck(test=("NONE",)), API, {"Test": ["NONE"]}),
        (Healthcheck(test=(), retries=0), API, {}),
    ],
    ids=["full", "before 1.44", "disabled", "NONE", "inherits"],
)
def test_healthcheck(check: Healthcheck, api_version: tuple[int, int], expected: dict[str, Any]) -> None:
    assert payload(api_version, healthcheck=check) == plain(Healthcheck=expected)


def test_labels_are_the_specs_with_the_image() -> None:
    assert payload(labels={"z": "1", "a": "2"})["Labels"] == {"a": "2", labels.IMAGE: DIGEST, "z": "1"}


def test_no_image_label_when_the_digest_is_unknown() -> None:
    body = container_payload(spec(labels={"a": "2"}), image_digest="", api_version=API)
    assert body["Labels"] == {"a": "2"}


@pytest.mark.parametrize(("container_name", "expected"), [(None, "web-2"), ("shop", "shop")])
def test_a_successor_says_whom_it_replaces(container_name: str | None, expected: str) -> None:
    replica = spec(container_name=container_name)
    body = container_payload(replica, image_digest=DIGEST, api_version=API, replaces=True)
    assert body["Labels"] == {labels.IMAGE: DIGEST, labels.REPLACE: expected}


NETWORKS = (
    ("shop_front", ServiceNetwork(aliases=("www", "site"), priority=5)),
    ("shop_default", ServiceNetwork()),
)
FRONT = {"IPAMConfig": {}, "Aliases": ["shop-web-2", "web", "www", "site"]}
DEFAULT = {"IPAMConfig": None, "Aliases": ["shop-web-2", "web"]}


def test_all_networks_in_one_create() -> None:
    assert payload(networks=NETWORKS) == {
        **plain(host={"NetworkMode": "shop_front"}),
        "NetworkingConfig": {"EndpointsConfig": {"shop_front": FRONT, "shop_default": DEFAULT}},
    }
    assert extra_networks(spec(networks=NETWORKS), API) == ()


def test_an_older_api_takes_one_network_and_the_rest_are_connected() -> None:
    assert payload(OLD_API, networks=NETWORKS) == {
        **plain(host={"NetworkMode": "shop_front"}),
        "NetworkingConfig": {"EndpointsConfig": {"shop_front": FRONT}},
    }
    assert extra_networks(spec(networks=NETWORKS), OLD_API) == (("shop_default", DEFAULT),)


def test_the_container_name_is_an_alias_also_when_it_is_declared() -> None:
    body = payload(networks=NETWORKS[1:], container_name="shop")
    assert body["NetworkingConfig"]["EndpointsConfig"]["shop_default"]["Aliases"] == ["shop", "web"]


def test_network() -> None:
    network = Network(
        name="shop_n", driver="bridge", driver_opts={"a": "b"}, internal=True, attachable=True, labels={"mine": "1"}
    )
    action = CreateNetwork("n", network, {labels.NETWORK: "n"})
    expected = {
        "Name": "shop_n",
        "Driver": "bridge",
        "Internal": True,
        "Attachable": True,
        "Options": {"a": "b"},
        "Labels": {"mine": "1", labels.NETWORK: "n"},
    }
    assert network_payload(action, API) == expected
    assert network_payload(action, OLD_API) == {**expected, "CheckDuplicate": True}


def test_plain_network() -> None:
    assert network_payload(CreateNetwork("n", Network(name="n"), {}), API) == {
        "Name": "n",
        "Driver": "",
        "Internal": False,
        "Attachable": False,
        "Options": None,
        "Labels": {},
    }


def test_volume() -> None:
    volume = Volume(name="shop_v", driver="local", driver_opts={"type": "tmpfs"}, labels={"mine": "1"})
    assert volume_payload(CreateVolume("v", volume, {labels.VOLUME: "v"})) == {
        "Name": "shop_v",
        "Driver": "local",
        "DriverOpts": {"type": "tmpfs"},
        "Labels": {"mine": "1", labels.VOLUME: "v"},
    }
