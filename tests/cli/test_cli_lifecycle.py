"""`composer stop`, `start`, `restart`, `kill`: containers that exist."""

from __future__ import annotations

import pytest

from composer.engine.fake import never_healthy
from tests.support.command_line import CommandLine

STACK = """
    services:
      db:
        image: busybox
      web:
        image: busybox
        depends_on: {db: {condition: service_started, restart: true}}
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli("up -d")
    return cli


def test_stop_goes_backwards_and_start_forwards(stack: CommandLine) -> None:
    stack("stop").says("""
        exit 0
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)
    assert [arguments[0] for arguments in stack.engine.called("stop")] == ["shop-web-1", "shop-db-1"]
    stack("stop").says("""
        exit 0
        2|  Container shop-db-1  Stopped
        2|  Container shop-web-1  Stopped
    """)
    stack("start").says("""
        exit 0
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    assert [name for (name,) in stack.engine.called("start")][-2:] == ["shop-db-1", "shop-web-1"]
    stack("start").says("exit 0")


def test_one_service(stack: CommandLine) -> None:
    stack("stop -t 7 db").says("""
        exit 0
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
    """)
    assert stack.engine.called("stop")[0][1] == 7
    stack("start db").says("""
        exit 0
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
    """)


def test_verbs_by_name_alone(stack: CommandLine) -> None:
    (stack.folder / "compose.yaml").unlink()
    stack("-p shop stop web").says("""
        exit 0
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
    """)
    stack("-p shop start").says("""
        exit 0
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    stack("-p shop kill").says("""
        exit 0
        2|  Container shop-db-1  Killing
        2|  Container shop-db-1  Killed
        2|  Container shop-web-1  Killing
        2|  Container shop-web-1  Killed
    """)


def test_a_file_that_is_wrong_does_not_keep_what_runs_from_being_stopped(stack: CommandLine) -> None:
    """As docker compose, which says nothing: a job that cleans up must be able to, whatever happened to the file."""
    stack.write("services: {web: {image: busybox, bogus: 1}}")
    assert stack.raw("down")[0] == 1
    assert set(stack.states()) == {"shop-db-1", "shop-web-1"}
    stack.setenv(COMPOSE_PROJECT_NAME="shop")
    assert stack.raw("-p other -f compose.yaml down")[0] == 1, "not the one that was meant"
    assert set(stack.states()) == {"shop-db-1", "shop-web-1"}
    code, out, err = stack.raw("down")
    assert (code, out, stack.states()) == (0, "", {})
    assert "compose.yaml:1:34: error: services.web.bogus: unknown key 'bogus'" in err
    assert 'warning: going on without the file, by the project name "shop" of COMPOSE_PROJECT_NAME\n' in err
    assert stack.raw("up -d")[0] == 1
    stack.write("services: {web: [")
    assert stack.raw("ps -q")[:2] == (0, "")
    stack.setenv(COMPOSE_PROJECT_NAME="-shop")
    assert 'invalid project name "-shop"' in stack.raw("down")[2]


def test_start_of_what_was_never_created(cli: CommandLine) -> None:
    cli.write(STACK)
    cli("start").says("""
        exit 1
        2| error: services without a container to start: db, web [CMP-2000]
        2|   hint: `composer up` creates what is missing and starts it
    """)
    cli("stop").says("""
        exit 0
    """)
    cli("restart").says("""
        exit 0
    """)
    cli("kill").says("""
        exit 0
        2| warning: no container to kill
    """)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("-p nobody start", 'no container found for project "nobody"'),
        ("-p nobody start web", 'no container found for project "nobody"'),
        ("-p nobody restart web", "no such service: web"),
    ],
)
def test_a_name_that_nothing_has(cli: CommandLine, line: str, message: str) -> None:
    code, _, err = cli.raw(line)
    assert (code, err) == (1, f"error: {message} [CMP-2000]\n")


def test_a_service_that_no_container_is_of(stack: CommandLine) -> None:
    for verb in ("start", "restart"):
        stack(f"-p shop {verb} wbe").says("""
            exit 1
            2| error: no such service: wbe [CMP-2000]
            2|   hint: did you mean 'web'?
        """)


def test_start_waits(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, healthcheck: {test: [CMD, 'true'], interval: 1s}}}")
    cli("up -d")
    cli("stop")
    cli("start --wait").says("""
        exit 0
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Healthy  {seconds}, engine
    """)


def test_start_gives_up_waiting(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, healthcheck: {test: [CMD, 'true'], interval: 1s}}}")
    cli.engine.script("db", never_healthy())
    cli("up -d")
    cli("stop")
    cli("start --wait --wait-timeout 1").says("""
        exit 1
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  db is not ready after 1s (starting)
        2| error: db is not ready after 1s (starting)
        2|   service       db (container shop-db-1)
        2|   last probes   exit 1: (no output)
        2|                 exit 1: (no output)
        2|                 exit 1: (no output)
        2|
        2| error: application not healthy after 1s
        2| 1 container still running: shop-db-1
    """)


def test_restart_takes_dependents_along(stack: CommandLine) -> None:
    stack("restart db").says("""
        exit 0
        2|  Container shop-db-1  Restarting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Restarting
        2|  Container shop-web-1  Started
    """)


def test_restart_without_dependents(stack: CommandLine) -> None:
    stack("restart --no-deps -t 2 db").says("""
        exit 0
        2|  Container shop-db-1  Restarting
        2|  Container shop-db-1  Started
    """)
    assert stack.engine.called("stop") == [("shop-db-1", 2, 2)]


def test_kill_sends_the_signal_that_was_asked_for(stack: CommandLine) -> None:
    stack("kill -s SIGUSR1 db").says("""
        exit 0
        2|  Container shop-db-1  Killing
        2|  Container shop-db-1  Killed
    """)
    assert stack.engine.called("kill") == [("shop-db-1", "SIGUSR1")]
    stack("kill").says("""
        exit 0
        2|  Container shop-db-1  Killing
        2|  Container shop-db-1  Killed
        2|  Container shop-web-1  Killing
        2|  Container shop-web-1  Killed
    """)
    assert stack.states() == {"shop-db-1": "exited", "shop-web-1": "exited"}


def test_kill_orphans_too(stack: CommandLine) -> None:
    stack.write("services: {db: {image: busybox}}")
    stack("kill --remove-orphans").says("""
        exit 0
        2|  Container shop-db-1  Killing
        2|  Container shop-db-1  Killed
        2|  Container shop-web-1  Killing
        2|  Container shop-web-1  Killed
    """)


@pytest.mark.parametrize("verb", ["stop", "start", "restart", "kill", "down", "ps", "logs", "up -d"])
def test_a_service_nobody_knows(stack: CommandLine, verb: str) -> None:
    code, out, err = stack.raw(f"{verb} wbe")
    assert (code, out) == (1, "")
    assert err.startswith("error: no such service: wbe")
