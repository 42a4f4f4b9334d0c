"""Which keys differ, as a person would say it."""

from __future__ import annotations

from typing import Any

import pytest

from composer.plan.change import Change
from composer.plan.definition import Definition, definition_text, read_definition
from composer.plan.differences import differences, partial_differences

BASE: dict[str, Any] = {"command": None, "entrypoint": None, "image": "busybox"}


def told(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The changes as text, with the old side as a label keeps it."""
    recorded = read_definition(definition_text({**BASE, **old}, "salt"))
    assert recorded is not None
    return [change.text for change in differences(recorded, {**BASE, **new})]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({}, {"image": "busybox:2"}, ["image busybox → busybox:2"]),
        ({"command": ["sleep", "1"]}, {"command": ["sh", "-c", "a; b"]}, ["command sleep 1 → sh -c 'a; b'"]),
        ({}, {"command": ["sleep", "1"]}, ["command + sleep 1"]),
        ({"entrypoint": ["/run"]}, {}, ["entrypoint - /run"]),
        ({"command": ["a"]}, {"command": []}, ["command a → (empty)"]),
        ({}, {"user": "1000"}, ["user + 1000"]),
        ({"user": "1000"}, {}, ["user - 1000"]),
        ({}, {"privileged": True}, ["privileged false → true"]),
        ({"read_only": True}, {}, ["read_only true → false"]),
        ({}, {"init": True}, ["init + true"]),
        ({"mem_limit": "67108864"}, {"mem_limit": "1000"}, ["mem_limit 64m → 1000"]),
        ({"labels": {"a.b": "1"}}, {"labels": {"a.b": "2"}}, ["labels.a.b 1 → 2"]),
        ({"networks": {"a": None}}, {"networks": {"a": None, "b": None}}, ["networks.b added"]),
        ({"networks": {"a": None}}, {"networks": {"b": None}}, ["networks.b added", "networks.a removed"]),
        ({"networks": {"a": None}}, {"networks": {"a": {"aliases": ["x"]}}}, ["networks.a.aliases + x"]),
        ({}, {"y": {"test": ["CMD", "a"], "retries": 2}}, ["y.test + CMD a", "y.retries + 2"]),
        ({"healthcheck": {"interval": "5s"}}, {"healthcheck": {"interval": "10s"}}, ["healthcheck.interval 5s → 10s"]),
        ({"cap_add": ["A", "B"]}, {"cap_add": ["A", "C"]}, ["cap_add - B", "cap_add + C"]),
        ({"group_add": ["A", "B"]}, {"group_add": ["B", "A"]}, ["group_add A B → B A"]),
        ({"dns": ["1.1.1.1"]}, {"dns": ["8.8.8.8", "1.1.1.1"]}, ["dns 1.1.1.1 → 8.8.8.8 1.1.1.1"]),
        ({"x": [{"source": "a"}]}, {"x": [{"source": "a", "b": 1}]}, ['x {"source": "a"} → {"source": "a", "b": 1}']),
        ({"deploy": {"a": {}}}, {"deploy": {"a": {"limits": {"cpus": 1}}}}, ["deploy.a.limits.cpus + 1"]),
        ({"tmpfs": ["/a"]}, {}, ["tmpfs - /a"]),
        ({"logging": {}}, {}, ["logging removed"]),
    ],
)  # fmt: skip
def test_a_line_a_key(old: dict[str, Any], new: dict[str, Any], expected: list[str]) -> None:
    assert told(old, new) == expected


def test_ports_and_volumes_are_written_short() -> None:
    port = {"mode": "ingress", "target": 80, "published": "8080", "protocol": "tcp"}
    local = {**port, "host_ip": "127.0.0.1"}
    assert told({"ports": [port]}, {"ports": [local]}) == ["ports 8080:80/tcp → 127.0.0.1:8080:80/tcp"]
    assert told({"ports": [port]}, {"ports": [port, {"target": 53, "protocol": "udp"}]}) == ["ports + 53/udp"]
    data = {"type": "volume", "source": "data", "target": "/data", "volume": {}}
    assert told({"volumes": [data]}, {"volumes": [{**data, "read_only": True}]}) == [
        "volumes data:/data → data:/data:ro"
    ]
    assert told({"volumes": [data]}, {"volumes": []}) == ["volumes - data:/data"]
    assert told({}, {"volumes": [{"type": "volume", "target": "/x"}]}) == ["volumes + (volume):/x"]
    copied = {**data, "volume": {"nocopy": True}}
    [change] = told({"volumes": [data]}, {"volumes": [copied]})
    assert change.startswith('volumes {"type": "volume", "source": "data", "target": "/data", "volume": {}} → {')
    assert change.endswith('"target": "/data", "volume": {"nocopy": true}}')


def test_old_values_of_variables_are_open() -> None:
    old = {"environment": {"LOG": "info", "GONE": "x", "SAME": "y", "NULL": None, "TOKEN": "t1"}}
    new = {"environment": {"LOG": "debug", "SAME": "y", "NULL": "z", "FRESH": "f", "TOKEN": "t2"}}
    recorded = read_definition(definition_text(old, "salt"))
    assert recorded is not None
    assert differences(recorded, new) == (
        Change("environment.LOG", None, "debug", is_open=True),
        Change("environment.NULL", "", "z"),
        Change("environment.FRESH", None, "f"),
        Change("environment.TOKEN", hidden=True),
        Change("environment.GONE", None, None, is_open=True),
    )
    assert told(old, new) == [
        "environment.LOG → debug",
        "environment.NULL (empty) → z",
        "environment.FRESH + f",
        "environment.TOKEN (changed)",
        "environment.GONE removed",
    ]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ({"environment": {}}, {"environment": {"DB_PASSWORD": "word"}}, "environment.DB_PASSWORD"),
        ({"environment": {"DB_PASSWORD": "word"}}, {"environment": {}}, "environment.DB_PASSWORD"),
        ({"environment": {"A": "a"}}, {"environment": {"A": "a", "URL": "pg://u:word@db"}}, "environment.URL"),
        ({"command": ["serve"]}, {"command": ["serve", "--password", "word"]}, "command"),
        ({"command": ["serve", "--password", "word"]}, {"command": ["serve"]}, "command"),
        ({"cap_add": ["a"]}, {"cap_add": ["a", "token=word"]}, "cap_add"),
        ({"labels": {"a.token": "word"}}, {"labels": {"a.token": "other"}}, "labels.a.token"),
        ({"x": {"options": {}}}, {"x": {"options": {"splunk-token": "word"}}}, "x.options.splunk-token"),
    ],
)  # fmt: skip
def test_credentials_are_never_told(old: dict[str, Any], new: dict[str, Any], path: str) -> None:
    for before, after in ((old, new), (new, old)):
        recorded = read_definition(definition_text(before, "salt"))
        assert recorded is not None
        for record in (recorded, Definition("salt", before)):
            [change] = differences(record, after)
            # The text of a variable's old value is not known here (see `grounds.answered`).
            assert change in (Change(path, hidden=True), Change(path, is_open=True))


def test_a_variable_that_now_shows_a_credential_is_not_told() -> None:
    recorded = read_definition(definition_text({"environment": {"URL": "x"}}, "salt"))
    assert recorded is not None
    found = differences(recorded, {"environment": {"URL": "pg://u:word@db"}})
    assert found == (Change("environment.URL", hidden=True),)


def test_only_what_is_known_of_the_old_side_is_compared() -> None:
    old = {"user": "1", "tty": False, "cap_add": [], "image": "a", "ports": None}
    new = {"user": "1", "tty": None, "image": "b", "hostname": "unknown", "cap_add": ["X"]}
    assert [change.text for change in partial_differences(old, new)] == ["image a → b", "cap_add + X"]
