"""From a file's text to the create body, attribute by attribute; the table holds every row that reaches the engine.

A case is a service's YAML, and what its body has beyond that of a service that says nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from composer import labels
from composer.engine.payload import container_payload, network_payload, volume_payload
from composer.load.yaml_tree import parse_documents
from composer.plan.actions import CreateNetwork, CreateVolume
from composer.plan.desired import desire, replica_spec
from tests.support.format_coverage import rows, used
from tests.support.payloads import API, plain
from tests.support.trees import load_files

Fields = dict[str, Any]

ELSEWHERE = """
networks: {n: , m: , default: }
volumes: {data: }
secrets: {s: {file: ./s.txt}}
configs: {c: {file: ./c.txt}}
"""

# The service's YAML, fields of its HostConfig, fields beside it.
CONTAINERS: list[tuple[str, Fields, Fields]] = [
    ("annotations: {a: b}", {"Annotations": {"a": "b"}}, {}),
    (
        "blkio_config: {weight: 300, weight_device: [{path: /d, weight: 4}]}",
        {"BlkioWeight": 300, "BlkioWeightDevice": [{"Path": "/d", "Weight": 4}]},
        {},
    ),
    (
        "blkio_config: {device_read_bps: [{path: /d, rate: 1k}], device_read_iops: [{path: /d, rate: 2}]}",
        {
            "BlkioDeviceReadBps": [{"Path": "/d", "Rate": 1024}],
            "BlkioDeviceReadIOps": [{"Path": "/d", "Rate": 2}],
        },
        {},
    ),
    (
        "blkio_config: {device_write_bps: [{path: /d, rate: 3}], device_write_iops: [{path: /d, rate: 4}]}",
        {"BlkioDeviceWriteBps": [{"Path": "/d", "Rate": 3}], "BlkioDeviceWriteIOps": [{"Path": "/d", "Rate": 4}]},
        {},
    ),
    ("cap_add: [net_admin]", {"CapAdd": ["CAP_NET_ADMIN"]}, {}),
    ("cap_drop: [ALL]", {"CapDrop": ["ALL"]}, {}),
    ("cgroup: host", {"CgroupnsMode": "host"}, {}),
    ("cgroup_parent: m", {"CgroupParent": "m"}, {}),
    ("command: echo 'a b' $$X", {}, {"Cmd": ["echo", "a b", "$X"]}),
    ("entrypoint: [sh, -c]", {}, {"Entrypoint": ["sh", "-c"]}),
    (
        "container_name: cn",
        {},
        {"NetworkingConfig": {"EndpointsConfig": {"p_default": {"IPAMConfig": None, "Aliases": ["cn", "a"]}}}},
    ),
    ("cpus: 0.5", {"NanoCpus": 500_000_000}, {}),
    ("cpu_count: 2", {"CpuCount": 2}, {}),
    ("cpu_percent: 50", {"CpuPercent": 5000}, {}),
    ("cpu_period: 3", {"CpuPeriod": 3}, {}),
    ("cpu_quota: 4", {"CpuQuota": 4}, {}),
    ("cpu_rt_period: 5", {"CpuRealtimePeriod": 5}, {}),
    ("cpu_rt_runtime: 6", {"CpuRealtimeRuntime": 6}, {}),
    ("cpu_shares: 7", {"CpuShares": 7}, {}),
    ("cpuset: 0-1", {"CpusetCpus": "0-1"}, {}),
    (
        "deploy: {resources: {limits: {cpus: '0.25', memory: 5m, pids: 6}, reservations: {memory: 4m}}}",
        {"NanoCpus": 250_000_000, "Memory": 5 << 20, "PidsLimit": 6, "MemoryReservation": 4 << 20},
        {},
    ),
    (
        (
            "deploy: {resources: {reservations: {devices: "
            "[{capabilities: [tpu], driver: d, device_ids: ['1'], options: {o: p}}]}}}"
        ),
        {
            "DeviceRequests": [
                {"Driver": "d", "Count": 0, "DeviceIDs": ["1"], "Capabilities": [["tpu"]], "Options": {"o": "p"}}
            ]
        },
        {},
    ),
    (
        "deploy: {resources: {reservations: {devices: [{capabilities: [tpu], count: 2}]}}}",
        {"DeviceRequests": [{"Driver": "", "Count": 2, "DeviceIDs": None, "Capabilities": [["tpu"]], "Options": None}]},
        {},
    ),
    (
        "deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}",
        {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}},
        {},
    ),
    ("device_cgroup_rules: ['c 1:3 mr']", {"DeviceCgroupRules": ["c 1:3 mr"]}, {}),
    (
        "devices: [{source: /dev/a, target: /dev/b, permissions: r}]",
        {"Devices": [{"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "r"}]},
        {},
    ),
    ("dns: 1.1.1.1", {"Dns": ["1.1.1.1"]}, {}),
    ("dns_opt: ['ndots:1']", {"DnsOptions": ["ndots:1"]}, {}),
    ("dns_search: [a.b]", {"DnsSearch": ["a.b"]}, {}),
    ("domainname: d.e", {}, {"Domainname": "d.e"}),
    ("environment: [A=1, B]", {}, {"Env": ["A=1", "B"]}),
    ("env_file: [{path: e.env, required: true, format: raw}]", {}, {"Env": ["Q='1'"]}),
    ("expose: [90]", {}, {"ExposedPorts": {"90": {}}}),
    (
        "external_links: ['x:y']",
        {"Links": ["x:y"]},
        {
            "NetworkingConfig": {
                "EndpointsConfig": {"p_default": {"IPAMConfig": None, "Aliases": ["p-a-1", "a"], "Links": ["x:y"]}}
            }
        },
    ),
    ("extra_hosts: [h=1.2.3.4]", {"ExtraHosts": ["h:1.2.3.4"]}, {}),
    (
        "gpus: [{driver: d, count: 1, capabilities: [c], options: {o: p}}]",
        {
            "DeviceRequests": [
                {"Driver": "d", "Count": 1, "DeviceIDs": None, "Capabilities": [["c", "gpu"]], "Options": {"o": "p"}}
            ]
        },
        {},
    ),
    (
        "gpus: [{device_ids: ['7']}]",
        {
            "DeviceRequests": [
                {"Driver": "", "Count": 0, "DeviceIDs": ["7"], "Capabilities": [["gpu"]], "Options": None}
            ]
        },
        {},
    ),
    ("group_add: [mail, 5]", {"GroupAdd": ["mail", "5"]}, {}),
    (
        "healthcheck: {test: a, interval: 1s, timeout: 2s, retries: 3, start_period: 4s, start_interval: 5s}",
        {},
        {
            "Healthcheck": {
                "Test": ["CMD-SHELL", "a"],
                "Interval": 10**9,
                "Timeout": 2 * 10**9,
                "Retries": 3,
                "StartPeriod": 4 * 10**9,
                "StartInterval": 5 * 10**9,
            }
        },
    ),
    ("healthcheck: {disable: true}", {}, {"Healthcheck": {"Test": ["NONE"]}}),
    ("hostname: h", {}, {"Hostname": "h"}),
    ("image: other", {}, {"Image": "other"}),
    ("init: true", {"Init": True}, {}),
    ("ipc: host", {"IpcMode": "host"}, {}),
    ("isolation: default", {"Isolation": "default"}, {}),
    ("labels: [l=1]", {}, {"Labels": {"l": "1"}}),
    ("label_file: l.env", {}, {"Labels": {"f": "1"}}),
    ("logging: {driver: d, options: {o: 1}}", {"LogConfig": {"Type": "d", "Config": {"o": "1"}}}, {}),
    (
        "mac_address: '02:00:00:00:00:01'",
        {},
        {
            "NetworkingConfig": {
                "EndpointsConfig": {
                    "p_default": {"IPAMConfig": None, "Aliases": ["p-a-1", "a"], "MacAddress": "02:00:00:00:00:01"}
                }
            }
        },
    ),
    ("mem_limit: 1m", {"Memory": 1 << 20}, {}),
    ("mem_reservation: 2m", {"MemoryReservation": 2 << 20}, {}),
    ("memswap_limit: -1", {"MemorySwap": -1}, {}),
    ("mem_swappiness: 3", {"MemorySwappiness": 3}, {}),
    ("network_mode: host", {"NetworkMode": "host"}, {"NetworkingConfig": None}),
    (
        (
            "networks: {n: {aliases: [x], ipv4_address: 10.0.0.2, ipv6_address: 'fd00::2', link_local_ips: [1.1.1.1], "
            "mac_address: '02:00:00:00:00:02', driver_opts: {o: 1}, interface_name: eth7, gw_priority: 3}, "
            "m: {priority: 5}}"
        ),
        {"NetworkMode": "p_m"},
        {
            "NetworkingConfig": {
                "EndpointsConfig": {
                    "p_m": {"IPAMConfig": {}, "Aliases": ["p-a-1", "a"]},
                    "p_n": {
                        "IPAMConfig": {
                            "IPv4Address": "10.0.0.2",
                            "IPv6Address": "fd00::2",
                            "LinkLocalIPs": ["1.1.1.1"],
                        },
                        "Aliases": ["p-a-1", "a", "x"],
                        "DriverOpts": {"o": "1", "com.docker.network.endpoint.ifname": "eth7"},
                        "GwPriority": 3,
                        "MacAddress": "02:00:00:00:00:02",
                    },
                }
            }
        },
    ),
    ("oom_kill_disable: true", {"OomKillDisable": True}, {}),
    ("oom_score_adj: 8", {"OomScoreAdj": 8}, {}),
    ("pid: host", {"PidMode": "host"}, {}),
    ("pids_limit: 9", {"PidsLimit": 9}, {}),
    (
        "ports: [{target: 80, published: 8080, host_ip: 127.0.0.1, protocol: udp}]",
        {"PortBindings": {"80/udp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]}},
        {"ExposedPorts": {"80/udp": {}}},
    ),
    ("privileged: true", {"Privileged": True}, {}),
    ("read_only: true", {"ReadonlyRootfs": True}, {}),
    ("restart: on-failure:2", {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 2}}, {}),
    ("runtime: r", {"Runtime": "r"}, {}),
    (
        "secrets: [{source: s, target: t}]",
        {
            "Mounts": [
                {
                    "Type": "bind",
                    "Source": "/project/s.txt",
                    "Target": "/run/secrets/t",
                    "ReadOnly": True,
                    "BindOptions": {},
                }
            ]
        },
        {},
    ),
    (
        "configs: [{source: c, target: /t}]",
        {"Mounts": [{"Type": "bind", "Source": "/project/c.txt", "Target": "/t", "ReadOnly": True}]},
        {},
    ),
    ("security_opt: [label=disable]", {"SecurityOpt": ["label=disable"]}, {}),
    ("shm_size: 1m", {"ShmSize": 1 << 20}, {}),
    ("stdin_open: true", {}, {"OpenStdin": True}),
    ("stop_grace_period: 2s", {}, {"StopTimeout": 2}),
    ("stop_signal: SIGINT", {}, {"StopSignal": "SIGINT"}),
    ("storage_opt: {size: 1G}", {"StorageOpt": {"size": "1G"}}, {}),
    ("sysctls: {a.b: 1}", {"Sysctls": {"a.b": "1"}}, {}),
    ("tmpfs: /t:size=1m", {"Tmpfs": {"/t": "size=1m"}}, {}),
    ("tty: true", {}, {"Tty": True}),
    (
        "ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}",
        {"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 2}, {"Name": "nproc", "Soft": 3, "Hard": 3}]},
        {},
    ),
    ("user: '1:2'", {}, {"User": "1:2"}),
    ("userns_mode: host", {"UsernsMode": "host"}, {}),
    ("uts: host", {"UTSMode": "host"}, {}),
    ("volumes_from: ['container:x']", {"VolumesFrom": ["x"]}, {}),
    ("working_dir: /w", {}, {"WorkingDir": "/w"}),
    (
        (
            "volumes: [{type: bind, source: ./b, target: /t, read_only: true, "
            "bind: {propagation: rslave, create_host_path: false, recursive: disabled}}]"
        ),
        {
            "Mounts": [
                {
                    "Type": "bind",
                    "Source": "/project/b",
                    "Target": "/t",
                    "ReadOnly": True,
                    "BindOptions": {"Propagation": "rslave", "NonRecursive": True},
                }
            ]
        },
        {},
    ),
    (
        (
            "volumes: [{type: volume, source: data, target: /t, consistency: cached, "
            "volume: {nocopy: true, subpath: s, labels: {l: 1}}}]"
        ),
        {
            "Mounts": [
                {
                    "Type": "volume",
                    "Source": "p_data",
                    "Target": "/t",
                    "Consistency": "cached",
                    "VolumeOptions": {"NoCopy": True, "Labels": {"l": "1"}, "Subpath": "s"},
                }
            ]
        },
        {},
    ),
    (
        "volumes: ['./b:/t:ro,z', 'data:/d', /anonymous]",
        {
            "Binds": ["/project/b:/t:ro,z", "p_data:/d:rw"],
            "Mounts": [{"Type": "volume", "Target": "/anonymous", "VolumeOptions": {}}],
        },
        {},
    ),
    (
        "volumes: [{type: bind, source: ./b, target: /t, bind: {create_host_path: true, selinux: Z}}]",
        {"Binds": ["/project/b:/t:rw,Z"]},
        {},
    ),
    (
        "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1k, mode: 0o1777}}]",
        {"Mounts": [{"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 1024, "Mode": 0o1777}}]},
        {},
    ),
    (
        "volumes: [{type: image, source: i, target: /t, image: {subpath: s}}]",
        {"Mounts": [{"Type": "image", "Source": "i", "Target": "/t", "ImageOptions": {"Subpath": "s"}}]},
        {},
    ),
]

NETWORK = """
driver: bridge
driver_opts: {o: 1}
ipam:
  driver: default
  config: [{subnet: 10.0.0.0/24, gateway: 10.0.0.1, ip_range: 10.0.0.0/25, aux_addresses: {h: 10.0.0.9}}]
internal: true
attachable: true
labels: [l=1]
enable_ipv4: false
enable_ipv6: true
name: other
"""
VOLUME = "{driver: local, driver_opts: {o: bind}, labels: {l: 1}, name: other}"


def body_of(service: str, top: str = ELSEWHERE) -> Fields:
    """The create body of `a`, with the user's labels only."""
    lines = "".join(f"    {line}\n" for line in service.splitlines())
    image = "" if service.startswith("image:") else "    image: busybox\n"
    text = f"name: p\nservices:\n  a:\n{image}{lines}{top}"
    project = load_files({"compose.yaml": text, "e.env": "Q='1'", "l.env": "f=1"}).project
    desired = desire(project)
    spec = replica_spec(desired, desired.project.services["a"], 1)
    body = dict(container_payload(spec, image_digest="", api_version=API))
    body["Labels"] = own(body["Labels"])
    return body


def own(found: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in found.items() if not key.startswith((labels.PREFIX, labels.OWN_PREFIX))}


def expected(host: Fields, config: Fields) -> Fields:
    joined = {"EndpointsConfig": {"p_default": {"IPAMConfig": None, "Aliases": ["p-a-1", "a"]}}}
    body = plain({"NetworkMode": "p_default", **host}, **{"Labels": {}, "NetworkingConfig": joined, **config})
    return {key: value for key, value in body.items() if key != "NetworkingConfig" or value is not None}


@pytest.mark.parametrize(("service", "host", "config"), CONTAINERS, ids=[case[0] for case in CONTAINERS])
def test_what_an_attribute_becomes(service: str, host: Fields, config: Fields) -> None:
    assert body_of(service) == expected(host, config)


def test_a_network() -> None:
    project = load_files(
        {"compose.yaml": f"name: p\nservices: {{a: {{image: x, networks: [n]}}}}\nnetworks:\n  n:{indented(NETWORK)}"}
    ).project
    assert network_payload(CreateNetwork("n", project.networks["n"], {}), API) == {
        "Name": "other",
        "Driver": "bridge",
        "Internal": True,
        "Attachable": True,
        "Options": {"o": "1"},
        "Labels": {"l": "1"},
        "EnableIPv4": False,
        "EnableIPv6": True,
        "IPAM": {
            "Driver": "default",
            "Config": [
                {
                    "Subnet": "10.0.0.0/24",
                    "IPRange": "10.0.0.0/25",
                    "Gateway": "10.0.0.1",
                    "AuxiliaryAddresses": {"h": "10.0.0.9"},
                }
            ],
        },
    }


def test_a_volume() -> None:
    text = f"name: p\nservices: {{a: {{image: x, volumes: ['v:/v']}}}}\nvolumes: {{v: {VOLUME}}}"
    project = load_files({"compose.yaml": text}).project
    assert volume_payload(CreateVolume("v", project.volumes["v"], {})) == {
        "Name": "other",
        "Driver": "local",
        "DriverOpts": {"o": "bind"},
        "Labels": {"l": "1"},
    }


def indented(text: str) -> str:
    return text.replace("\n", "\n    ")


# What no create body has, and where it shows instead. Each entry stands for the rows below it, too.
NOT_IN_A_BODY = {
    "services.*.profiles": "which services take part",
    "services.*.attach": "whose output is shown",
    "services.*.build": "how the image is made: tests/unit/build",
    "services.*.develop": "what is watched: tests/unit/watch",
    "services.*.configs.uid": "of copies, put there before the start: tests/unit/execute/test_perform_around_start.py",
    "services.*.configs.gid": "the same",
    "services.*.configs.mode": "the same",
    "services.*.secrets.uid": "the same",
    "services.*.secrets.gid": "the same",
    "services.*.secrets.mode": "the same",
    "services.*.credential_spec": "speaks to swarm alone",
    "services.*.depends_on": "the order of the steps, and a label: tests/unit/plan/test_desired.py",
    "services.*.deploy.mode": "speaks to swarm alone",
    "services.*.deploy.replicas": "how many containers there are",
    "services.*.deploy.labels": "of a service of swarm",
    "services.*.deploy.update_config": "speaks to swarm alone",
    "services.*.deploy.rollback_config": "the same",
    "services.*.deploy.resources.reservations.cpus": "the same",
    "services.*.deploy.resources.reservations.generic_resources": "the same",
    "services.*.deploy.restart_policy.delay": "the same",
    "services.*.deploy.restart_policy.window": "the same",
    "services.*.deploy.placement": "the same",
    "services.*.deploy.endpoint_mode": "the same",
    "services.*.provider": "has no container",
    "services.*.extends": "gone once the file is read",
    "services.*.models": "refused: no engine has a model runner",
    "services.*.ports.name": "a remark",
    "services.*.ports.mode": "speaks to swarm alone",
    "services.*.ports.app_protocol": "a remark",
    "services.*.platform": "beside the body, in the call",
    "services.*.pull_policy": "when the image is pulled",
    "services.*.pull_refresh_after": "the reference does not use it either",
    "services.*.scale": "how many containers there are",
    "services.*.links": "the linked containers' names, known when they are planned: test_payload_networks.py",
    "services.*.use_api_socket": "other attributes, by plan.api_socket: tests/unit/plan/test_api_socket.py",
    "services.*.pre_start": "a container of its own: tests/unit/plan/test_prestart.py",
    "services.*.post_start": "run in the container: test_hooks.py",
    "services.*.pre_stop": "the same",
    "services.*.ulimits.*.single": "how the loader writes the short form down; no key of a file",
    "networks.*.external": "nothing is made",
    "networks.*.ipam.options": "the reference drops them",
    "volumes.*.external": "nothing is made",
}


def covered() -> set[str]:
    texts = [f"services: {{a: {{{service}}}}}" for service, _, _ in CONTAINERS]
    texts += [f"networks:\n  n:{indented(NETWORK)}", f"volumes: {{v: {VOLUME}}}"]
    found: set[str] = set()
    for text in texts:
        documents, problems = parse_documents(text, "case")
        assert not problems, problems
        found.update(used(documents[0]))
    return found


def test_every_attribute_has_its_golden_body_or_a_reason() -> None:
    sections = ("services.", "networks.", "volumes.")
    missing = {row for row in rows() if row.startswith(sections)} - covered()

    def reason(row: str) -> str:
        return next((key for key in NOT_IN_A_BODY if row == key or row.startswith(f"{key}.")), "")

    assert [row for row in sorted(missing) if not reason(row)] == []
    assert {reason(row) for row in missing} == set(NOT_IN_A_BODY)
