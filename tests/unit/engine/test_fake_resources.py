"""The fake engine's images, networks, volumes, ports and names: what is refused, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, FakeImage
from composer.engine.payload import InheritedVolume, inherited_anonymous_volumes
from composer.engine.port import PullProgress
from composer.errors import Conflict, EngineRefused, NotFound
from composer.plan.observed import ObservedImage, ObservedNetwork

MARKS = {labels.PROJECT: "shop", labels.CONFIG_HASH: "0", labels.SERVICE: "web"}


def create(engine: FakeEngine, name: str, **payload: Any) -> str:
    return engine.create_container(name, {"Image": "busybox", "Labels": MARKS, **payload}, platform=None)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


def test_image() -> None:
    check = {"Test": ["CMD", "true"]}
    engine = FakeEngine(images=[FakeImage(ref="db:1", id="sha256:12", healthcheck=check, volumes=("/data",))])
    found = engine.image("db:1")
    assert found is not None
    expected = ObservedImage("db:1", "sha256:12", has_healthcheck=True, volumes=("/data",), platform="linux/amd64")
    assert replace(found, defaults={}) == expected
    assert found.defaults["Healthcheck"] == check
    assert engine.image("db:2") is None
    assert engine.image("db:1", platform="linux/arm64") is None


@pytest.mark.parametrize("ref", ["busybox", "busybox:latest", "docker.io/library/busybox"])
def test_an_image_has_several_spellings(engine: FakeEngine, ref: str) -> None:
    found = engine.image(ref)
    assert found is not None
    assert found.ref == ref


def test_a_missing_image_is_named_in_full(engine: FakeEngine) -> None:
    with pytest.raises(NotFound, match="No such image: nothing:latest"):
        engine.create_container("x", {"Image": "nothing"}, platform=None)


def test_pull(engine: FakeEngine) -> None:
    engine.add_image("redis", local=False)
    seen: list[PullProgress] = []
    assert engine.image("redis") is None
    engine.pull("redis", platform=None, on_progress=seen.append)
    assert engine.image("redis") is not None
    assert [step.status for step in seen] == ["Pulling from redis", "Downloading", "Pull complete"]
    with pytest.raises(NotFound, match="manifest for unknown:1 not found"):
        engine.pull("unknown:1", platform=None, on_progress=seen.append)


def test_a_pull_for_another_platform(engine: FakeEngine) -> None:
    engine.add_image("redis", local=False)
    with pytest.raises(NotFound, match="no matching manifest for linux/arm64"):
        engine.pull("redis", platform="linux/arm64", on_progress=lambda _: None)


def test_an_image_in_use_stays(engine: FakeEngine) -> None:
    container = create(engine, "a")
    with pytest.raises(Conflict, match=f"container {container[:12]} is using its referenced image"):
        engine.remove_image("busybox")
    engine.remove_container(container, volumes=False, force=False)
    engine.remove_image("busybox")
    with pytest.raises(NotFound):
        engine.remove_image("busybox")


def test_a_name_is_taken_once(engine: FakeEngine) -> None:
    container = create(engine, "a")
    with pytest.raises(Conflict, match=f'The container name "/a" is already in use by container "{container}"'):
        create(engine, "a")


def test_network(engine: FakeEngine) -> None:
    marks = {labels.NETWORK: "default", labels.PROJECT: "shop", labels.CONFIG_HASH: "9"}
    identity = engine.create_network({"Name": "shop_default", "Labels": marks})
    expected = ObservedNetwork(identity, "shop_default", "default", "shop", "9", settings={"driver": "bridge"})
    assert engine.network("shop_default") == expected
    assert engine.networks(project="shop") == (expected,)
    assert engine.networks(project="other") == ()
    with pytest.raises(Conflict, match="network with name shop_default already exists"):
        engine.create_network({"Name": "shop_default"})
    engine.remove_network("shop_default")
    assert engine.network("shop_default") is None
    with pytest.raises(NotFound, match="network shop_default not found"):
        engine.remove_network("shop_default")


def test_a_predefined_network_stays(engine: FakeEngine) -> None:
    with pytest.raises(EngineRefused, match="pre-defined"):
        engine.remove_network("bridge")


def in_network(name: str) -> dict[str, Any]:
    return {"HostConfig": {"NetworkMode": name}, "NetworkingConfig": {"EndpointsConfig": {name: {}}}}


def test_a_network_is_held_by_running_containers_only(engine: FakeEngine) -> None:
    engine.create_network({"Name": "n"})
    container = create(engine, "a", **in_network("n"))
    engine.start(container)
    with pytest.raises(EngineRefused, match='has active endpoints \\(name:"a"'):
        engine.remove_network("n")
    engine.stop(container, timeout=1, grace=1)
    engine.remove_network("n")


def test_a_network_made_anew_is_another_one(engine: FakeEngine) -> None:
    first = engine.create_network({"Name": "n"})
    container = create(engine, "a", **in_network("n"))
    assert engine.containers(project="shop")[0].networks == {"n": ""}
    engine.start(container)
    assert engine.containers(project="shop")[0].networks == {"n": first}
    engine.kill(container, signal="KILL")
    engine.remove_network("n")
    engine.create_network({"Name": "n"})
    with pytest.raises(NotFound, match=f"network {first} not found"):
        engine.start(container)
    assert "not found" in engine.inspect_container(container).error


def test_a_missing_network_is_noticed_at_the_start(engine: FakeEngine) -> None:
    container = create(engine, "a", **in_network("nowhere"))
    with pytest.raises(NotFound, match="network nowhere not found"):
        engine.start(container)
    assert engine.inspect_container(container).state == "created"


def test_connect(engine: FakeEngine) -> None:
    engine.create_network({"Name": "n"})
    container = create(engine, "a")
    engine.connect_network("n", container, {"Aliases": ["x"]})
    assert engine.inspect_raw(container)["NetworkSettings"]["Networks"]["n"]["Aliases"] == ["x"]
    with pytest.raises(EngineRefused, match="endpoint with name a already exists in network n"):
        engine.connect_network("n", container, {})
    with pytest.raises(NotFound):
        engine.connect_network("nowhere", container, {})


def test_an_older_api_takes_one_network(engine: FakeEngine) -> None:
    old = FakeEngine(images=["busybox"], api_version=(1, 43))
    many = {"NetworkingConfig": {"EndpointsConfig": {"n": {}, "m": {}}}, "HostConfig": {"NetworkMode": "n"}}
    with pytest.raises(EngineRefused, match="multiple network endpoints: n, m"):
        create(old, "a", **many)
    create(engine, "a", **many)


def test_volume(engine: FakeEngine) -> None:
    payload = {"Name": "shop_data", "Labels": {labels.VOLUME: "data", labels.PROJECT: "shop"}}
    assert engine.create_volume(payload) == "shop_data"
    assert engine.create_volume({"Name": "shop_data", "Labels": {}}) == "shop_data"
    expected = engine.volume("shop_data")
    assert expected is not None
    assert (expected.name, expected.key, expected.project, expected.driver) == ("shop_data", "data", "shop", "local")
    assert engine.volumes(project="shop") == (expected,)
    container = create(engine, "a", HostConfig={"Binds": ["shop_data:/data:rw"]})
    with pytest.raises(Conflict, match=f"volume is in use - \\[{container}\\]"):
        engine.remove_volume("shop_data")
    engine.remove_container(container, volumes=True, force=False)
    engine.remove_volume("shop_data")
    with pytest.raises(NotFound, match="get shop_data: no such volume"):
        engine.remove_volume("shop_data")


def test_anonymous_volumes_are_kept_or_go_with_their_container() -> None:
    engine = FakeEngine(images=[FakeImage(ref="busybox", volumes=("/image",))])
    body = {"HostConfig": {"Binds": ["named:/n:ro"], "Mounts": [{"Type": "volume", "Target": "/anonymous"}]}}
    first = create(engine, "a", **body)
    named, anonymous, of_image = inherited_anonymous_volumes(engine.inspect_raw(first))
    assert named == InheritedVolume("volume", "named", "/n", read_only=True)
    assert (anonymous.target, of_image.target, of_image.of_image) == ("/anonymous", "/image", True)
    engine.remove_container(first, volumes=True, force=False)
    assert engine.volume("named") is not None
    assert engine.volume(anonymous.source) is None
    second = create(engine, "b", **body)
    kept = inherited_anonymous_volumes(engine.inspect_raw(second))[1]
    engine.remove_container(second, volumes=False, force=False)
    assert engine.volume(kept.source) is not None


def published(port: str, host_ip: str = "") -> dict[str, Any]:
    bindings = {"80/tcp": [{"HostIp": host_ip, "HostPort": port}]}
    return {"ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": bindings}}


def test_a_host_port_is_given_once_and_freed_by_a_stop(engine: FakeEngine) -> None:
    first, second = (create(engine, name, **published("8080")) for name in "ab")
    engine.start(first)
    with pytest.raises(EngineRefused, match=r"Bind for 0\.0\.0\.0:8080 failed: port is already allocated"):
        engine.start(second)
    assert engine.inspect_container(second).state == "created"
    engine.stop(first, timeout=1, grace=1)
    engine.start(second)
    assert engine.containers(project="shop")[0].ports == (
        {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
        {"IP": "::", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},
    )


def test_a_range_gives_the_first_free_port(engine: FakeEngine) -> None:
    for name in "ab":
        engine.start(create(engine, name, **published("8000-8001", "127.0.0.1")))
    shown = [one.ports[0]["PublicPort"] for one in engine.containers(project="shop")]
    assert shown == [8001, 8000]


def test_a_binding_that_is_not_exposed_is_ignored(engine: FakeEngine) -> None:
    engine.start(create(engine, "a", HostConfig={"PortBindings": {"80/tcp": [{"HostPort": "1"}]}}))
    assert engine.containers(project="shop")[0].ports == ()


def test_the_images_settings_lie_under_the_containers() -> None:
    image = FakeImage(ref="busybox", environment=("A=1", "B=2"), command=("serve",), labels={"of": "image"})
    engine = FakeEngine(images=[image])
    plain = engine.inspect_raw(create(engine, "a"))["Config"]
    assert (plain["Cmd"], plain["Env"], plain["Labels"]["of"]) == (["serve"], ["A=1", "B=2"], "image")
    own = engine.inspect_raw(create(engine, "b", Cmd=["x"], Env=["B=3", "A"]))["Config"]
    assert (own["Cmd"], own["Env"]) == (["x"], ["B=3"])
    bare = engine.inspect_raw(create(engine, "c", Entrypoint=["/init"]))["Config"]
    assert (bare["Cmd"], bare["Entrypoint"]) == (None, ["/init"])
