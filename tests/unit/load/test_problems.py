"""Every kind of mistake, with the place it is reported at: one row each."""

from __future__ import annotations

import pytest

from composer.load.findings import Findings
from tests.support.trees import problems_of, project_of


def service(text: str) -> str:
    return f"services:\n  a:\n    image: x\n    {text}\n"


SERVICE_ROWS = [
    ("imag: y", "4:5 services.a.imag: unknown key 'imag'"),
    ("net: host", "4:5 services.a.net: unknown key 'net'"),
    ("healthcheck: {tst: a}", "4:19 services.a.healthcheck.tst: unknown key 'tst'"),
    ("init: maybe", "4:11 services.a.init: invalid boolean: maybe"),
    ("user: 1", "4:11 services.a.user: 'user' must be a string, not the number 1"),
    ("user:", "4:10 services.a.user: 'user' must be a string, not empty"),
    (
        "environment: A=1",
        "4:18 services.a.environment: 'environment' must be a mapping or a list of KEY=VALUE, not a string",
    ),
    ("environment: {A: [1]}", "4:22 services.a.environment.A: 'A' must be a string, a number or a boolean, not a list"),
    ("environment: ['A =1']", "4:19 services.a.environment[0]: variable 'A ' is declared with a trailing space"),
    ("command: [sleep, 1]", "4:22 services.a.command[1]: must be a string, not the number 1"),
    (
        "command: 'a \"b'",
        "4:14 services.a.command: invalid command line 'a \"b': a quote, a backslash or a parenthesis is left open",
    ),
    ("ports: [a]", "4:13 services.a.ports[0]: invalid container port 'a' in 'a'"),
    ("ports: ['80/xyz']", "4:13 services.a.ports[0]: invalid protocol 'xyz' in port '80/xyz' (use tcp, udp or sctp)"),
    ("ports: ['99999:80']", "4:13 services.a.ports[0]: invalid host port '99999' in '99999:80'"),
    ("ports: ['foo:80:80']", "4:13 services.a.ports[0]: invalid IP address 'foo' in port 'foo:80:80'"),
    (
        "ports: ['1-3:1-2']",
        "4:13 services.a.ports[0]: the ranges of host and container ports differ in size: '1-3:1-2'",
    ),
    ("ports: ['']", "4:13 services.a.ports[0]: no container port in ''"),
    ("ports: [{published: 1}]", "4:13 services.a.ports[0]: missing key 'target'"),
    ("ports: [{target: 80, host_ip: x}]", "4:35 services.a.ports[0].host_ip: invalid IP address 'x'"),
    ("ports: [{target: 70000}]", "4:22 services.a.ports[0].target: 'target': 70000 is not between 1 and 65535"),
    (
        "volumes: [{type: tmpfs, target: /x, tmpfs: {mode: -1}}]",
        "4:55 services.a.volumes[0].tmpfs.mode: 'mode': -1 is below 0",
    ),
    (
        "group_add: [1.5]",
        "4:17 services.a.group_add[0]: 'group_add[0]' must be a string or a whole number, not the number 1.5",
    ),
    (
        "blkio_config: {weight_device: [{path: /a, weight: -1}]}",
        "4:55 services.a.blkio_config.weight_device[0].weight: 'weight': -1 is not between 0 and 65535",
    ),
    ("volumes: [':/a']", "4:15 services.a.volumes[0]: empty section between colons in volume: ':/a'"),
    ("volumes: ['a:b:c:d']", "4:15 services.a.volumes[0]: too many colons in volume: 'a:b:c:d'"),
    ("volumes: ['']", "4:15 services.a.volumes[0]: empty volume: ''"),
    ("volumes: [{target: /x}]", "4:15 services.a.volumes[0]: missing key 'type'"),
    (
        "volumes: [{type: bind, target: /x}]",
        "4:15 services.a.volumes[0]: a bind mount needs a source (the path on the host)",
    ),
    (
        "volumes: [{type: floppy, target: /x}]",
        "4:22 services.a.volumes[0].type: 'type': 'floppy' is not one of bind, volume, tmpfs, cluster, npipe, image",
    ),
    ("volumes: ['data:/x']", "4:15 services.a.volumes[0]: service 'a' refers to undefined volume data"),
    (
        "tmpfs: /x\n    volumes: ['.:/x/']",
        "5:15 services.a.volumes[0]: target /x is already mounted by services.a.tmpfs[0]",
    ),
    ("networks: [n]", "4:16 services.a.networks.n: service 'a' refers to undefined network n"),
    ("secrets: [s]", "4:15 services.a.secrets[0]: service 'a' refers to undefined secret s"),
    ("configs: [s]", "4:15 services.a.configs[0]: service 'a' refers to undefined config s"),
    ("models: [s]", "4:14 services.a.models.s: service 'a' refers to undefined model s"),
    ("depends_on: [b]", "4:18 services.a.depends_on.b: service 'a' depends on undefined service 'b'"),
    ("depends_on: {b: {}}\n  b: {image: x}", "4:21 services.a.depends_on.b: missing key 'condition'"),
    ("depends_on: {b: }\n  b: {image: x}", "4:21 services.a.depends_on.b: 'b' must be a mapping, not empty"),
    (
        "depends_on: {b: {condition: service_healty}}\n  b: {image: x}",
        (
            "4:33 services.a.depends_on.b.condition: 'condition': 'service_healty' is not one of "
            "service_started, service_healthy, service_completed_successfully"
        ),
    ),
    ("depends_on: [a]", "4:18 services.a.depends_on.a: dependency cycle detected: a -> a"),
    ("links: [b]", "4:13 services.a.depends_on.b: service 'a' depends on undefined service 'b'"),
    (
        "stop_grace_period: 10",
        "4:24 services.a.stop_grace_period: 'stop_grace_period' must be a duration such as 1m30s, not the number 10",
    ),
    (
        "stop_grace_period: '10'",
        "4:24 services.a.stop_grace_period: missing unit in duration '10' (one of ms, s, m, h, d, w)",
    ),
    ("mem_limit: 1x", "4:16 services.a.mem_limit: invalid suffix 'x' in size '1x' (use b, k, m, g, t or p)"),
    (
        "mem_limit: 1.5",
        "4:16 services.a.mem_limit: 1.5 has a fraction (write a whole number of bytes, or text such as 1.5g)",
    ),
    ("scale: -1", "4:12 services.a.scale: 'scale': -1 is below 0"),
    ("deploy: {replicas: -1}", "4:24 services.a.deploy.replicas: 'replicas': -1 is below 0"),
    (
        "healthcheck: {test: [a]}",
        "4:19 services.a.healthcheck.test: healthcheck.test must start with CMD, CMD-SHELL or NONE",
    ),
    ("healthcheck: {retries: x}", "4:28 services.a.healthcheck.retries: invalid integer: x"),
    ("cgroup: x", "4:13 services.a.cgroup: 'cgroup': 'x' is not one of host, private"),
    ("oom_score_adj: 2000", "4:20 services.a.oom_score_adj: 'oom_score_adj': 2000 is not between -1000 and 1000"),
    ("ulimits: {nofile: {soft: 1}}", "4:23 services.a.ulimits.nofile: missing key 'hard'"),
    ("extra_hosts: [x]", "4:19 services.a.extra_hosts[0]: invalid host entry 'x'"),
    ("build: {ssh: [x]}", "4:19 services.a.build.ssh[0]: invalid ssh key 'x'"),
    ("build: {additional_contexts: [x]}", "4:35 services.a.build.additional_contexts[0]: must be KEY=VALUE, not 'x'"),
    (
        "build: {additional_contexts: {x: 'service:b'}}",
        "4:35 services.a.build.additional_contexts.x: undefined service 'b'",
    ),
    (
        "develop: {watch: [{path: ., action: sync}]}",
        "4:23 services.a.develop.watch[0]: a watch rule with action sync needs a target",
    ),
    ("develop: {watch: [{path: .}]}", "4:23 services.a.develop.watch[0]: missing key 'action'"),
    ("gpus: [{count: 1, device_ids: [x]}]", "4:23 services.a.gpus[0]: count and device_ids are mutually exclusive"),
    ("gpus: [{count: x}]", "4:20 services.a.gpus[0].count: 'x' is neither a number nor `all`"),
    (
        "use_api_socket: 'true'",
        "4:21 services.a.use_api_socket: 'use_api_socket' must be a boolean (true or false, not quoted), not a string",
    ),
    ("expose: {a: b}", "4:13 services.a.expose: 'expose' must be a list, not a mapping"),
    ("devices: ['a:b:c:d']", "4:15 services.a.devices[0]: confusing device mapping 'a:b:c:d'"),
    (
        "container_name: cc\n    scale: 2",
        "4:5 services.a.container_name: 'cc' can name one container only, but scale is 2",
    ),
    ("scale: 2\n    deploy: {replicas: 3}", "4:5 services.a.scale: scale and deploy.replicas have distinct values"),
    (
        "cpus: 1\n    deploy: {resources: {limits: {cpus: 2}}}",
        "4:5 services.a.cpus: cpus and deploy.resources.limits.cpus have distinct values",
    ),
    (
        "network_mode: host\n    networks: [default]\nnetworks: {default: }",
        "4:5 services.a.network_mode: network_mode and networks are mutually exclusive",
    ),
]


@pytest.mark.parametrize(("text", "problem"), SERVICE_ROWS, ids=[row[0] for row in SERVICE_ROWS])
def test_a_mistake_in_a_service(text: str, problem: str) -> None:
    assert problems_of(service(text)) == [problem]


FILE_ROWS = [
    ("service: {}", "1:1 service: unknown key 'service'"),
    ("services:", "1:10 services: 'services' must be a mapping, not empty"),
    ("services: []", "1:11 services: 'services' must be a mapping, not a list"),
    ("services: {a: }", "1:15 services.a: service 'a' is empty"),
    ("services: {a: {}}", "1:15 services.a: service 'a' has neither an image nor a build context"),
    ("services: {'a b': {image: x}}", "1:12 services.a b: 'a b' is not a valid name"),
    (
        "services: {a: {image: x}}\nvolumes: {v: {external: true, driver: d}}",
        "2:31 volumes.v.driver: an external volume is used as it is: 'driver' cannot be set",
    ),
    ("services: {a: {image: x}}\nsecrets: {s: {}}", "2:14 secrets.s: one of file, environment must be set"),
    (
        "services: {a: {image: x}}\nsecrets: {s: {file: a, environment: B}}",
        "2:24 secrets.s: file and environment are mutually exclusive",
    ),
    (
        "services: {a: {image: x}}\nnetworks: {n: {external: {name: 1}}}",
        "2:33 networks.n.external.name: 'name' must be a string, not the number 1",
    ),
    (
        "services: {a: {image: x}}\nsecrets: {s: {environment: ''}}",
        "2:15 secrets.s.environment: the name of a secret's variable cannot be empty",
    ),
    ("services: {a: {image: x}}\nmodels: {m: {}}", "2:13 models.m: missing key 'model'"),
    (
        "services: {a: {image: x}}\nvolumes: {v: {name: n, external: {name: m}}}",
        "2:41 volumes.v: name and external.name conflict",
    ),
    (
        "services: {b: {image: x, depends_on: [a]}, a: {image: x, depends_on: [b]}}",
        "1:71 services.a.depends_on.b: dependency cycle detected: a -> b -> a",
    ),
    (
        "services: {a: {image: x, depends_on: [b]}, b: {image: x, profiles: [p]}}",
        "1:39 services.a.depends_on.b: service 'a' depends on 'b', which no active profile enables",
    ),
]


@pytest.mark.parametrize(("text", "problem"), FILE_ROWS, ids=[row[0] for row in FILE_ROWS])
def test_a_mistake_in_a_file(text: str, problem: str) -> None:
    assert problems_of(text) == [problem]


def test_all_mistakes_are_told_at_once() -> None:
    text = service("imag: y\n    ports: [x]\n    depends_on: [zz]\n  b: {user: 1, networks: [q]}")
    assert [problem.partition(" ")[0] for problem in problems_of(text)] == [
        "4:5",
        "5:13",
        "7:13",
        "6:18",
        "7:27",
    ]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (service("prots: []"), "did you mean 'ports'?"),
        (service("depnds_on: []"), "did you mean 'depends_on'?"),
        (service("depends_on: [webb]\n  web: {image: x}"), "did you mean 'web'?"),
        (service("networks: [bakend]\nnetworks: {backend: }"), "did you mean 'backend'?"),
        (service("volumes: ['dta:/x']\nvolumes: {data: }"), "did you mean 'data'?"),
        ("servces: {}", "did you mean 'services'?"),
        (service("depends_on: {b: {condition: service_healty}}\n  b: {image: x}"), "did you mean 'service_healthy'?"),
        (service("user: 5"), "put it in quotes"),
    ],
)
def test_a_misspelt_name_brings_a_suggestion(text: str, hint: str) -> None:
    found = Findings()
    project_of(text, found=found)
    assert found.items[0].hint == hint


def test_a_cycle_names_each_edge_and_its_line() -> None:
    found = Findings()
    project_of(
        "services:\n"
        "  a: {image: x, depends_on: [b]}\n"
        "  b: {image: x, depends_on: [c]}\n"
        "  c: {image: x, depends_on: [a]}\n",
        found=found,
    )
    assert [(item.message, item.hint) for item in found.items] == [
        (
            "dependency cycle detected: a -> b -> c -> a",
            "a needs b (1.yaml:2:30); b needs c (1.yaml:3:30); c needs a (1.yaml:4:30)",
        )
    ]


def test_a_cycle_among_disabled_services_is_no_concern() -> None:
    assert problems_of("services: {a: {image: x}, b: {image: x, profiles: [p], depends_on: [b]}}") == []
