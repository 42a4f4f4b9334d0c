"""Short and long forms of every attribute: one row each, YAML in, canonical value out."""

from __future__ import annotations

import pytest

from composer.load.bind import plain
from composer.load.tree import items_of
from tests.support.trees import canonical_tree

PORT = {"mode": "ingress", "protocol": "tcp"}
NAMED = {"type": "volume", "target": "/t", "volume": {}}
STARTED = {"condition": "service_started", "required": True}


def attribute(text: str, name: str) -> object:
    tree = canonical_tree(f"services:\n  a:\n    image: x\n    {text}\n")
    service = plain(items_of(tree, "services")["a"])
    assert isinstance(service, dict)
    return service[name]


ROWS = [
    ("build: .", {"context": "."}),
    ("build: {args: [A=1, B]}", {"args": {"A": "1", "B": None}}),
    ("build: {additional_contexts: [a=./x]}", {"additional_contexts": {"a": "./x"}}),
    ("build: {ssh: [default, k=./key]}", {"ssh": {"default": None, "k": "./key"}}),
    ("build: {secrets: [s]}", {"secrets": [{"source": "s"}]}),
    ("build: {provenance: true}", {"provenance": True}),
    ("cap_add: [A, B, A]", ["A", "B"]),
    ("configs: [c]", [{"source": "c"}]),
    ("depends_on: [b]", {"b": STARTED}),
    ("depends_on: {b: {condition: service_healthy}}", {"b": {"condition": "service_healthy"}}),
    ("devices: [/dev/a]", [{"source": "/dev/a", "target": "/dev/a", "permissions": "rwm"}]),
    ("devices: ['/dev/a:/dev/b:r']", [{"source": "/dev/a", "target": "/dev/b", "permissions": "r"}]),
    ("devices: [{source: x}]", [{"source": "x"}]),
    ("dns: 1.1.1.1", ["1.1.1.1"]),
    ("dns: [a, b]", ["a", "b"]),
    ("dns_search: a", ["a"]),
    ("env_file: x.env", [{"path": "x.env"}]),
    ("env_file: [x.env, {path: y, required: false}]", [{"path": "x.env"}, {"path": "y", "required": False}]),
    ("environment: {A: 1, B: }", {"A": 1, "B": None}),
    ("environment: [A=1, B, C=, A=2]", {"A": "2", "B": None, "C": ""}),
    ("expose: [80, '90-92/udp', 80]", [80, "90-92/udp"]),
    ("extends: b", {"service": "b"}),
    ("extra_hosts: {h: 1.2.3.4, g: [a, b]}", ["h=1.2.3.4", "g=a", "g=b"]),
    ("extra_hosts: ['h:1.2.3.4']", ["h:1.2.3.4"]),
    ("gpus: all", [{"count": "all"}]),
    ("healthcheck: {test: curl x}", {"test": "curl x"}),
    ("label_file: l", ["l"]),
    ("labels: [a, b=c=d]", {"a": None, "b": "c=d"}),
    ("links: [b, 'c:d', b]", ["b", "c:d"]),
    ("models: [m]", {"m": None}),
    ("networks: [n, m]", {"n": None, "m": None}),
    ("networks: {n: {aliases: [x, x]}}", {"n": {"aliases": ["x"]}}),
    ("ports: [80]", [{**PORT, "target": 80}]),
    ("ports: ['8080:80']", [{**PORT, "target": 80, "published": "8080"}]),
    ("ports: ['80-80:81']", [{**PORT, "target": 81, "published": "80"}]),
    ("ports: ['8080:80/UDP']", [{"mode": "ingress", "protocol": "udp", "target": 80, "published": "8080"}]),
    ("ports: ['127.0.0.1::80']", [{**PORT, "target": 80, "host_ip": "127.0.0.1"}]),
    ("ports: ['[::1]:6001:6000']", [{**PORT, "target": 6000, "published": "6001", "host_ip": "::1"}]),
    ("ports: ['9000-9005:80']", [{**PORT, "target": 80, "published": "9000-9005"}]),
    (
        "ports: ['9090-9091:8080-8081']",
        [{**PORT, "target": 8080, "published": "9090"}, {**PORT, "target": 8081, "published": "9091"}],
    ),
    ("ports: ['80-81']", [{**PORT, "target": 80}, {**PORT, "target": 81}]),
    ("ports: ['80:80', '0.0.0.0:80:80']", [{**PORT, "target": 80, "published": "80", "host_ip": "0.0.0.0"}]),
    ("ports: [{target: 80, published: 81, x-a: 1}]", [{"target": 80, "published": 81, "x-a": 1}]),
    ("secrets: [s, {source: t, target: u}]", [{"source": "s"}, {"source": "t", "target": "u"}]),
    ("sysctls: [a=1]", {"a": "1"}),
    ("tmpfs: /run", ["/run"]),
    ("ulimits: {nofile: 5, nproc: {soft: 1, hard: 2}}", {"nofile": {"single": 5}, "nproc": {"soft": 1, "hard": 2}}),
    ("volumes: [/tt]", [{**NAMED, "target": "/tt"}]),
    ("volumes: ['v:/t/']", [{**NAMED, "source": "v"}]),
    ("volumes: ['data:/t:ro']", [{**NAMED, "source": "data", "read_only": True}]),
    ("volumes: ['data:/t:nocopy']", [{**NAMED, "source": "data", "volume": {"nocopy": True}}]),
    ("volumes: ['data:/t:bogus,rw']", [{**NAMED, "source": "data"}]),
    ("volumes: ['data:/t:z']", [{**NAMED, "source": "data", "bind": {"selinux": "z"}}]),
    (
        "volumes: ['./x:/t:ro,rslave']",
        [
            {
                "type": "bind",
                "source": "./x",
                "target": "/t",
                "read_only": True,
                "bind": {"propagation": "rslave", "create_host_path": True},
            }
        ],
    ),
    (
        "volumes: ['C:\\x:D:\\t:ro']",
        [
            {
                "type": "bind",
                "source": "C:\\x",
                "target": "D:\\t",
                "read_only": True,
                "bind": {"create_host_path": True},
            }
        ],
    ),
    ("volumes: ['a界:/t']", [{**NAMED, "source": "a界"}]),
    ("volumes: [/a]", [{"type": "volume", "target": "/a"}]),
    ("volumes: ['x:/t', 'y:/t']", [{**NAMED, "source": "y"}]),
    (
        "develop: {watch: [{path: ., action: sync, target: /x, ignore: a}]}",
        {"watch": [{"path": ".", "action": "sync", "target": "/x", "ignore": ["a"]}]},
    ),
]


@pytest.mark.parametrize(("text", "value"), ROWS, ids=[row[0] for row in ROWS])
def test_the_long_form(text: str, value: object) -> None:
    assert attribute(text, text.partition(":")[0]) == value


def test_include_and_external_keep_their_forms() -> None:
    tree = plain(canonical_tree("include: [a.yaml, {path: [b, c], env_file: d}]\nvolumes: {v: {external: true}}"))
    assert tree == {
        "include": [{"path": ["a.yaml"]}, {"path": ["b", "c"], "env_file": ["d"]}],
        "volumes": {"v": {"external": True}},
    }
