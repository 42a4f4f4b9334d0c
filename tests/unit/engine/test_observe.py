"""Engine JSON as our values, and the snapshot's few calls."""

from __future__ import annotations

from typing import Any

import pytest

from composer.engine.observe import (
    exit_code_of,
    fits_platform,
    health_of,
    observe,
    parse_container,
    parse_detail,
    parse_healthprobe,
    parse_image,
    parse_network,
    parse_volume,
)
from composer.engine.port import ContainerDetail, Healthprobe, ProbeOutput
from composer.model.network import Network
from composer.model.project import Project
from composer.model.volume import Volume
from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer, ObservedImage, ObservedNetwork, ObservedState, ObservedVolume

SECOND = 1_000_000_000
LABELS = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.service": "web",
    "com.docker.compose.container-number": "2",
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.config-hash": "h1",
    "com.docker.compose.image": "sha256:i1",
    "com.docker.compose.depends_on": "db:service_started:false",
}


def listed(**changes: Any) -> dict[str, Any]:
    return {
        "Id": "c1",
        "Names": ["/shop-web-2"],
        "Image": "busybox",
        "ImageID": "sha256:i2",
        "Command": "sleep 9",
        "Created": 1795470343,
        "Ports": [{"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}],
        "Labels": LABELS,
        "State": "running",
        "Status": "Up 3 seconds (healthy)",
        "NetworkSettings": {"Networks": {"shop_default": {"NetworkID": "n1"}, "shop_later": None}},
        "Mounts": [
            {"Type": "volume", "Name": "shop_data", "Destination": "/a"},
            {"Type": "bind", "Source": "/x", "Destination": "/b"},
            {"Type": "volume", "Name": "shop_data", "Destination": "/c"},
        ],
        **changes,
    }


def test_a_listed_container() -> None:
    raw = listed()
    assert parse_container(raw) == ObservedContainer(
        id=ContainerId("c1"),
        name="shop-web-2",
        service="web",
        number=2,
        state="running",
        config_hash="h1",
        image_digest="sha256:i1",
        image="busybox",
        image_id="sha256:i2",
        health="healthy",
        depends_on="db:service_started:false",
        labels=LABELS,
        networks={"shop_default": "n1", "shop_later": ""},
        volumes=("shop_data",),
        created=1795470343,
        status="Up 3 seconds (healthy)",
        command="sleep 9",
        ports=({"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"},),
        mounts=tuple(raw["Mounts"]),
    )


def test_a_listed_container_of_which_the_engine_says_little() -> None:
    raw = {"Id": "c1", "Names": None, "Labels": None, "NetworkSettings": None, "Mounts": None, "Ports": None}
    assert parse_container(raw) == ObservedContainer(id=ContainerId("c1"), name="", service="", number=0, state="")


def test_the_name_is_not_that_of_a_link() -> None:
    assert parse_container(listed(Names=["/other/web", "/shop-web-2"])).name == "shop-web-2"


def test_a_one_off_container() -> None:
    assert parse_container(listed(Labels=LABELS | {"com.docker.compose.oneoff": "True"})).oneoff


@pytest.mark.parametrize(
    ("status", "health", "exit_code"),
    [
        ("Up 3 seconds", "", None),
        ("Up 3 seconds (healthy)", "healthy", None),
        ("Up About a minute (unhealthy)", "unhealthy", None),
        ("Up 2 seconds (health: starting)", "starting", None),
        ("Up 2 hours (Paused)", "", None),
        ("Exited (137) 2 minutes ago", "", 137),
        ("Exited (0) Less than a second ago", "", 0),
        ("Restarting (1) 3 seconds ago", "", 1),
        ("Exited (?) now", "", None),
        ("Created", "", None),
        ("Dead", "", None),
        ("Removal In Progress", "", None),
        ("", "", None),
    ],
)
def test_the_status_text(status: str, health: str, exit_code: int | None) -> None:
    assert (health_of(status), exit_code_of(status)) == (health, exit_code)


def inspected(**state: Any) -> dict[str, Any]:
    return {
        "Id": "c1",
        "Name": "/shop-web-2",
        "Image": "sha256:i2",
        "RestartCount": 4,
        "State": {"Status": "running", "ExitCode": 0, "StartedAt": "2026-01-02T03:04:05.6Z", **state},
        "Config": {"User": "app", "Tty": True, "StopTimeout": 7},
        "HostConfig": {
            "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
            "LogConfig": {"Type": "json-file"},
        },
        "Mounts": [{"Type": "tmpfs", "Destination": "/t"}],
    }


def test_an_inspected_container() -> None:
    health = {"Status": "unhealthy", "FailingStreak": 3, "Log": [{"ExitCode": 1, "Output": "no\n", "End": "T"}]}
    raw = inspected(Health=health)
    raw["Config"]["Healthcheck"] = {"Test": ["CMD", "x"]}
    assert parse_detail(raw) == ContainerDetail(
        id=ContainerId("c1"),
        name="shop-web-2",
        state="running",
        restart_count=4,
        restart_policy="on-failure",
        health="unhealthy",
        failing_streak=3,
        health_log=(ProbeOutput(1, "no\n", "T"),),
        healthprobe=Healthprobe(("CMD", "x")),
        user="app",
        tty=True,
        log_driver="json-file",
        image_id="sha256:i2",
        started_at="2026-01-02T03:04:05.6Z",
        mounts=({"Type": "tmpfs", "Destination": "/t"},),
        stop_timeout=7,
    )


@pytest.mark.parametrize(
    ("state", "exit_code"),
    [("created", None), ("running", None), ("paused", None), ("exited", 3), ("dead", 3), ("restarting", 3)],
)
def test_an_exit_code_is_told_once_there_was_an_exit(state: str, exit_code: int | None) -> None:
    assert parse_detail(inspected(Status=state, ExitCode=3)).exit_code == exit_code


def test_how_a_container_failed() -> None:
    found = parse_detail(inspected(Status="exited", ExitCode=137, OOMKilled=True, Error="boom", Restarting=False))
    assert (found.exit_code, found.oom_killed, found.error, found.restarting) == (137, True, "boom", False)


def test_a_container_of_which_the_engine_says_little() -> None:
    assert parse_detail({"Id": "c1"}) == ContainerDetail(id=ContainerId("c1"), name="", state="")
    assert parse_detail(inspected(Health={"Status": "none", "Log": None})).health == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, None),
        ({"Test": []}, None),
        ({"Test": ["NONE"]}, None),
        ({"Test": ["CMD", "a"], "Interval": 0}, Healthprobe(("CMD", "a"), 30.0, 30.0, 3, 0.0)),
        (
            {
                "Test": ["CMD-SHELL", "a"],
                "Interval": SECOND // 2,
                "Timeout": 2 * SECOND,
                "Retries": 5,
                "StartPeriod": SECOND,
                "StartInterval": SECOND // 4,
            },
            Healthprobe(("CMD-SHELL", "a"), 0.5, 2.0, 5, 1.0, 0.25),
        ),
    ],
)
def test_the_effective_health_test(raw: dict[str, Any], expected: Healthprobe | None) -> None:
    assert parse_healthprobe(raw) == expected


def test_networks_volumes_images() -> None:
    marks = {"com.docker.compose.project": "shop", "com.docker.compose.config-hash": "h"}
    network = {"Id": "n1", "Name": "shop_a", "Labels": marks | {"com.docker.compose.network": "a"}}
    assert parse_network(network) == ObservedNetwork("n1", "shop_a", "a", "shop", "h")
    assert parse_network({"Id": "n2", "Name": "bridge", "Labels": None}) == ObservedNetwork("n2", "bridge")
    volume_marks = marks | {"com.docker.compose.volume": "v"}
    volume = {"Name": "shop_v", "Labels": volume_marks, "Driver": "local", "Mountpoint": "/m", "Scope": "local"}
    settings = {"driver": "local"}
    expected = ObservedVolume("shop_v", "v", "shop", "h", "local", "/m", "local", volume_marks, settings=settings)
    assert parse_volume(volume) == expected
    assert parse_volume({"Name": "x", "Labels": None}) == ObservedVolume("x")
    config = {"Healthcheck": {"Test": ["CMD", "x"]}, "Volumes": {"/b": {}, "/a": {}}, "Labels": {"k": "v"}}
    assert parse_image("r:1", {"Id": "sha256:1", "Config": config}) == ObservedImage(
        "r:1", "sha256:1", has_healthcheck=True, volumes=("/a", "/b"), labels={"k": "v"}, defaults=config
    )
    assert parse_image("r", {"Id": "sha256:1", "Config": None}) == ObservedImage("r", "sha256:1")


def test_what_the_engine_says_of_a_network_in_the_files_terms() -> None:
    pool = {"Subnet": "10.5.0.0/24", "Gateway": "10.5.0.1", "AuxiliaryAddresses": {}}
    raw = {
        "Id": "n1",
        "Name": "shop_a",
        "Driver": "bridge",
        "Internal": True,
        "Attachable": False,
        "EnableIPv6": False,
        "Options": {"com.docker.network.driver.mtu": "1400"},
        "IPAM": {"Driver": "default", "Config": [pool]},
        "Labels": {"team": "a", "com.docker.compose.project": "shop", "composer.definition": "1.x"},
    }
    found = parse_network(raw)
    assert found.definition == "1.x"
    assert found.settings == {
        "driver": "bridge",
        "driver_opts": {"com.docker.network.driver.mtu": "1400"},
        "internal": True,
        "ipam": {"config": [{"subnet": "10.5.0.0/24", "gateway": "10.5.0.1"}]},
        "labels": {"team": "a"},
    }
    volume = {"Name": "v", "Driver": "local", "Options": {"type": "tmpfs"}, "Labels": {"composer.definition": "1.y"}}
    seen = parse_volume(volume)
    assert seen.definition == "1.y"
    assert seen.settings == {"driver": "local", "driver_opts": {"type": "tmpfs"}}


@pytest.mark.parametrize(
    ("platform", "fits"),
    [
        ("linux/arm64", True),
        ("linux/arm64/v8", True),
        ("linux/aarch64", True),
        ("arm64", True),
        ("linux", True),
        ("linux/amd64", False),
        ("amd64", False),
        ("windows/arm64", False),
    ],
)
def test_platforms(platform: str, *, fits: bool) -> None:
    assert fits_platform({"Os": "linux", "Architecture": "arm64", "Variant": "v8"}, platform) is fits


def test_a_variant_counts() -> None:
    raw = {"Os": "linux", "Architecture": "arm", "Variant": "v6"}
    assert [fits_platform(raw, text) for text in ("linux/arm/v6", "linux/arm/v7", "linux/arm")] == [True, False, True]


class Recorder:
    """The reading calls of the port that a snapshot makes, with their arguments."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def containers(self, *, project: str | None, all_states: bool = True) -> tuple[ObservedContainer, ...]:
        self.calls.append(("containers", project or ""))
        return (parse_container(listed()),)

    def networks(self, *, project: str) -> tuple[ObservedNetwork, ...]:
        self.calls.append(("networks", project))
        return (ObservedNetwork("n1", "shop_default", "default", project),)

    def network(self, name: str) -> ObservedNetwork | None:
        self.calls.append(("network", name))
        return ObservedNetwork("n2", name) if name == "outer" else None

    def volumes(self, *, project: str) -> tuple[ObservedVolume, ...]:
        self.calls.append(("volumes", project))
        return ()

    def volume(self, name: str) -> ObservedVolume | None:
        self.calls.append(("volume", name))
        return ObservedVolume(name) if name == "data" else None

    def image(self, ref: str, *, platform: str | None = None) -> ObservedImage | None:
        self.calls.append(("image", ref))
        return ObservedImage(ref, "sha256:1") if ref == "a" else None


def test_a_snapshot_by_name_alone_is_three_calls() -> None:
    reader = Recorder()
    found = observe(reader, "shop")  # type: ignore[arg-type]
    assert reader.calls == [("containers", "shop"), ("networks", "shop"), ("volumes", "shop")]
    assert found == ObservedState(
        "shop",
        containers=(parse_container(listed()),),
        networks={"shop_default": ObservedNetwork("n1", "shop_default", "default", "shop")},
        at=found.at,
    )


def test_a_snapshot_asks_further_only_for_what_the_lists_lack() -> None:
    reader = Recorder()
    project = Project(
        name="shop",
        working_dir="/",
        networks={
            "default": Network(name="shop_default"),
            "outer": Network(name="outer", external=True),
            "new": Network(name="shop_new"),
        },
        volumes={"data": Volume(name="data", external=True), "same": Volume(name="data"), "x": Volume(name="shop_x")},
    )
    found = observe(reader, "shop", project, images=["b", "a", "a"])  # type: ignore[arg-type]
    assert reader.calls[3:] == [
        ("network", "outer"),
        ("network", "shop_new"),
        ("volume", "data"),
        ("volume", "shop_x"),
        ("image", "a"),
        ("image", "b"),
    ]
    assert list(found.networks) == ["shop_default", "outer"]
    assert dict(found.volumes) == {"data": ObservedVolume("data")}
    assert dict(found.images) == {"a": ObservedImage("a", "sha256:1")}
