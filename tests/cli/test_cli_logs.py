"""`composer logs`."""

from __future__ import annotations

import json
import re

import pytest

from composer.engine.fake import Script, exits
from tests.support.command_line import CommandLine, interrupt

STACK = """
    services:
      db: {image: busybox}
      web: {image: busybox, scale: 2}
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli.engine.script("db", Script(log=("db begins", "db is ready")))
    cli.engine.script("web", Script(log=("web begins",)))
    cli("up -d")
    return cli


def test_logs(stack: CommandLine) -> None:
    stack("logs").says("""
        exit 0
        1| db-1   | db begins
        1| db-1   | db is ready
        1| web-1  | web begins
        1| web-2  | web begins
    """)
    assert stack.opened == ["reader"]


def test_logs_of_some_services(stack: CommandLine) -> None:
    stack("logs db").says("""
        exit 0
        1| db-1  | db begins
        1| db-1  | db is ready
    """)
    stack("logs --index 2 web").says("""
        exit 0
        1| web-2  | web begins
    """)


def test_the_index_needs_one_service_that_has_it(stack: CommandLine) -> None:
    stack("logs --index 2").says("""
        exit 1
        2| error: --index needs one service [CMP-0001]
        2|   hint: Write it as: composer logs --index 2 web.
    """)
    stack("logs --index 3 web").says("""
        exit 1
        2| error: there is no container web-3 [CMP-0001]
    """)


def test_tail(stack: CommandLine) -> None:
    stack("logs --tail 1 db").says("""
        exit 0
        1| db-1  | db is ready
    """)
    stack("logs -n 0 db").says("""
        exit 0
    """)
    stack("logs -n all db").says("""
        exit 0
        1| db-1  | db begins
        1| db-1  | db is ready
    """)
    stack("logs --tail some db").says("""
        exit 1
        2| error: invalid --tail value 'some' [CMP-0001]
        2|   hint: Give a number of lines, or all.
    """)


def test_timestamps_and_no_prefix(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox}}")  # one container: services that start side by side share the clock
    cli.engine.script("db", Script(log=("db begins", "db is ready")))
    cli("up -d")
    cli("logs -t --no-log-prefix db").says("""
        exit 0
        1| 2023-11-14T22:13:20.003000000Z db begins
        1| 2023-11-14T22:13:20.004000000Z db is ready
    """)


def test_since_and_until(stack: CommandLine) -> None:
    stack.engine.advance(3600)
    stack.engine.write_log("shop-db-1", b"db an hour later\n")
    stack("logs --since 10m db").says("""
        exit 0
        1| db-1  | db an hour later
    """)
    stack("logs --until 10m db").says("""
        exit 0
        1| db-1  | db begins
        1| db-1  | db is ready
    """)
    stack("logs --since 2023-11-14T23:00:00Z db").says("""
        exit 0
        1| db-1  | db an hour later
    """)
    stack("logs --since 1700003000 db").says("""
        exit 0
        1| db-1  | db an hour later
    """)
    stack("logs --since yesterday db").says("""
        exit 1
        2| error: cannot read the time 'yesterday' [CMP-0001]
        2|   hint: Write 10m for ten minutes ago, or a time such as 2026-01-02T03:04:05Z.
    """)


def test_logs_of_a_service_without_containers(cli: CommandLine) -> None:
    cli.write(STACK)
    cli("logs").says("""
        exit 0
    """)
    cli("logs db").says("""
        exit 0
    """)
    cli("logs -f").says("""
        exit 0
    """)


def test_logs_by_name_alone(stack: CommandLine) -> None:
    (stack.folder / "compose.yaml").unlink()
    stack("-p shop logs --no-log-prefix db").says("""
        exit 0
        1| db begins
        1| db is ready
    """)


def test_an_unreadable_driver_is_told_and_the_others_are_shown(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, logging: {driver: syslog}}, web: {image: busybox}}")
    cli.engine.script("web", Script(log=("web begins",)))
    cli("up -d")
    cli("logs").says("""
        exit 0
        1| web-1  | web begins
        2| warning: shop-db-1: configured logging driver does not support reading
    """)


def test_following_ends_when_nothing_runs_any_more(stack: CommandLine) -> None:
    with stack.meanwhile(
        lambda: stack.out.until("db is ready"),
        lambda: stack.engine.write_log("shop-db-1", b"more\n"),
        lambda: stack.out.until("more"),
        lambda: stack.engine.crash("shop-db-1", 3),
    ):
        said = stack("logs -f db")
    said.says("""
        exit 0
        1| db-1  | db begins
        1| db-1  | db is ready
        1| db-1  | more
        1| db-1 exited with code 3
    """)


def test_following_shows_what_ended_before_and_what_starts_again(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox}, web: {image: busybox}}")
    cli.engine.script("job", exits(0, log=("one run",)))
    cli("up -d")
    cli.engine.advance(60)
    with cli.meanwhile(
        lambda: cli.out.until("one run"),
        lambda: cli.engine.start("shop-job-1"),
        lambda: cli.out.until("job-1 exited"),
        lambda: cli.engine.crash("shop-web-1", 0),
    ):
        said = cli("logs -f --tail 5")
    said.says("""
        exit 0
        1| job-1  | one run
        1| job-1  | one run
        1| job-1 exited with code 0
        1| web-1 exited with code 0
    """)


def test_following_ends_with_an_interrupt(stack: CommandLine) -> None:
    with stack.meanwhile(lambda: stack.out.until("web-2"), lambda: stack.out.until("is ready"), interrupt):
        said = stack("logs -f")
    said.says("""
        exit 130
        1| db-1   | db begins
        1| db-1   | db is ready
        1| web-1  | web begins
        1| web-2  | web begins
    """)


def test_following_goes_on_when_the_engine_comes_back(stack: CommandLine) -> None:
    with stack.meanwhile(
        lambda: stack.out.until("db is ready"),
        stack.engine.disconnect,
        lambda: stack.engine.write_log("shop-db-1", b"back\n"),
        lambda: stack.out.until("back"),
        lambda: stack.engine.crash("shop-db-1", 0),
    ):
        said = stack("logs -f db")
    said.says("""
        exit 0
        1| db-1  | db begins
        1| db-1  | db is ready
        1| db-1  | back
        1| db-1 exited with code 0
    """)


@pytest.fixture
def talk(stack: CommandLine) -> CommandLine:
    """Two services in turn, on both streams."""
    for number, (name, stream) in enumerate((("db", 1), ("web", 2), ("db", 2), ("web", 1))):
        stack.engine.advance(1)
        stack.engine.write_log(f"shop-{name}-1", b"%s says %d\n" % (name.encode(), number), stream=stream)
    return stack


def test_all_lines_in_the_order_of_time(talk: CommandLine) -> None:
    assert talk.raw("logs --no-log-prefix --tail 2 db web") == (
        0,
        "web begins\ndb says 0\nweb says 1\ndb says 2\nweb says 3\n",
        "",
    )
    code, out, _ = talk.raw("logs --no-sort --tail 2 --no-log-prefix db web")
    assert (code, sorted(out.splitlines())) == (
        0, ["db says 0", "db says 2", "web begins", "web says 1", "web says 3"],
    )  # fmt: skip


def test_only_some_lines(talk: CommandLine) -> None:
    assert talk.raw("logs --no-log-prefix --grep 'says [12]'")[1] == "web says 1\ndb says 2\n"
    assert talk.raw("logs --no-log-prefix --stream stderr")[1] == "web says 1\ndb says 2\n"
    assert talk.raw("logs --no-log-prefix --stream stdout --grep says")[1] == "db says 0\nweb says 3\n"
    assert talk.raw("logs --grep '^2023'") == (0, "", "")
    talk("logs --grep 'db ('").says("""
        exit 1
        2| error: --grep 'db (': missing ), unterminated subpattern at character 4 [CMP-0001]
        2|   hint: It is a regular expression as Python has them; \\ takes a character literally.
    """)
    talk("logs --stream out").says("""
        exit 1
        2| error: invalid --stream value 'out' [CMP-0001]
        2|   hint: Give stdout or stderr.
    """)


def test_streams_told_apart(talk: CommandLine) -> None:
    talk("logs --split --tail 1 db web").says("""
        exit 0
        1| web-1  | web says 3
        1| web-2  | web begins
        2| db-1   ! db says 2
    """)
    code, out, err = talk.raw("logs --json --tail 1 db web")
    assert (code, err) == (0, "")
    told = [json.loads(line) for line in out.splitlines()]
    times = [one.pop("time") for one in told]
    assert times == sorted(times)
    assert all(re.fullmatch(r"2023-11-14T22:13:2\d\.\d{9}Z", time) for time in times)
    assert told == [
        {"service": name[:-2], "container": f"shop-{name}", "stream": stream, "line": line}
        for name, stream, line in (
            ("web-2", "stdout", "web begins"),
            ("db-1", "stderr", "db says 2"),
            ("web-1", "stdout", "web says 3"),
        )
    ]


def test_objects_while_following(talk: CommandLine) -> None:
    with talk.meanwhile(lambda: talk.out.until("says 2"), lambda: talk.engine.crash("shop-db-1", 3)):
        code, out, err = talk.raw("logs -f --json --grep says db")
    assert (code, err) == (0, "db-1 exited with code 3\n")
    assert [json.loads(line)["line"] for line in out.splitlines()] == ["db says 0", "db says 2"]
