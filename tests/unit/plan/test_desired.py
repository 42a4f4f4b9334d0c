"""What should exist: labels, names, networks in order, and the choice of services."""

from __future__ import annotations

from dataclasses import replace

import composer
from composer import labels
from composer.model.mount import Mount
from composer.model.network import ServiceNetwork
from composer.plan.definition import read_definition
from composer.plan.desired import desire, image_of, network_labels, replica_spec, select, volume_labels
from composer.plan.fingerprint import hashed_document
from tests.support.build import project

SHOP = project(
    "web -> db:healthy!, cache; db; cache",
    web={
        "labels": {"team": "a", labels.SERVICE: "not this"},
        "networks": {"b": None, "a": ServiceNetwork(), "main": ServiceNetwork(priority=5, aliases=("www",))},
        "volumes": (
            Mount(type="volume", source="data", target="/data"),
            Mount(type="volume", target="/anonymous"),
            Mount(type="bind", source="/srv", target="/srv"),
        ),
    },
    db={"container_name": "database", "image": None},
)


def test_the_labels_of_a_container() -> None:
    desired = desire(SHOP, version="1.2.3")
    spec = replica_spec(desired, SHOP.services["web"], 2)
    recorded = read_definition(spec.labels[labels.DEFINITION])
    assert recorded is not None
    assert recorded.document == hashed_document(SHOP.services["web"])
    assert {key: text for key, text in spec.labels.items() if key != labels.DEFINITION} == {
        "team": "a",
        "com.docker.compose.project": "demo",
        "com.docker.compose.service": "web",
        "com.docker.compose.container-number": "2",
        "com.docker.compose.oneoff": "False",
        "com.docker.compose.config-hash": desired.hashes["web"],
        "com.docker.compose.depends_on": "db:service_healthy:true,cache:service_started:false",
        "com.docker.compose.project.working_dir": "/srv/demo",
        "com.docker.compose.project.config_files": "/srv/demo/compose.yaml",
        "com.docker.compose.version": "1.2.3",
    }
    assert spec.config_hash == desired.hashes["web"]


def test_env_files_and_replacement_are_labelled() -> None:
    shop = replace(SHOP, environment_files=("/srv/a.env", "/srv/b.env"))
    desired = desire(shop)
    web = replica_spec(desired, shop.services["web"], 1, replaces=True).labels
    assert web[labels.ENVIRONMENT_FILE] == "/srv/a.env,/srv/b.env"
    assert web[labels.REPLACE] == "web-1"
    assert web[labels.VERSION] == composer.__version__
    assert replica_spec(desired, shop.services["db"], 1, replaces=True).labels[labels.REPLACE] == "database"


def test_names_networks_and_volumes_of_a_replica() -> None:
    spec = replica_spec(desire(SHOP), SHOP.services["web"], 1)
    assert spec.name == "demo-web-1"
    assert spec.networks == (
        ("demo_main", ServiceNetwork(priority=5, aliases=("www",))),
        ("demo_a", ServiceNetwork()),
        ("demo_b", ServiceNetwork()),
    )
    assert spec.volume_names == {"data": "demo_data"}
    db = replica_spec(desire(SHOP), SHOP.services["db"], 1)
    assert (db.name, db.image) == ("database", "demo-db")
    assert image_of(replace(SHOP, separator="_"), SHOP.services["db"]) == "demo_db"
    assert image_of(SHOP, SHOP.services["web"]) == "busybox"


def test_the_users_labels_are_kept_on_networks_and_volumes() -> None:
    desired = desire(SHOP, version="1")
    network = replace(SHOP.networks["main"], labels={"x": "y", labels.PROJECT: "not this"})
    found = network_labels(desired, "main", network)
    assert (found["x"], found[labels.PROJECT], found[labels.NETWORK]) == ("y", "demo", "main")
    volume = replace(SHOP.volumes["data"], labels={"x": "y"})
    found = volume_labels(desired, "data", volume)
    assert (found["x"], found[labels.VOLUME], found[labels.VERSION]) == ("y", "data", "1")


def test_a_whole_project_is_taken_as_it_is() -> None:
    assert select(SHOP, (), no_deps=True) is SHOP


def test_a_choice_keeps_its_dependencies_networks_and_volumes() -> None:
    chosen = select(SHOP, ("db",), no_deps=False)
    assert list(chosen.services) == ["db"]
    assert list(chosen.disabled) == ["web", "cache"]
    assert (list(chosen.networks), list(chosen.volumes)) == (["default"], [])
    assert list(select(SHOP, ("web",), no_deps=False).services) == ["web", "db", "cache"]


def test_without_dependencies_those_on_named_services_stay() -> None:
    chosen = select(SHOP, ("cache", "web"), no_deps=True)
    assert list(chosen.services) == ["web", "cache"]
    assert list(chosen.services["web"].depends_on) == ["cache"]


def test_scale_is_over_the_file() -> None:
    desired = desire(SHOP, scale={"cache": 4})
    assert desired.project.services["cache"].replicas == 4
    assert desired.project.services["web"].replicas == 1
    assert desired.hashes == desire(SHOP).hashes
