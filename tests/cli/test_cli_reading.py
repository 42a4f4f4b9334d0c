"""`top`, `port`, `volumes`, `events`, `stats`, `wait`: answers from labels and the engine alone."""

from __future__ import annotations

import json
import re

import pytest

from composer.engine.fake import Script, exits
from composer.plan.readings import Usage
from tests.support.command_line import CommandLine, interrupt

STACK = """
    services:
      db:
        image: busybox
        command: serve
        volumes: ["data:/data", "/anonymous"]
      job: {image: busybox}
      web:
        image: busybox
        command: ["sh", "-c", "run it"]
        scale: 2
        ports: ["8080-8081:80", "127.0.0.1::53/udp"]
        expose: ["90"]
        volumes: ["pages:/pages"]
    volumes: {data: , pages: }
"""
READING = Usage(processor=0.25, memory=3 << 20, memory_limit=1 << 30, received=2048, sent=10, processes=2)


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    """By name alone: the file is gone."""
    cli.write(STACK)
    cli.engine.script("job", exits(3))
    cli.engine.script("db", Script(usage=(READING,)))
    cli("up -d")
    cli.engine.advance(90)
    (cli.folder / "compose.yaml").unlink()
    cli.setenv(COMPOSE_PROJECT_NAME="shop")
    return cli


def test_top(stack: CommandLine) -> None:
    stack("top").says("""
        exit 0
        1| SERVICE  #   UID   PID  PPID  C   STIME  TTY  TIME      CMD
        1| db       1   root  1    0     0   00:00  ?    00:00:00  serve
        1| web      1   root  1    0     0   00:00  ?    00:00:00  sh -c run it
        1| web      2   root  1    0     0   00:00  ?    00:00:00  sh -c run it
    """)
    stack("top db job").says("""
        exit 0
        1| SERVICE  #   UID   PID  PPID  C   STIME  TTY  TIME      CMD
        1| db       1   root  1    0     0   00:00  ?    00:00:00  serve
    """)
    stack("top job").says("exit 0")
    assert stack.opened == ["reader"]
    stack("top nobody").says("""
        exit 0
        2| warning: no container of a service 'nobody', and no file that could tell of it
    """)


def test_port(stack: CommandLine) -> None:
    assert stack.raw("port web 80") == (0, "0.0.0.0:8080\n", "")
    assert stack.raw("port --index 2 web 80") == (0, "0.0.0.0:8081\n", "")
    assert stack.raw("port --protocol UDP web 53") == (0, "127.0.0.1:32768\n", "")
    assert stack.opened == ["reader"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("port web 90", "no port 90/tcp of shop-web-1 is published"),
        ("port web 53", "no port 53/tcp of shop-web-1 is published"),
        ("port db 1", "no port 1/tcp of shop-db-1 is published"),
        ("port --index 3 web 80", "there is no running container web-3"),
        ("port job 80", "service 'job' is not running"),
        ("port web eighty", "'eighty' is no port"),
        ("port web 65536", "'65536' is no port"),
        ("port web", "missing argument 'PRIVATE_PORT'"),
    ],
)
def test_a_port_that_is_not_there(stack: CommandLine, line: str, error: str) -> None:
    code, out, err = stack.raw(line)
    assert (code, out, err.splitlines()[0]) == (1, "", f"error: {error} [CMP-0001]")


def test_volumes(stack: CommandLine) -> None:
    stack("volumes").says("""
        exit 0
        1| DRIVER    VOLUME NAME
        1| local     shop_data
        1| local     shop_pages
    """)
    stack("volumes -q web").says("""
        exit 0
        1| shop_pages
    """)
    stack("volumes job").says("""
        exit 0
        1| DRIVER    VOLUME NAME
    """)
    stack("""volumes --format '{{.Name}}: {{.Label "com.docker.compose.volume"}}'""").says("""
        exit 0
        1| shop_data: data
        1| shop_pages: pages
    """)
    (data, _) = map(json.loads, stack.raw("volumes --format json")[1].splitlines())
    assert (data["Name"], data["Driver"], data["Scope"], data["Size"]) == ("shop_data", "local", "local", "N/A")


def test_events_until_a_moment(stack: CommandLine) -> None:
    code, out, err = stack.raw("events --since 10m --until 1m job")
    told = re.sub(r"[0-9a-f]{64}", "{id}", re.sub(r"(?m)^2023-11-14 22:13:2\d\.\d{6} ", "", out))
    assert (code, err) == (0, "")
    assert told.splitlines() == [
        "container create {id} (image=busybox, name=shop-job-1)",
        "container start {id} (image=busybox, name=shop-job-1)",
        "container die {id} (execDuration=0, exitCode=3, image=busybox, name=shop-job-1)",
    ]
    lines = [json.loads(line) for line in stack.raw("events --json --since 10m --until 1m web")[1].splitlines()]
    assert [(line["action"], line["service"], line["attributes"]["name"]) for line in lines if line["action"] == "start"] == [
        ("start", "web", "shop-web-1"), ("start", "web", "shop-web-2"),
    ]  # fmt: skip
    assert list(lines[0]) == ["action", "attributes", "id", "service", "time", "type"]


def test_events_as_they_happen(stack: CommandLine) -> None:
    with stack.meanwhile(
        lambda: stack.engine.crash("shop-db-1", 4),
        lambda: stack.out.until('"exitCode":"4"'),
        stack.engine.disconnect,
        lambda: stack.engine.crash("shop-web-2", 5),
        lambda: stack.out.until('"exitCode":"5"'),
        interrupt,
    ):
        code, out, err = stack.raw("events --json --since 1s")
    told = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (130, "")
    assert [(one["action"], one["service"]) for one in told] == [("die", "db"), ("die", "web")]


def test_one_reading(stack: CommandLine) -> None:
    stack("stats --no-stream").says("""
        exit 0
        1| CONTAINER ID   NAME         CPU %     MEM USAGE / LIMIT   MEM %     NET I/O        BLOCK I/O   PIDS
        1| {id}   shop-db-1    25.00%    3MiB / 1GiB         0.29%     2.05kB / 10B   0B / 0B     2
        1| {id}   shop-web-1   50.00%    1MiB / 1GiB         0.10%     1.5kB / 200B   0B / 0B     1
        1| {id}   shop-web-2   50.00%    1MiB / 1GiB         0.10%     1.5kB / 200B   0B / 0B     1
    """)
    stack("stats --no-stream -a --format 'table {{.Name}}\\t{{.PIDs}}'").says("""
        exit 0
        1| NAME         PIDS
        1| shop-db-1    2
        1| shop-job-1   0
        1| shop-web-1   1
        1| shop-web-2   1
    """)
    (only,) = map(json.loads, stack.raw("stats db --no-stream --no-trunc --format json")[1].splitlines())
    assert (only["Name"], only["ID"], only["CPUPerc"]) == ("shop-db-1", only["Container"], "25.00%")
    assert len(only["ID"]) == 64


def test_readings_that_go_on_follow_the_containers(stack: CommandLine) -> None:
    with stack.meanwhile(
        lambda: stack.out.until("shop-web-2"),
        lambda: stack.engine.crash("shop-web-2", 0),
        lambda: stack.engine.start("shop-job-1"),
        lambda: stack.out.until("shop-web-1\nshop-db-1"),
        interrupt,
    ):
        code, out, err = stack.raw("stats --format {{.Name}}")
    assert (code, err) == (130, "")
    assert out.startswith("shop-db-1\nshop-web-1\nshop-web-2\n")


def test_waiting(stack: CommandLine) -> None:
    with stack.meanwhile(
        lambda: stack.engine.crash("shop-web-2", 5),
        lambda: stack.out.until("5"),
        lambda: stack.engine.crash("shop-web-1", 4),
        lambda: stack.engine.crash("shop-db-1", 0),
    ):
        said = stack("wait db web")
    said.says("""
        exit 4
        1| container "{id}" exited with status code 5
        1| container "{id}" exited with status code 4
        1| container "{id}" exited with status code 0
    """)


def test_the_status_of_wait_does_not_depend_on_who_ends_last(stack: CommandLine) -> None:
    for name, code in (("shop-db-1", 9), ("shop-web-1", 0), ("shop-web-2", 6)):
        stack.engine.crash(name, code)
    assert stack.raw("wait web db")[0] == 6
    assert stack.raw("wait db web")[0] == 9
    assert stack.raw("wait job")[0] == 3


def test_waiting_over_a_break(stack: CommandLine) -> None:
    with stack.meanwhile(
        stack.engine.disconnect,
        lambda: stack.engine.crash("shop-db-1", 7),
    ):
        assert stack.raw("wait db")[0] == 7


def test_waiting_for_what_the_engine_still_lists_as_running(
    stack: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older engines tell of an end before their list of containers knows of it."""
    seen = stack.engine.containers(project="shop")
    stack.engine.crash("shop-db-1", 7)
    monkeypatch.setattr(stack.engine, "containers", lambda **_: seen)
    assert stack.raw("wait db")[0] == 7


def test_nothing_to_wait_for(stack: CommandLine) -> None:
    stack("wait").says("""
        exit 1
        2| error: missing argument 'SERVICE...' [CMP-0001]
        2|   hint: See 'composer wait --help'.
    """)
    stack.write(STACK)
    stack("wait nobody").says("""
        exit 1
        2| error: no such service: nobody [CMP-0001]
    """)
    stack("down")
    stack("wait db").says("""
        exit 1
        2| error: there is nothing to wait for [CMP-0001]
        2|   hint: Bring it up first: composer up -d
    """)


def test_waiting_ends_with_an_interrupt(stack: CommandLine) -> None:
    stack.engine.crash("shop-web-1", 0)
    with stack.meanwhile(lambda: stack.out.until("status code 0"), interrupt):
        assert stack.raw("wait web")[0] == 130


def test_the_project_goes_down_after_the_wait(stack: CommandLine) -> None:
    assert stack.raw("wait --down-project --dry-run job")[0] == 3
    assert "shop-db-1" in stack.states()
    assert stack.raw("wait --down-project job")[0] == 3
    assert stack.states() == {}
