"""What two files give together, attribute by attribute."""

from __future__ import annotations

import pytest

from composer.load.bind import plain
from tests.support.trees import merged, merged_tree, problems_of


def both(base: str, over: str) -> dict[str, object]:
    result = merged(*(f"services:\n  a:\n    image: x\n    {text}\n" for text in (base, over)))
    assert isinstance(result, dict)
    return {key: value for key, value in result.items() if key != "image"}


def ports(*targets: int) -> dict[str, object]:
    return {"ports": [{"mode": "ingress", "protocol": "tcp", "target": target} for target in targets]}


ROWS: list[tuple[str, str, dict[str, object]]] = [
    ("user: a", "user: b", {"user": "b"}),
    ("user: a", "user:", {"user": "a"}),
    ("command: a", "command: [b]", {"command": ["b"]}),
    ("command: a", "command:", {"command": None}),
    ("entrypoint: [a, b]", "entrypoint: [c]", {"entrypoint": ["c"]}),
    (
        "healthcheck: {test: a, retries: 1}",
        "healthcheck: {test: [CMD, b]}",
        {"healthcheck": {"test": ["CMD", "b"], "retries": 1}},
    ),
    ("environment: {A: 1, B: 2}", "environment: [B=3, C]", {"environment": {"A": 1, "B": "3", "C": None}}),
    ("environment: [D=1]", "environment: {D: }", {"environment": {"D": None}}),
    ("labels: [a=1]", "labels: {b: 2}", {"labels": {"a": "1", "b": 2}}),
    ("annotations: {a: 1}", "annotations: [a=2]", {"annotations": {"a": "2"}}),
    ("sysctls: [a=1]", "sysctls: {a: 2}", {"sysctls": {"a": 2}}),
    ("deploy: {labels: [a=1]}", "deploy: {labels: {a: 2}}", {"deploy": {"labels": {"a": 2}}}),
    ("cap_add: [A]", "cap_add: [B, A]", {"cap_add": ["A", "B"]}),
    ("dns: 1.1.1.1", "dns: [2.2.2.2, 1.1.1.1]", {"dns": ["1.1.1.1", "2.2.2.2"]}),
    ("profiles: [a]", "profiles: [a, b]", {"profiles": ["a", "b"]}),
    ("security_opt: [a]", "security_opt: [a, b]", {"security_opt": ["a", "b"]}),
    ("tmpfs: /a", "tmpfs: [/a, '/b:size=1m']", {"tmpfs": ["/a", "/b:size=1m"]}),
    ("links: [b]", "links: [b, c]", {"links": ["b", "c"]}),
    ("extra_hosts: [h=1]", "extra_hosts: {h: '2', g: '3'}", {"extra_hosts": ["h=1", "h=2", "g=3"]}),
    ("extra_hosts: [h=1]", "extra_hosts: {h: '1'}", {"extra_hosts": ["h=1"]}),
    (
        "env_file: a",
        "env_file: [{path: a, required: false}, b]",
        {"env_file": [{"path": "a", "required": False}, {"path": "b"}]},
    ),
    ("devices: [/a]", "devices: [{source: /b, target: /a}]", {"devices": [{"source": "/b", "target": "/a"}]}),
    (
        "secrets: [s]",
        "secrets: [{source: t, target: /run/secrets/s}]",
        {"secrets": [{"source": "t", "target": "/run/secrets/s"}]},
    ),
    ("ports: [80, 81]", "ports: [80, 82]", ports(80, 81, 82)),
    ("ulimits: {n: {soft: 1, hard: 2}}", "ulimits: {n: 3}", {"ulimits": {"n": {"single": 3}}}),
    (
        "ulimits: {n: 3}",
        "ulimits: {n: {soft: 1, hard: 2}, m: 4}",
        {"ulimits": {"n": {"soft": 1, "hard": 2}, "m": {"single": 4}}},
    ),
    (
        "depends_on: {b: {condition: service_healthy, restart: true}}",
        "depends_on: [b]",
        {"depends_on": {"b": {"condition": "service_started", "required": True, "restart": True}}},
    ),
    ("networks: {n: {priority: 1}}", "networks: [n, m]", {"networks": {"n": {"priority": 1}, "m": None}}),
    (
        "networks: {n: {aliases: [a]}}",
        "networks: {n: {aliases: [b, a]}}",
        {"networks": {"n": {"aliases": ["a", "b"]}}},
    ),
    ("models: [m]", "models: {m: {endpoint_var: E}}", {"models": {"m": {"endpoint_var": "E"}}}),
    ("build: {args: {A: 1}}", "build: ./y", {"build": {"args": {"A": 1}, "context": "./y"}}),
    ("build: {cache_from: [a]}", "build: {cache_from: [a]}", {"build": {"cache_from": ["a", "a"]}}),
    (
        "logging: {driver: a, options: {x: 1}}",
        "logging: {options: {y: 2}}",
        {"logging": {"driver": "a", "options": {"x": 1, "y": 2}}},
    ),
    ("logging: {driver: a, options: {x: 1}}", "logging: {driver: b}", {"logging": {"driver": "b"}}),
    ("post_start: [{command: a}]", "post_start: [{command: a}]", {"post_start": [{"command": "a"}, {"command": "a"}]}),
    ("x-a: {b: [1], c: 1}", "x-a: {b: [2], c: 2}", {"x-a": {"b": [1, 2], "c": 2}}),
    ("ports: [80]", "ports: !reset []", {}),
    ("ports: [80]", "ports: !override [81]", ports(81)),
    ("environment: {A: 1, B: 2}", "environment: {A: !reset null}", {"environment": {"B": 2}}),
    ("environment: [A=1, B=2]", "environment: {A: !reset null}", {"environment": {"B": "2"}}),
    ("cap_add: [A, B]", "cap_add: [!reset A, C]", {"cap_add": ["A", "B", "C"]}),
    ("deploy: {replicas: 2, mode: x}", "deploy: !override {replicas: 3}", {"deploy": {"replicas": 3}}),
]


@pytest.mark.parametrize(("base", "over", "result"), ROWS, ids=[f"{row[0]} + {row[1]}" for row in ROWS])
def test_an_override(base: str, over: str, result: dict[str, object]) -> None:
    assert both(base, over) == result


def test_volumes_are_replaced_by_target_and_keep_their_place() -> None:
    result = both("volumes: ['a:/a', 'b:/b']", "volumes: ['./c:/a', 'd:/d']")["volumes"]
    assert isinstance(result, list)
    assert [(mount["source"], mount["target"]) for mount in result] == [("./c", "/a"), ("b", "/b"), ("d", "/d")]


def test_ipam_pools_are_matched_by_subnet() -> None:
    tree = merged_tree(
        "networks: {n: {ipam: {config: [{subnet: a, gateway: g}]}}}",
        "networks: {n: {ipam: {config: [{subnet: a, gateway: h}, {subnet: b}]}}}",
    )
    assert plain(tree) == {"networks": {"n": {"ipam": {"config": [{"subnet": "a", "gateway": "h"}, {"subnet": "b"}]}}}}


def test_a_service_may_be_spread_over_two_files() -> None:
    assert problems_of("services: {a: {environment: {X: y}}}", "services: {a: {image: x}}") == []


def test_a_null_service_in_an_override_changes_nothing() -> None:
    assert merged("services: {a: {image: x}}", "services: {a: }") == {"image": "x"}


def test_reset_in_a_single_file_removes_the_key() -> None:
    assert merged("services: {a: {image: x, ports: !reset [80]}}") == {"image": "x"}


def test_reset_then_set_again_in_a_third_file() -> None:
    files = ("services: {a: {user: x}}", "services: {a: {user: !reset null}}", "services: {a: {user: z}}")
    assert merged(*files) == {"user": "z"}
    assert merged(*files[:2]) == {}
