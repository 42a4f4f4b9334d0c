"""Config hashes: the figures are those that docker compose 2.40.3 wrote for the same definitions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.model.dependency import Dependency
from composer.model.deploy import Deploy
from composer.model.healthcheck import Healthcheck
from composer.model.mount import Mount, VolumeOptions
from composer.model.network import Network, ServiceNetwork
from composer.model.port import Port
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.fingerprint import go_json, network_hash, service_hash, volume_hash
from composer.units import SECOND, Bytes, Nanoseconds

WEB = Service(
    name="web",
    image="busybox",
    command=("sh", "-c", "echo <a> & 'b' é; sleep 100"),
    environment={"A": "x<y>&z", "B": "1"},
    ports=(Port(host_ip="127.0.0.1", target=80, published="18080"), Port(target=9000)),
    cpus=0.1,
    mem_limit=Bytes(64 << 20),
    deploy=Deploy(replicas=2),
    stop_grace_period=Nanoseconds(90 * SECOND),
    healthcheck=Healthcheck(test=("CMD", "true"), interval=Nanoseconds(5 * SECOND), retries=3),
    volumes=(
        Mount(type="volume", source="data", target="/data", volume=VolumeOptions()),
        Mount(type="volume", target="/anon", volume=VolumeOptions()),
    ),
    networks={"back": ServiceNetwork(aliases=("w",)), "default": ServiceNetwork(priority=10)},
    extra_hosts={"a": ("1.2.3.4",)},
    init=True,
    labels={"x": "y"},
    depends_on={"db": Dependency()},
)


def test_services_hash_as_the_reference() -> None:
    assert service_hash(WEB) == "d85d16e152debf29b42873b974f7fcfd7069b4cf9236470475668c12c1d3cf51"
    db = Service(name="db", image="busybox", cpus=1.0, networks={"default": None})
    assert service_hash(db) == "c458abbc5249bedaad9440ef7623c2628faf2e509f7298f149542d872072cf0c"


@pytest.mark.parametrize(
    "changes",
    [
        {"pull_policy": "always"},
        {"scale": 3},
        {"deploy": Deploy(replicas=7)},
        {"profiles": ("debug",)},
        {"depends_on": {}},
    ],
)
def test_some_keys_never_recreate(changes: dict[str, object]) -> None:
    assert service_hash(replace(WEB, **changes)) == service_hash(WEB)  # type: ignore[arg-type]


def test_others_do() -> None:
    assert service_hash(replace(WEB, user="1000")) != service_hash(WEB)


def test_networks_and_volumes_hash_as_the_reference() -> None:
    assert network_hash(Network(name="plh_back", internal=True)) == (
        "c0b4ac5778f5349ddde63d1f6c7aed9b5db2192b7f04c16c75c7ee7364602329"
    )
    assert volume_hash(Volume(name="plh_data")) == "a6df341f68852e7ed453b0c4981b46577c120b693e31280ecc1458da4704119d"


def test_an_unset_volume_driver_is_local() -> None:
    plain = Volume(name="v", driver_opts={"type": "tmpfs"}, labels={"a": "b"})
    assert volume_hash(plain) == volume_hash(replace(plain, driver="local"))
    assert volume_hash(plain) != volume_hash(replace(plain, driver="nfs"))


def test_json_as_go_writes_it() -> None:
    document = {"a": [1, 2.0, 0.1, True, None], "é": "<&>\u2028\u2029", "t": (1.5, 0.25), "big": 16777216.0}
    assert go_json(document) == (
        '{"a":[1,2,0.1,true,null],"é":"\\u003c\\u0026\\u003e\\u2028\\u2029","t":[1.5,0.25],"big":16777216}'
    )
    assert go_json(0.333333333333) == "0.33333334"
