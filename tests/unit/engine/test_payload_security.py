"""Namespaces, security options, devices, DNS and the other isolation fields of the create body."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from composer import labels
from composer.errors import PlanError
from composer.model.deploy import Deploy, DeviceRequest, Resource, Resources
from composer.model.service_limits import Device
from tests.support.payloads import payload, plain


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("ipc", "host", {"IpcMode": "host"}),
        ("pid", "container:abc", {"PidMode": "container:abc"}),
        ("uts", "host", {"UTSMode": "host"}),
        ("userns_mode", "host", {"UsernsMode": "host"}),
        ("cgroup", "private", {"CgroupnsMode": "private"}),
        ("cgroup_parent", "m", {"CgroupParent": "m"}),
        ("isolation", "default", {"Isolation": "default"}),
        ("runtime", "runc", {"Runtime": "runc"}),
        ("network_mode", "host", {"NetworkMode": "host"}),
        ("network_mode", "container:abc", {"NetworkMode": "container:abc"}),
        ("group_add", ("audio", "5"), {"GroupAdd": ["audio", "5"]}),
        ("sysctls", {"net.core.somaxconn": "1"}, {"Sysctls": {"net.core.somaxconn": "1"}}),
        ("annotations", {"a": "b"}, {"Annotations": {"a": "b"}}),
        ("storage_opt", {"size": "1G"}, {"StorageOpt": {"size": "1G"}}),
        ("dns", ("1.1.1.1",), {"Dns": ["1.1.1.1"]}),
        ("dns_search", ("a.test",), {"DnsSearch": ["a.test"]}),
        ("dns_opt", ("use-vc",), {"DnsOptions": ["use-vc"]}),
        ("volumes_from", ("abc:ro", "container:d"), {"VolumesFrom": ["abc:ro", "d"]}),
        ("device_cgroup_rules", ("c 1:3 mr",), {"DeviceCgroupRules": ["c 1:3 mr"]}),
        ("security_opt", ("no-new-privileges",), {"SecurityOpt": ["no-new-privileges"]}),
        ("security_opt", ("seccomp:unconfined", "label=a:b"), {"SecurityOpt": ["seccomp:unconfined", "label=a:b"]}),
        ("security_opt", ("systempaths=unconfined",), {"MaskedPaths": [], "ReadonlyPaths": []}),
    ],
)
def test_isolation(attribute: str, value: object, expected: dict[str, Any]) -> None:
    assert payload(**{attribute: value}) == plain(host=expected)


def test_a_domain_name_is_the_containers_own() -> None:
    assert payload(domainname="example.test") == plain(Domainname="example.test")


@pytest.mark.parametrize("option", ["seccomp=p.json", "seccomp:p.json"])
def test_a_seccomp_profile_is_sent_as_its_text(tmp_path: Path, option: str) -> None:
    (tmp_path / "p.json").write_text('{ "a b": [1, 2.50],\n\t"c\\" d": "\\u00e9 x" }\n')
    body = payload(security_opt=(option,), labels={labels.WORKING_DIR: str(tmp_path)})
    assert body["HostConfig"]["SecurityOpt"] == ['seccomp={"a b":[1,2.50],"c\\" d":"\\u00e9 x"}']


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("nothing", 'service "web": invalid security_opt "nothing"'),
        ("seccomp=absent.json", 'service "web": seccomp profile absent.json cannot be read'),
        ("seccomp=broken.json", 'service "web": seccomp profile broken.json cannot be read'),
    ],
)
def test_a_security_option_that_is_none(tmp_path: Path, option: str, message: str) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(PlanError, match=message):
        payload(security_opt=(option,), labels={labels.WORKING_DIR: str(tmp_path)})


def test_devices() -> None:
    devices = (
        Device(source="/dev/a", target="/dev/b", permissions="r"),
        Device(source="vendor.com/class=name", target="vendor.com/class=name", permissions="rwm"),
        Device(source="/dev/c"),
    )
    assert payload(devices=devices) == plain(
        host={
            "Devices": [
                {"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "r"},
                {"PathOnHost": "/dev/c", "PathInContainer": "", "CgroupPermissions": "rwm"},
            ],
            "DeviceRequests": [{"Driver": "cdi", "DeviceIDs": ["vendor.com/class=name"]}],
        }
    )


def test_devices_asked_of_a_driver() -> None:
    gpu = DeviceRequest(capabilities=("utility",), driver="nvidia", count=-1)
    tpu = DeviceRequest(capabilities=("tpu",), device_ids=("a",), options={"k": "v"})
    body = payload(gpus=(gpu,), deploy=Deploy(resources=Resources(reservations=Resource(devices=(tpu,)))))
    assert body == plain(
        host={
            "DeviceRequests": [
                {"Driver": "", "Count": 0, "DeviceIDs": ["a"], "Capabilities": [["tpu"]], "Options": {"k": "v"}},
                {
                    "Driver": "nvidia",
                    "Count": -1,
                    "DeviceIDs": None,
                    "Capabilities": [["utility", "gpu"]],
                    "Options": None,
                },
            ]
        }
    )
