"""`composer exec` on an engine in memory: whom it runs in, what it asks for, how it ends."""

from __future__ import annotations

import json

import pytest

from composer.engine.fake import FakeEngine, Reply, exits
from composer.errors import Conflict
from tests.support.command_line import CommandLine

FILE = """
    services:
      web:
        image: busybox
        scale: 2
      once:
        image: busybox
"""


@pytest.fixture
def up(cli: CommandLine, engine: FakeEngine) -> CommandLine:
    cli.write(FILE)
    engine.script("once", exits(3))
    assert cli.raw("up -d")[0] == 0
    return cli


def test_output_and_exit_status(up: CommandLine, engine: FakeEngine) -> None:
    engine.reply("web", Reply(b"out\n", b"err\n", 42))
    up("exec web ls -la --all").says("""
        exit 42
        1| out
        2| err
    """)
    (_, request), = engine.called("create_exec")  # fmt: skip
    assert (request.command, request.tty, request.stdin) == (("ls", "-la", "--all"), False, True)


def test_input_goes_in(up: CommandLine, engine: FakeEngine) -> None:
    assert up.raw("exec web cat", stdin="to the cat\n") == (0, "", "")
    assert engine.heard == {"shop-web-1": b"to the cat\n"}


def test_every_flag(up: CommandLine, engine: FakeEngine) -> None:
    up.setenv(OURS="ours")
    assert up.raw("exec --index 2 -T -it --privileged -u me -w /srv -e A=1 -e OURS -e NONE web env")[0] == 0
    container, request = engine.called("create_exec")[-1]
    assert (container, request.user, request.working_dir, request.privileged, request.environment) == (
        "shop-web-2",
        "me",
        "/srv",
        True,
        ("A=1", "OURS=ours", "NONE"),
    )


def test_detached(up: CommandLine, engine: FakeEngine) -> None:
    assert up.raw("exec -d web sleep 100") == (0, "", "")
    assert len(engine.called("start_exec_detached")) == 1


def test_one_off_containers_come_last(up: CommandLine, engine: FakeEngine) -> None:
    (raw,) = [c for c in engine.containers(project="shop") if c.name == "shop-web-2"]
    marks = {**raw.labels, "com.docker.compose.oneoff": "True"}
    del marks["com.docker.compose.container-number"]
    one_off = engine.create_container("shop-web-run-1", {"Image": "busybox", "Labels": marks}, platform=None)
    engine.start(one_off)
    up.raw("exec web true")
    engine.kill("shop-web-1", signal="SIGKILL")
    up.raw("exec web true")
    engine.kill("shop-web-2", signal="SIGKILL")
    up.raw("exec web true")
    assert [called[0] for called in engine.called("create_exec")] == ["shop-web-1", "shop-web-2", "shop-web-run-1"]


def test_nobody_to_run_in(up: CommandLine) -> None:
    up("exec once true").says("""
        exit 1
        2| error: service "once" is not running [CMP-2000]
        2|   hint: shop-once-1 is exited (3); `composer up -d once` starts it
    """)
    up("exec --index 3 web true").says("""
        exit 1
        2| error: service "web" is not running container #3 [CMP-2000]
        2|   hint: it has shop-web-1, shop-web-2
    """)
    up("exec wbe true").says("""
        exit 1
        2| error: service "wbe" is not running [CMP-2000]
        2|   hint: there are containers of once, web
    """)
    up("-p other exec web true").says("""
        exit 1
        2| error: service "web" is not running [CMP-2000]
        2|   hint: the project has no containers: `composer up -d` creates and starts them
    """)


def test_what_the_engine_refuses(up: CommandLine, engine: FakeEngine) -> None:
    engine.fail("create_exec", Conflict("Container abc is paused, unpause the container before exec", status=409))
    up("exec web true").says("""
        exit 1
        2| error: Container abc is paused, unpause the container before exec [CMP-3409]
    """)


def test_wrong_flags(up: CommandLine) -> None:
    up("exec web").says("""
        exit 1
        2| error: missing argument 'COMMAND [ARGS...]' [CMP-0001]
        2|   hint: See 'composer exec --help'.
    """)


def test_a_dry_run_runs_nothing(up: CommandLine, engine: FakeEngine) -> None:
    up("exec --dry-run web rm -rf /").says("""
        exit 0
        1| would run in shop-web-1: rm -rf /
    """)
    assert (engine.called("create_exec"), up.opened) == ([], ["reader"])


def test_the_keys_of_the_docker_configuration(up: CommandLine, engine: FakeEngine) -> None:
    up.setenv(DOCKER_CONFIG=str(up.folder))
    up.write(json.dumps({"detachKeys": "ctrl-x,nonsense"}), "config.json")
    up("exec web true").says("""
        exit 1
        2| error: invalid detach keys 'ctrl-x,nonsense': unknown key 'nonsense' [CMP-0001]
        2|   hint: Keys are single characters, or ctrl- and one of a-z @ [ \\ ] ^ _, with commas between.
    """)
    assert engine.called("start_exec") == []
