"""How a container was made, read from its inspection, and where it differs from the one that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, FakeImage
from composer.engine.inspected import answer, documents
from composer.engine.payload import container_payload
from composer.errors import NotFound
from composer.model.healthcheck import Healthcheck
from composer.model.mount import Mount
from composer.model.port import Port
from composer.model.project import Project
from composer.model.service import Logging
from composer.model.service_limits import Ulimit
from composer.plan.actions import ContainerId, ContainerRef
from composer.plan.change import Change
from composer.plan.desired import desire, replica_spec
from composer.plan.grounds import Answer, Question
from composer.plan.reasons import Cause, Reason
from composer.units import SECOND, Bytes, Nanoseconds
from tests.support.build import project

HASHES = Reason(Cause.CONFIG_CHANGED, "hash a → b")
IMAGE = FakeImage(ref="busybox")


def service(**changes: Any) -> Project:
    return project("web", web=changes)


def made(engine: FakeEngine, of: Project, **engine_adds: Any) -> ContainerRef:
    """A container as docker compose makes it: the same body without Composer's own labels."""
    spec = replica_spec(desire(of), of.services["web"], 1)
    body: dict[str, Any] = dict(container_payload(spec, image_digest="", api_version=(1, 51)))
    body["Labels"] = {key: text for key, text in body["Labels"].items() if not key.startswith(labels.OWN_PREFIX)}
    body["HostConfig"] = {**body["HostConfig"], **engine_adds}
    for network in of.networks.values():
        if engine.network(network.name) is None:
            engine.create_network({"Name": network.name})
    return ContainerRef(engine.create_container(spec.name, body, platform=None), spec.name)


def told(old: Project, new: Project, reason: Reason = HASHES, **engine_adds: Any) -> list[str]:
    engine = FakeEngine(images=[IMAGE])
    for network in new.networks.values():
        engine.create_network({"Name": network.name})
    container = made(engine, old, **engine_adds)
    found = answer(engine, Question(container, replica_spec(desire(new), new.services["web"], 1), reason))
    assert found is not None
    return [change.text for change in found.changes]


FULL: Mapping[str, Any] = {
    "command": ("sleep", "1"),
    "entrypoint": ("/run",),
    "environment": {"LOG": "info", "TOKEN": "a", "GONE": "x"},
    "labels": {"team": "a"},
    "ports": (Port(target=80, published="8080", protocol="tcp"),),
    "volumes": (
        Mount(type="bind", source="/srv", target="/srv", read_only=True),
        Mount(type="volume", source="data", target="/data"),
        Mount(type="volume", target="/anonymous"),
        Mount(type="tmpfs", target="/fast"),
    ),
    "user": "1000",
    "restart": "on-failure:3",
    "cap_add": ("A",),
    "healthcheck": Healthcheck(test=("CMD", "true"), interval=Nanoseconds(5 * SECOND), retries=2),
    "logging": Logging(driver="local", options={"max-size": "1m"}),
    "ulimits": {"nofile": Ulimit(soft=10, hard=20)},
    "mem_limit": Bytes(64 << 20),
    "stop_grace_period": Nanoseconds(5 * SECOND),
    "networks": {"default": None, "back": None},
    "hostname": "web",
}


@pytest.mark.parametrize("changes", [{}, FULL])
def test_the_same_differs_in_nothing(changes: Mapping[str, Any]) -> None:
    # What a real engine adds to what it was told.
    adds = {"ShmSize": 64 << 20, "Runtime": "runc", "IpcMode": "private", "OomKillDisable": False, "CpuShares": 0}
    assert told(service(**changes), service(**changes), **adds) == []


def test_what_has_changed() -> None:
    new = service(
        **{
            **FULL,
            "command": None,
            "environment": {"LOG": "debug", "TOKEN": "b", "NEW": "n"},
            "labels": {},
            "ports": (Port(target=80, published="8081", protocol="tcp", host_ip="::1"),),
            "volumes": (Mount(type="bind", source="/srv", target="/srv"), Mount(type="volume", target="/anonymous")),
            "user": None,
            "restart": "always",
            "cap_add": ("B",),
            "healthcheck": Healthcheck(test=("CMD", "true"), interval=Nanoseconds(10 * SECOND), retries=2),
            "logging": None,
            "ulimits": {},
            "mem_limit": Bytes(1 << 30),
            "stop_grace_period": None,
            "networks": {"default": None},
            "privileged": True,
            "hostname": None,
            "image": "busybox:1",
        }
    )
    assert told(service(**FULL), new) == [
        "image busybox → busybox:1",
        "privileged false → true",
        "cap_add - A",
        "cap_add + B",
        "mem_limit 64m → 1g",
        "environment.LOG info → debug",
        "environment.TOKEN (changed)",
        "environment.NEW + n",
        "environment.GONE - x",
        "restart on-failure:3 → always",
        "healthcheck.interval 5s → 10s",
        "ports 8080:80/tcp → ::1:8081:80/tcp",
        "volumes /srv:/srv:ro → /srv:/srv",
        "volumes - data:/data",
        "volumes - (tmpfs):/fast",
        "networks.back removed",
        "hostname - web",
        "user - 1000",
        "command - sleep 1",
        "labels.team - a",
        "stop_grace_period - 5s",
        "logging.driver - local",
        "logging.options.max-size - 1m",
        "ulimits.nofile - 10:20",
    ]


def test_volumes_taken_over_from_the_container_before_are_no_difference() -> None:
    plain = service(volumes=(Mount(type="volume", target="/anonymous"),))
    taken = [
        {"Type": "volume", "Source": "a" * 64, "Target": "/anonymous"},
        {"Type": "volume", "Source": "b" * 64, "Target": "/of-the-image"},
    ]
    assert told(plain, plain, Mounts=taken) == []


def test_shared_namespaces() -> None:
    old = service(network_mode="container:0123", networks={})
    assert told(old, service(network_mode="service:db", networks={})) == []
    assert told(old, service(network_mode="host", networks={})) == ["network_mode container:0123 → host"]
    assert told(service(network_mode="none", networks={}), service()) == [
        "network_mode none → demo_default",
        "networks.default added",
    ]


def test_only_variables_are_asked_for_when_a_record_told_the_rest() -> None:
    engine = FakeEngine(images=[IMAGE])
    old = service(environment={"LOG": "info"}, command=("a",))
    container = made(engine, old)
    reason = Reason(Cause.CONFIG_CHANGED, changes=(Change("environment.LOG", None, "debug", is_open=True),))
    spec = replica_spec(desire(old), old.services["web"], 1)
    before = len(engine.calls)
    found = answer(engine, Question(container, spec, reason))
    assert found == Answer({"PATH": IMAGE.environment[0].removeprefix("PATH="), "LOG": "info"})
    assert [name for name, _ in engine.calls[before:]] == ["inspect_raw"]


def test_a_container_that_is_gone_tells_nothing() -> None:
    engine = FakeEngine(images=[IMAGE])
    engine.fail("inspect_raw", NotFound("gone"))
    spec = replica_spec(desire(service()), service().services["web"], 1)
    assert answer(engine, Question(ContainerRef(ContainerId("x"), "x"), spec, HASHES)) is None


def test_what_the_image_brings_is_not_the_files() -> None:
    brought = {"Env": ["PATH=/bin", "LANG=C"], "Cmd": ["serve"], "User": "app", "Labels": {"maker": "me"}}
    of = service(environment={"LANG": "C"})
    spec = replica_spec(desire(of), of.services["web"], 1)
    body = container_payload(spec, image_digest="", api_version=(1, 51))
    raw = {
        "Id": "0123456789abcdef",
        "Config": {
            **{key: item for key, item in body.items() if key != "HostConfig"},
            "Hostname": "0123456789ab",
            "Env": ["LANG=C", "PATH=/bin"],
            "Cmd": ["serve"],
            "User": "app",
            "Labels": {**body["Labels"], "maker": "me"},
        },
        "HostConfig": body["HostConfig"],
        "NetworkSettings": {"Networks": {"demo_default": {}}},
    }
    there, wanted = documents(raw, body, brought, spec)
    assert there["environment"] == wanted["environment"] == {"LANG": "C"}
    assert there["command"] == wanted["command"] == ["serve"]
    assert there["user"] == wanted["user"] == "app"
    assert there["labels"] == wanted["labels"] == {}
    assert there["hostname"] == ""
