"""`volumes` of a service: which become binds, which mounts, and what a recreated container keeps."""

from __future__ import annotations

from typing import Any

import pytest

from composer.engine.payload import InheritedVolume, container_payload, inherited_anonymous_volumes
from composer.model.mount import BindOptions, ImageOptions, Mount, TmpfsOptions, VolumeOptions
from composer.model.service import Service
from composer.plan.actions import ReplicaId, ReplicaSpec


def volumes(*mounts: Mount, inherited: tuple[InheritedVolume, ...] = ()) -> tuple[Any, Any]:
    service = Service(name="web", volumes=mounts)
    spec = ReplicaSpec(ReplicaId("web", 1), service, "p-web-1", "busybox", "0", volume_names={"data": "p_data"})
    host = container_payload(spec, image_digest="", api_version=(1, 51), inherited=inherited)["HostConfig"]
    return host["Binds"], host["Mounts"]


def bind(target: str = "/t", *, options: BindOptions | None = None, **more: Any) -> Mount:
    return Mount(type="bind", source="/host", target=target, bind=options, **more)


CREATES = BindOptions(create_host_path=True)


@pytest.mark.parametrize(
    ("mount", "expected"),
    [
        (bind(), "/host:/t:rw"),
        (bind(options=CREATES), "/host:/t:rw"),
        (bind(options=CREATES, read_only=True), "/host:/t:ro"),
        (bind(options=CREATES, consistency="cached"), "/host:/t:rw"),
        (bind(options=BindOptions(create_host_path=True, selinux="z")), "/host:/t:rw,z"),
        (Mount(type="volume", source="data", target="/d"), "p_data:/d:rw"),
        (Mount(type="volume", source="data", target="/d", volume=VolumeOptions(), read_only=True), "p_data:/d:ro"),
        (Mount(type="volume", source="data", target="/d", volume=VolumeOptions(subpath="")), "p_data:/d:rw"),
    ],
)
def test_plain_binds_and_named_volumes_are_binds(mount: Mount, expected: str) -> None:
    assert volumes(mount) == ([expected], [])


@pytest.mark.parametrize(
    ("mount", "expected"),
    [
        (
            bind(options=BindOptions(create_host_path=False)),
            {"Type": "bind", "Source": "/host", "Target": "/t", "BindOptions": {}},
        ),
        (
            bind(options=BindOptions(selinux="Z")),
            {"Type": "bind", "Source": "/host", "Target": "/t", "BindOptions": {}},
        ),
        (
            bind(options=BindOptions(create_host_path=True, propagation="rslave"), consistency="cached"),
            {
                "Type": "bind",
                "Source": "/host",
                "Target": "/t",
                "Consistency": "cached",
                "BindOptions": {"Propagation": "rslave", "CreateMountpoint": True},
            },
        ),
        (
            bind(options=BindOptions(recursive="disabled")),
            {"Type": "bind", "Source": "/host", "Target": "/t", "BindOptions": {"NonRecursive": True}},
        ),
        (
            bind(options=BindOptions(recursive="writable"), read_only=True),
            {
                "Type": "bind",
                "Source": "/host",
                "Target": "/t",
                "ReadOnly": True,
                "BindOptions": {"ReadOnlyNonRecursive": True},
            },
        ),
        (
            bind(options=BindOptions(recursive="readonly", propagation="rprivate"), read_only=True),
            {
                "Type": "bind",
                "Source": "/host",
                "Target": "/t",
                "ReadOnly": True,
                "BindOptions": {"Propagation": "rprivate", "ReadOnlyForceRecursive": True},
            },
        ),
        (
            Mount(type="volume", source="data", target="/d", volume=VolumeOptions(nocopy=True)),
            {"Type": "volume", "Source": "p_data", "Target": "/d", "VolumeOptions": {"NoCopy": True}},
        ),
        (
            Mount(type="volume", source="data", target="/d", volume=VolumeOptions(subpath="a")),
            {"Type": "volume", "Source": "p_data", "Target": "/d", "VolumeOptions": {"Subpath": "a"}},
        ),
        (
            Mount(type="volume", target="/d", volume=VolumeOptions()),
            {"Type": "volume", "Target": "/d", "VolumeOptions": {}},
        ),
        (Mount(type="volume", target="/d"), {"Type": "volume", "Target": "/d"}),
        (Mount(type="tmpfs", target="/t"), {"Type": "tmpfs", "Target": "/t"}),
        (
            Mount(type="tmpfs", target="/t", tmpfs=TmpfsOptions(size=1000, mode=0o1777)),  # type: ignore[arg-type]
            {"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1000, "Mode": 1023}},
        ),
        (
            Mount(type="tmpfs", target="/t", bind=CREATES),
            {"Type": "tmpfs", "Target": "/t"},
        ),
    ],
)
def test_all_else_are_mounts(mount: Mount, expected: dict[str, Any]) -> None:
    assert volumes(mount) == (None, [expected])


def test_order_is_the_files_and_the_last_of_a_target_counts() -> None:
    assert volumes(bind("/b"), bind("/a"), Mount(type="volume", target="/v"), bind("/b", read_only=True)) == (
        ["/host:/b:ro", "/host:/a:rw"],
        [{"Type": "volume", "Target": "/v"}],
    )


OLD = {
    "Config": {"Volumes": {"/image": {}, "/named": {}}},
    "Mounts": [
        {"Type": "volume", "Name": "aaa", "Source": "/var/lib/aaa", "Destination": "/anonymous", "RW": True},
        {"Type": "volume", "Name": "bbb", "Source": "/var/lib/bbb", "Destination": "/image", "RW": False},
        {"Type": "volume", "Name": "p_data", "Source": "/var/lib/p_data", "Destination": "/named", "RW": True},
        {"Type": "bind", "Source": "/host", "Destination": "/bound", "RW": True},
        {"Type": "tmpfs", "Source": "", "Destination": "/tmp", "RW": True},
    ],
}


def test_what_an_old_container_has_to_give() -> None:
    assert inherited_anonymous_volumes(OLD) == (
        InheritedVolume("volume", "aaa", "/anonymous"),
        InheritedVolume("volume", "bbb", "/image", read_only=True, of_image=True),
        InheritedVolume("volume", "p_data", "/named", of_image=True),
        InheritedVolume("bind", "/host", "/bound"),
    )


@pytest.mark.parametrize("bare", [{}, {"Config": None, "Mounts": None}, {"Config": {"Volumes": None}}])
def test_an_old_container_without_mounts_gives_nothing(bare: dict[str, Any]) -> None:
    assert inherited_anonymous_volumes(bare) == ()


def test_a_successor_keeps_anonymous_and_image_volumes_only() -> None:
    anonymous = Mount(type="volume", target="/anonymous", volume=VolumeOptions())
    named = Mount(type="volume", source="data", target="/named")
    assert volumes(anonymous, named, inherited=inherited_anonymous_volumes(OLD)) == (
        ["p_data:/named:rw"],
        [
            {"Type": "volume", "Source": "aaa", "Target": "/anonymous"},
            {"Type": "volume", "Source": "bbb", "Target": "/image", "ReadOnly": True},
        ],
    )


def test_a_tmpfs_takes_the_place_of_an_image_volume() -> None:
    tmpfs = Mount(type="tmpfs", target="/image")
    old = (InheritedVolume("volume", "bbb", "/image", of_image=True),)
    assert volumes(tmpfs, inherited=old) == (None, [{"Type": "tmpfs", "Target": "/image"}])


@pytest.mark.parametrize(
    ("mount", "expected"),
    [
        (
            Mount(type="volume", source="data", target="/d", volume=VolumeOptions(labels={"a": "b"})),
            {"Type": "volume", "Source": "p_data", "Target": "/d", "VolumeOptions": {"Labels": {"a": "b"}}},
        ),
        (
            Mount(type="image", source="busybox", target="/d"),
            {"Type": "image", "Source": "busybox", "Target": "/d"},
        ),
        (
            Mount(type="image", source="busybox", target="/d", image=ImageOptions(subpath="bin")),
            {"Type": "image", "Source": "busybox", "Target": "/d", "ImageOptions": {"Subpath": "bin"}},
        ),
    ],
)
def test_what_only_a_mount_can_say(mount: Mount, expected: dict[str, Any]) -> None:
    assert volumes(mount) == (None, [expected])


def test_secret_and_config_files_give_way_to_a_volume_at_their_place() -> None:
    files = (
        Mount(type="bind", source="/s", target="/run/secrets/s", read_only=True, bind=BindOptions()),
        Mount(type="bind", source="/c", target="/c", read_only=True),
        Mount(type="bind", source="/hidden", target="/t", read_only=True),
    )
    service = Service(name="web", volumes=(bind(),))
    spec = ReplicaSpec(ReplicaId("web", 1), service, "p-web-1", "busybox", "0", files=files)
    host = container_payload(spec, image_digest="", api_version=(1, 51))["HostConfig"]
    assert host["Binds"] == ["/host:/t:rw"]
    assert host["Mounts"] == [
        {"Type": "bind", "Source": "/s", "Target": "/run/secrets/s", "ReadOnly": True, "BindOptions": {}},
        {"Type": "bind", "Source": "/c", "Target": "/c", "ReadOnly": True},
    ]
