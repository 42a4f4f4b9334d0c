"""Rows and lines of the verbs that only ask: `events`, `top`, `volumes`, `stats`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from composer.plan.observed import ObservedVolume
from composer.plan.readings import Processes, Usage
from composer.views.cells import width
from composer.views.event_lines import event_json, event_text, go_time
from composer.views.formats import RowFormat
from composer.views.top_rows import top_table
from composer.views.usage_rows import UsageRow, usage_formatted, usage_json, usage_object, usage_table
from composer.views.volume_rows import RAW, volumes_formatted, volumes_json, volumes_table
from tests.support.time_zone import time_zone

AT = 1_795_634_010_887_233_600
MARKS = {"name": "shop-web-1", "image": "busybox", "com.docker.compose.service": "web", "com.docker.compose.x": "y"}


@pytest.fixture(autouse=True)
def _in_utc() -> Iterator[None]:
    with time_zone("UTC"):
        yield


def test_an_event_as_text() -> None:
    told = event_text("start", "abc", AT, MARKS)
    assert told == "2026-11-25 19:13:30.887233 container start abc (image=busybox, name=shop-web-1)\n"


def test_an_event_as_json() -> None:
    told = event_json("exec_start: sh -c 'a && b'", "abc", AT, MARKS)
    assert told == (
        '{"action":"exec_start: sh -c \'a \\u0026\\u0026 b\'","attributes":{"image":"busybox","name":"shop-web-1"},'
        '"id":"abc","service":"web","time":"2026-11-25T19:13:30.8872336Z","type":"container"}\n'
    )


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("UTC", 1_795_634_010_000_000_000, "2026-11-25T19:13:30Z"),
        ("UTC", 1_795_634_010_000_000_001, "2026-11-25T19:13:30.000000001Z"),
        ("<+0530>-5:30", 1_795_634_010_500_000_000, "2026-11-26T00:43:30.5+05:30"),
        ("<-03>3", 1_795_634_010_500_000_000, "2026-11-25T16:13:30.5-03:00"),
    ],
)
def test_times_are_local_and_as_go_writes_them(zone: str, at: int, expected: str) -> None:
    with time_zone(zone):
        assert go_time(at) == expected


def test_processes_of_several_containers() -> None:
    one = Processes(("UID", "PID", "CMD"), (("root", "11", "sh -c x"), ("root", "12", "sleep 9")))
    other = Processes(("PID", "CMD", "RSS"), (("13", "sh", "4m"),))
    assert top_table([("db", 1, one), ("web", 2, other)]) == (
        "SERVICE  #   UID   PID  RSS  CMD\n"
        "db       1   root  11   -    sh -c x\n"
        "db       1   root  12   -    sleep 9\n"
        "web      2   -     13   4m   sh\n"
    )
    assert top_table([]) == ""


VOLUME = ObservedVolume("shop_data", "data", "shop", "h", "local", "/m", "local", {"b": "2", "a": "1"})


def test_volumes() -> None:
    assert volumes_table([VOLUME]) == "DRIVER    VOLUME NAME\nlocal     shop_data\n"
    assert volumes_json([VOLUME]) == (
        '{"Availability":"N/A","Driver":"local","Group":"N/A","Labels":"a=1,b=2","Links":"N/A","Mountpoint":"/m",'
        '"Name":"shop_data","Scope":"local","Size":"N/A","Status":"N/A"}\n'
    )
    assert volumes_formatted([VOLUME], RowFormat.parse('{{.Name}} {{.Label "b"}}')) == "shop_data 2\n"
    assert volumes_formatted([VOLUME], RowFormat.parse("raw", raw=RAW)) == "name: shop_data\ndriver: local\n\n"


USAGE = Usage(
    processor=1.2345,
    memory=588 * 1024,
    memory_limit=25_276_510_208,
    received=1060,
    sent=126,
    written=5_000_000,
    processes=3,
)
ROWS = [UsageRow("0123456789abcdef", "shop-web-1", USAGE), UsageRow("f" * 16, "shop-web-2", None)]


def test_usage_in_the_texts_of_the_docker_command_line() -> None:
    assert usage_object(ROWS[0]) == {
        "BlockIO": "0B / 5MB",
        "CPUPerc": "123.45%",
        "Container": "0123456789abcdef",
        "ID": "0123456789ab",
        "MemPerc": "0.00%",
        "MemUsage": "588KiB / 23.54GiB",
        "Name": "shop-web-1",
        "NetIO": "1.06kB / 126B",
        "PIDs": "3",
    }
    assert usage_object(ROWS[0], truncate=False)["ID"] == "0123456789abcdef"
    assert [json.loads(line)["Name"] for line in usage_json(ROWS).splitlines()] == ["shop-web-1", "shop-web-2"]


def test_usage_as_a_table() -> None:
    assert usage_table(ROWS) == (
        "CONTAINER ID   NAME         CPU %     MEM USAGE / LIMIT   MEM %     NET I/O         BLOCK I/O   PIDS\n"
        "0123456789ab   shop-web-1   123.45%   588KiB / 23.54GiB   0.00%     1.06kB / 126B   0B / 5MB    3\n"
        "ffffffffffff   shop-web-2   --        -- / --             --        --              --          --\n"
    )
    assert usage_formatted(ROWS, RowFormat.parse("table {{.Name}}\\t{{.CPUPerc}}")) == (
        "NAME         CPU %\nshop-web-1   123.45%\nshop-web-2   --\n"
    )


def test_columns_of_numbers_go_rather_than_be_cut() -> None:
    assert usage_table(ROWS, columns=70) == (
        "NAME        CPU %    MEM USAGE / LIMIT  MEM %  NET I/O        PIDS\n"
        "shop-web-1  123.45%  588KiB / 23.54GiB  0.00%  1.06kB / 126B  3\n"
        "shop-web-2  --       -- / --            --     --             --\n"
    )
    assert usage_table(ROWS, columns=40) == (
        "NAME        CPU %    MEM USAGE / LIMIT\nshop-web-1  123.45%  588KiB / 23.54GiB\nshop-web-2  --       -- / --\n"
    )


@pytest.mark.parametrize("columns", range(8, 130))
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    processes = Processes(("UID", "PID", "TIME", "CMD"), (("root", "11", "00:00:00", "sh -c 'a long command'"),))
    for text in (usage_table(ROWS, columns=columns), top_table([("web", 1, processes)], columns=columns)):
        assert max(map(width, text.splitlines())) <= columns
