"""`--dry-run`: the plan with its reasons on stdout; the client it has cannot change anything."""

from __future__ import annotations

import json

import pytest

from composer.engine.fake import exits
from tests.support.command_line import CommandLine

STACK = """
    services:
      db:
        image: busybox
        healthcheck: {test: [CMD, "true"], interval: 1s}
        volumes: ["data:/data"]
      job:
        image: registry.test/job
        depends_on: {db: {condition: service_healthy}}
      web:
        image: busybox
        scale: 2
        depends_on: {job: {condition: service_completed_successfully}}
    volumes: {data: {}}
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli.engine.add_image("registry.test/job", local=False)
    cli.engine.script("job", exits(0))
    return cli


@pytest.mark.parametrize("line", ["--dry-run up -d", "up -d --dry-run", "up --dry-run"])
def test_up(stack: CommandLine, line: str) -> None:
    stack(line).says("""
        exit 0
        1| Dry run: up of shop would do this:
        1|   ↓ pull image registry.test/job for job  the image is not here
        1|   + create network shop_default           does not exist yet
        1|   + create volume shop_data               does not exist yet
        1|   + create container shop-db-1            does not exist yet
        1|   ▸ start container shop-db-1
        1|   + create container shop-job-1           does not exist yet
        1|   + create container shop-web-1           does not exist yet
        1|   + create container shop-web-2           does not exist yet
        1|   … wait for db: healthy                  needed by job
        1|   ▸ start container shop-job-1            after db: healthy
        1|   … wait for job: completed               needed by web
        1|   ▸ start container shop-web-1            after job: completed
        1|   ▸ start container shop-web-2            after job: completed
        1| 1 to pull, 6 to create, 4 to start. Nothing was changed.
    """)
    assert stack.opened == ["reader"]
    assert stack.changes() == []


def test_up_of_what_is_up(stack: CommandLine) -> None:
    stack("up -d")
    before = stack.changes()
    stack("--dry-run up -d --wait").says("""
        exit 0
        1| Dry run: up of shop would do this:
        1|   ▸ start container shop-job-1  is not running: Exited (0) Less than a second ago
        1|   … wait for job: completed     needed by web
        1| 1 to start; 3 containers unchanged. Nothing was changed.
    """)
    assert stack.changes() == before


def test_up_after_changes(stack: CommandLine) -> None:
    stack("up -d")
    stack.write(STACK.replace("scale: 2", "scale: 1").replace('"data:/data"', '"data:/elsewhere"'))
    stack("--dry-run up -d").says("""
        exit 0
        1| Dry run: up of shop would do this:
        1|   ~ recreate container shop-db-1  its configuration changed
        1|       volumes - data:/data       compose.yaml:5
        1|       volumes + data:/elsewhere  compose.yaml:5
        1|   ■ stop container shop-db-1      replaced by a new one
        1|   - remove container shop-db-1    replaced by a new one
        1|   ~ rename container shop-db-1    takes over the name
        1|   ▸ start container shop-db-1
        1|   ■ stop container shop-web-2     more replicas than wanted: 1 wanted
        1|   - remove container shop-web-2   more replicas than wanted: 1 wanted
        1|   … wait for db: healthy          needed by job
        1|   ▸ start container shop-job-1    is not running: Exited (0) Less than a second ago
        1|   … wait for job: completed       needed by web
        1| 1 to recreate, 2 to start, 1 to stop, 1 to remove; 1 container unchanged. Nothing was changed.
    """)


def test_down_says_what_is_lost(stack: CommandLine) -> None:
    stack("up -d")
    stack("--dry-run down -v").says("""
        exit 0
        1| Dry run: down of shop would do this:
        1|   ■ stop container shop-web-1    asked for
        1|   - remove container shop-web-1  asked for
        1|   ■ stop container shop-web-2    asked for
        1|   - remove container shop-web-2  asked for
        1|   - remove container shop-job-1  asked for
        1|   ■ stop container shop-db-1     asked for
        1|   - remove container shop-db-1   asked for
        1|   - remove network shop_default  asked for
        1|   - remove volume shop_data      asked for  ! its data is lost
        1| 3 to stop, 6 to remove. Nothing was changed.
    """)
    assert stack.opened == ["reader"]
    stack("down --dry-run db").says("""
        exit 0
        1| Dry run: down of shop would do this:
        1|   ■ stop container shop-db-1    asked for
        1|   - remove container shop-db-1  asked for
        1| 1 to stop, 1 to remove. Nothing was changed.
    """)


def test_the_other_verbs(stack: CommandLine) -> None:
    stack("up -d")
    before = stack.changes()
    stack("stop --dry-run").says("""
        exit 0
        1| Dry run: stop of shop would do this:
        1|   ■ stop container shop-web-1  asked for
        1|   ■ stop container shop-web-2  asked for
        1|   ■ stop container shop-db-1   asked for
        1| 3 to stop; 1 container unchanged. Nothing was changed.
    """)
    stack("restart --dry-run db").says("""
        exit 0
        1| Dry run: restart of shop would do this:
        1|   ■ stop container shop-db-1   asked for
        1|   ▸ start container shop-db-1  asked for
        1| 1 to stop, 1 to start. Nothing was changed.
    """)
    stack("kill --dry-run db").says("""
        exit 0
        1| Dry run: kill of shop would do this:
        1|   ■ kill container shop-db-1  asked for
        1| 1 to stop. Nothing was changed.
    """)
    stack("start --dry-run").says("""
        exit 0
        1| Dry run: start of shop would do this:
        1|   ▸ start container shop-job-1  is not running: Exited (0) Less than a second ago
        1|   … wait for job: completed     needed by web
        1| 1 to start; 3 containers unchanged. Nothing was changed.
    """)
    assert stack.changes() == before


def test_warnings_go_to_the_error_stream(stack: CommandLine) -> None:
    stack("up -d")
    stack.write("services: {web: {image: busybox, scale: 2}}")
    stack("--dry-run up -d").says("""
        exit 0
        1| Dry run: up of shop would do nothing.
        1| nothing to do; 2 containers unchanged. Nothing was changed.
        2| warning: orphan containers (shop-db-1, shop-job-1) of project "shop": their services are not in the files; --remove-orphans removes them
    """)


def test_as_json(stack: CommandLine) -> None:
    stack("up -d")
    code, out, err = stack.raw("--progress json --dry-run down -v")
    assert (code, err) == (0, "")
    steps = [json.loads(line) for line in out.splitlines()]
    assert {step["action"] for step in steps} == {"stop", "remove"}
    assert [step for step in steps if "loses" in step] == [
        {
            "dry-run": True,
            "id": "Volume shop_data",
            "step": "remove-volume:data",
            "action": "remove",
            "reason": "requested",
            "loses": "its data is lost",
            "after": ["remove:db-1"],
        }
    ]


def test_anonymous_volumes_that_go_with_their_container(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, volumes: [/scratch]}, db: {image: busybox}}")
    cli("up -d")
    cli("down -v --dry-run").says("""
        exit 0
        1| Dry run: down of shop would do this:
        1|   ■ stop container shop-db-1     asked for
        1|   - remove container shop-db-1   asked for
        1|   ■ stop container shop-web-1    asked for
        1|   - remove container shop-web-1  asked for  ! its anonymous volumes are lost
        1|   - remove network shop_default  asked for
        1| 2 to stop, 3 to remove. Nothing was changed.
    """)


@pytest.mark.parametrize("verb", ["config", "images", "logs", "ls", "port web 80", "ps", "version", "volumes"])
def test_of_what_changes_nothing_anyway_is_the_command_itself(stack: CommandLine, verb: str) -> None:
    assert stack.raw(f"{verb} --dry-run") == stack.raw(verb)
