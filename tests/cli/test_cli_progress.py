"""How progress is shown: plain, JSON, quiet; by flag and by environment. Always on stderr."""

from __future__ import annotations

import json

import pytest

from composer.engine.fake import exits
from tests.support.command_line import CommandLine


@pytest.fixture
def web(cli: CommandLine) -> CommandLine:
    cli.write("services: {web: {image: busybox}}")
    return cli


def test_plain_is_what_a_pipe_gets(web: CommandLine) -> None:
    plain = web("--progress plain up -d")
    web("down")
    assert web("up -d") == plain
    web("down")
    assert web("--progress auto up -d") == plain


def test_quiet(web: CommandLine) -> None:
    web("--progress quiet up -d").says("""
        exit 0
    """)
    web("--progress quiet down").says("""
        exit 0
    """)


def test_quiet_still_tells_failures(web: CommandLine) -> None:
    web.write("services: {web: {image: nowhere}}")
    web("--progress quiet up -d").says("""
        exit 1
        2| error: web: cannot pull nowhere: manifest for nowhere:latest not found: manifest unknown
        2|   service       web
        2|
        2| nothing of the project is running
    """)


def test_json(web: CommandLine) -> None:
    web("--progress json up -d").says("""
        exit 0
        2| {"event": "run", "verb": "up", "project": "shop", "steps": 3, "time": 0}
        2| {"id": "Network shop_default", "status": "Creating", "time": 0, "step": "network:default", "reason": "missing"}
        2| {"event": "held", "step": "create:web-1", "holds": [{"kind": "step", "on": "network:default", "text": "network:default"}], "time": 0}
        2| {"event": "held", "step": "start:web-1", "holds": [{"kind": "step", "on": "create:web-1", "text": "create:web-1"}], "time": 0}
        2| {"id": "Network shop_default", "status": "Created", "time": 0, "step": "network:default", "outcome": "succeeded", "duration": 0, "detail": "created"}
        2| {"id": "Container shop-web-1", "status": "Creating", "time": 0, "step": "create:web-1", "reason": "missing"}
        2| {"event": "container", "replica": "web-1", "container": "shop-web-1", "state": "created", "health": "", "time": 0}
        2| {"id": "Container shop-web-1", "status": "Created", "time": 0, "step": "create:web-1", "outcome": "succeeded", "duration": 0, "detail": "created"}
        2| {"id": "Container shop-web-1", "status": "Starting", "time": 0, "step": "start:web-1", "reason": "missing"}
        2| {"event": "container", "replica": "web-1", "container": "shop-web-1", "state": "running", "health": "", "time": 0}
        2| {"id": "Container shop-web-1", "status": "Started", "time": 0, "step": "start:web-1", "outcome": "succeeded", "duration": 0, "detail": "started"}
        2| {"event": "summary", "time": 0, "ok": true, "interrupted": false, "timed_out": false, "seconds": 0, "steps": {"succeeded": 3}, "failed": [], "not_started": [], "left_running": ["shop-web-1"]}
    """)


def test_every_line_of_the_error_stream_is_json(web: CommandLine) -> None:
    web.write(
        "services: {web: {image: busybox, depends_on: {job: {condition: service_completed_successfully}}}, job: {image: busybox}}"
    )
    web.engine.script("job", exits(3, log=("cannot",)))
    code, out, err = web.raw("--progress json up -d")
    told = [json.loads(line) for line in err.splitlines()]
    assert (code, out) == (1, "")
    assert told[-2]["error"] is True
    assert told[-1]["ok"] is False


def test_the_environment_chooses(web: CommandLine) -> None:
    web.setenv(COMPOSE_PROGRESS="quiet")
    web("up -d").says("""
        exit 0
    """)
    web("--progress plain up -d").says("""
        exit 0
        2|  Container shop-web-1  Running
    """)


def test_errors_as_json(web: CommandLine) -> None:
    web("--progress json ps nobody").says("""
        exit 1
        2| {"error": true, "message": "no such service: nobody", "code": "CMP-0001"}
    """)
    web("--progress json logs --tail x").says("""
        exit 1
        2| {"error": true, "message": "invalid --tail value 'x'", "code": "CMP-0001", "hint": "Give a number of lines, or all."}
    """)
    web("--progress json down").says("""
        exit 0
        2| {"warning": true, "message": "nothing to remove for project \\"shop\\""}
        2| {"event": "run", "verb": "down", "project": "shop", "steps": 0, "time": 0}
        2| {"event": "summary", "time": 0, "ok": true, "interrupted": false, "timed_out": false, "seconds": 0, "steps": {}, "failed": [], "not_started": [], "left_running": []}
    """)


@pytest.mark.parametrize(
    ("flags", "variables", "coloured"),
    [
        ("", {}, False),
        ("--ansi always", {}, True),
        ("--ansi always", {"NO_COLOR": "1"}, True),
        ("", {"COMPOSE_ANSI": "always"}, True),
        ("--ansi never", {"COMPOSE_ANSI": "always"}, False),
    ],
)
def test_colour(web: CommandLine, flags: str, variables: dict[str, str], coloured: bool) -> None:
    web.setenv(**variables)
    _, _, err = web.raw(f"{flags} ps nobody")
    assert ("\x1b[" in err) is coloured
    _, out, _ = web.raw(f"{flags} --dry-run up")
    assert ("\x1b[" in out) is coloured
