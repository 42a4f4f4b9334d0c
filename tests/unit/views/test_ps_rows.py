"""`ps`: the reference's JSON objects, seen on a running engine, and its table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer
from composer.views.ps_rows import age_text, command_text, ports_text, ps_json, ps_object, ps_table, short_ports_text
from tests.support.time_zone import time_zone

CREATED = 1795471408


def port(target: int, public: int = 0, address: str = "", kind: str = "tcp") -> dict[str, Any]:
    known = {"IP": address, "PrivatePort": target, "PublicPort": public, "Type": kind}
    return {key: value for key, value in known.items() if value}


DB = ObservedContainer(
    id=ContainerId("cb0d16dd987e4e9693a79189126423c2ad649b768b2717b9bb5429b8e98a726d"),
    name="vwa-db-1",
    service="db",
    number=1,
    state="running",
    health="healthy",
    image="busybox",
    labels={"com.docker.compose.service": "db", "com.docker.compose.project": "vwa"},
    networks={"vwa_default": "1", "vwa_back": "2"},
    created=CREATED,
    status="Up 9 seconds (healthy)",
    command="sh -c 'sleep 1; touch /ok; sleep 100'",
    ports=(
        port(81, 18081, "127.0.0.1"),
        port(81, 18085, "0.0.0.0", "udp"),
        port(81, 18085, "::", "udp"),
        port(90, 90, "::"),
        port(91),
    ),
    mounts=(
        {"Type": "volume", "Name": "e6f8d0cda17c842f106e5f652c", "Source": "/v", "Driver": "local"},
        {"Type": "volume", "Name": "vwa_data", "Source": "/v", "Driver": "local"},
        {"Type": "bind", "Source": "/tmp/w/views/a/compose.yaml"},
    ),
)
JOB = ObservedContainer(
    id=ContainerId("dc94e20096092a0c2c2baaddcf80960bb284ded8fc03ae604ea17d883aded463"),
    name="vwa-a-job-1",
    service="a-job",
    number=1,
    state="exited",
    exit_code=3,
    image="busybox",
    created=CREATED,
    status="Exited (3) 2 minutes ago",
    command='echo "hi"',
)


@pytest.fixture
def in_berlin() -> Iterator[None]:
    with time_zone("Europe/Berlin"):
        yield


@pytest.mark.usefixtures("in_berlin")
def test_the_object_has_the_reference_s_fields_and_texts() -> None:
    assert ps_object(DB, now=CREATED + 10.9) == {
        "Command": '"sh -c \'sleep 1; tou…"',
        "CreatedAt": "2026-11-23 23:03:28 +0100 CET",
        "ExitCode": 0,
        "Health": "healthy",
        "ID": "cb0d16dd987e",
        "Image": "busybox",
        "Labels": "com.docker.compose.project=vwa,com.docker.compose.service=db",
        "LocalVolumes": "2",
        "Mounts": "e6f8d0cda17c84…,vwa_data,/tmp/w/views/a…",
        "Name": "vwa-db-1",
        "Names": "vwa-db-1",
        "Networks": "vwa_back,vwa_default",
        "Ports": "[::]:90->90/tcp, 91/tcp, 0.0.0.0:18085->81/udp, 127.0.0.1:18081->81/tcp, [::]:18085->81/udp",
        "Project": "vwa",
        "Publishers": [
            {"URL": "127.0.0.1", "TargetPort": 81, "PublishedPort": 18081, "Protocol": "tcp"},
            {"URL": "0.0.0.0", "TargetPort": 81, "PublishedPort": 18085, "Protocol": "udp"},
            {"URL": "::", "TargetPort": 81, "PublishedPort": 18085, "Protocol": "udp"},
            {"URL": "::", "TargetPort": 90, "PublishedPort": 90, "Protocol": "tcp"},
            {"URL": "", "TargetPort": 91, "PublishedPort": 0, "Protocol": "tcp"},
        ],
        "RunningFor": "10 seconds ago",
        "Service": "db",
        "Size": "0B",
        "State": "running",
        "Status": "Up 9 seconds (healthy)",
    }


def test_json_is_one_compact_line_each_by_name_and_escaped_as_go_does() -> None:
    first, second = ps_json([DB, JOB], now=CREATED + 60).splitlines()
    assert first.startswith('{"Command":"\\"echo \\\\\\"hi\\\\\\"\\"","CreatedAt":')
    assert json.loads(first)["ExitCode"] == 3
    assert "0.0.0.0:18085-\\u003e81/udp" in second


def test_nothing_is_cut_on_request() -> None:
    told = ps_object(DB, now=CREATED, truncate=False)
    assert told["ID"] == DB.id
    assert told["Command"] == f'"{DB.command}"'
    assert told["Mounts"] == "e6f8d0cda17c842f106e5f652c,vwa_data,/tmp/w/views/a/compose.yaml"


def test_the_table() -> None:
    heads, job, db = ps_table([DB, JOB], now=CREATED + 70).splitlines()
    assert (heads[:60], heads[60:]) == (
        "NAME          IMAGE     COMMAND                  SERVICE   C",
        "REATED              STATUS                     PORTS",
    )
    assert (job[:60], job[60:]) == (
        'vwa-a-job-1   busybox   "echo \\"hi\\""            a-job     A',
        "bout a minute ago   Exited (3) 2 minutes ago   ",
    )
    assert (db[:60], db[60:]) == (
        'vwa-db-1      busybox   "sh -c \'sleep 1; tou…"   db        A',
        f"bout a minute ago   Up 9 seconds (healthy)     {ports_text(DB.ports)}",
    )


def test_the_table_at_eighty_columns() -> None:
    assert ps_table([DB, JOB], now=CREATED + 70, columns=80).splitlines() == [
        "NAME         IMAGE    SERVICE  CREATED     STATUS                    PORTS",
        "vwa-a-job-1  busybox  a-job    About a m…  Exited (3) 2 minutes ago  ",
        "vwa-db-1     busybox  db       About a m…  Up 9 seconds (healthy)    127.0.0.1:…",
    ]


def test_the_table_at_forty_columns() -> None:
    assert ps_table([DB, JOB], now=CREATED + 70, columns=40).splitlines() == [
        "NAME         STATUS",
        "vwa-a-job-1  Exited (3) 2 minutes ago",
        "vwa-db-1     Up 9 seconds (healthy)",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.9, "Less than a second ago"),
        (1, "1 second ago"),
        (59, "59 seconds ago"),
        (60, "About a minute ago"),
        (120, "2 minutes ago"),
        (3599, "59 minutes ago"),
        (3600, "About an hour ago"),
        (2 * 3600, "2 hours ago"),
        (47 * 3600, "47 hours ago"),
        (48 * 3600, "2 days ago"),
        (14 * 86400, "2 weeks ago"),
        (60 * 86400, "2 months ago"),
        (730 * 86400, "2 years ago"),
    ],
)
def test_ages_are_rounded_as_docker_rounds_them(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


@pytest.mark.parametrize(
    ("ports", "text"),
    [
        ([port(80, 80, "0.0.0.0"), port(81, 81, "0.0.0.0")], "0.0.0.0:80-81->80-81/tcp"),
        ([port(80), port(81), port(83)], "80-81/tcp, 83/tcp"),
        ([port(80, 8080, "::"), port(81, 81, "::")], "[::]:81->81/tcp, [::]:8080->80/tcp"),
        ([port(53, 53, "1.2.3.4", "udp"), port(53, 53, "1.2.3.4")], "1.2.3.4:53->53/tcp, 1.2.3.4:53->53/udp"),
        ([], ""),
    ],
)
def test_ports_that_keep_their_number_join(ports: list[dict[str, Any]], text: str) -> None:
    assert ports_text(ports) == text


def test_ports_for_narrow_terminals() -> None:
    assert short_ports_text(DB.ports) == "127.0.0.1:18081->81, 18085->81/udp, 90->90"


def test_commands_are_quoted() -> None:
    assert command_text("a\x1b\tb\\c é", truncate=False) == '"a\\x1b\\tb\\\\c é"'
