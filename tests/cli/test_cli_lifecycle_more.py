"""`composer create`, `scale`, `pause`, `unpause`, `rm`."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine

STACK = """
    services:
      db:
        image: busybox
      web:
        image: busybox
        depends_on: [db]
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    return cli


def test_create_starts_nothing(stack: CommandLine) -> None:
    stack("create --scale web=2").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-2  Creating
        2|  Container shop-web-2  Created
    """)
    assert stack.states() == {"shop-db-1": "created", "shop-web-1": "created", "shop-web-2": "created"}
    stack("create --scale web=2").says("exit 0")
    stack("create --scale web=2 --force-recreate web").says("""
        exit 0
        2|  Container shop-web-1  Recreate  forced
        2|  Container shop-web-1  Recreated
        2|  Container shop-web-2  Recreate  forced
        2|  Container shop-web-2  Recreated
    """)
    stack.write(STACK + "        labels: {changed: 'yes'}\n")
    stack("create --scale web=2 --no-recreate").says("exit 0")


def test_create_treats_orphans(stack: CommandLine) -> None:
    stack("up -d")
    stack.write("services: {db: {image: busybox}}")
    stack("create --remove-orphans").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-web-1  Stopping  service "web" is not in the files
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)


def test_create_dry(stack: CommandLine) -> None:
    stack("create --dry-run --pull never db").says("""
        exit 0
        1| Dry run: create of shop would do this:
        1|   + create network shop_default  does not exist yet
        1|   + create container shop-db-1   does not exist yet
        1| 2 to create. Nothing was changed.
    """)
    assert stack.changes() == []


def test_scale_up_and_down(stack: CommandLine) -> None:
    stack("up -d")
    stack("scale web=2").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-web-1  Running
        2|  Container shop-web-2  Creating
        2|  Container shop-web-2  Created
        2|  Container shop-web-2  Starting
        2|  Container shop-web-2  Started
    """)
    stack("stop db")
    stack("scale --no-deps web=1 db=0").says("""
        exit 0
        2|  Container shop-db-1  Removing  more replicas than wanted: 0 wanted
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Running
        2|  Container shop-web-2  Stopping  more replicas than wanted: 1 wanted
        2|  Container shop-web-2  Stopped
        2|  Container shop-web-2  Removing
        2|  Container shop-web-2  Removed
    """)
    assert stack.states() == {"shop-web-1": "running"}


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("scale", "error: missing argument 'SERVICE=N...' [CMP-0001]"),
        ("scale web", "error: invalid number of replicas 'web' [CMP-0001]"),
        ("scale web=many", "error: invalid number of replicas 'web=many' [CMP-0001]"),
        ("scale wbe=2", "error: no such service: wbe [CMP-1110]"),
        ("create --scale web", "error: invalid --scale value 'web' [CMP-0001]"),
        (
            "create --no-recreate --force-recreate",
            "error: --no-recreate and --force-recreate cannot be used together [CMP-0001]",
        ),
    ],
)
def test_what_is_refused(stack: CommandLine, line: str, trouble: str) -> None:
    code, out, err = stack.raw(line)
    assert (code, out, err.splitlines()[0]) == (1, "", trouble)
    assert stack.changes() == []


def test_pause_and_unpause(stack: CommandLine) -> None:
    stack("up -d --scale web=2")
    stack("pause").says("""
        exit 0
        2|  Container shop-db-1  Paused
        2|  Container shop-web-1  Paused
        2|  Container shop-web-2  Paused
    """)
    assert set(stack.states().values()) == {"paused"}
    for line in ("up -d --wait --scale web=2", "start web"):
        stack(line).says("""
            exit 1
            2| error: shop-db-1, shop-web-1, shop-web-2 are paused [CMP-2000]
            2|   hint: `composer unpause db web` lets them go on
        """)
    assert [name for (name,) in stack.engine.called("pause")][-1] == "shop-db-1"
    stack("unpause web").says("""
        exit 0
        2|  Container shop-web-1  Unpaused
        2|  Container shop-web-2  Unpaused
    """)
    stack("pause web db").says("""
        exit 1
        2|  Container shop-db-1  Error  Container shop-db-1 is already paused
        2|  Container shop-web-1  Paused
        2|  Container shop-web-2  Paused
        2| error: cannot pause db-1: Container shop-db-1 is already paused
        2|   service       db (container shop-db-1)
        2|
        2| 3 containers still running: shop-db-1, shop-web-1, shop-web-2
    """)
    stack("-p shop unpause --dry-run db").says("""
        exit 0
        1| Dry run: unpause of shop would do this:
        1|   ▸ unpause container shop-db-1  asked for
        1| 1 to unpause. Nothing was changed.
    """)


def test_remove_asks(stack: CommandLine) -> None:
    stack("up -d")
    stack("rm").says("""
        exit 0
        2| No stopped containers
    """)
    stack("stop web")
    stack("rm", stdin="").says("""
        exit 0
        1| Going to remove shop-web-1
    """)
    stack("rm", stdin="n\n").says("""
        exit 0
        1| Going to remove shop-web-1
    """)
    assert "shop-web-1" in stack.states()
    stack("rm", stdin="y\n").says("""
        exit 0
        1| Going to remove shop-web-1
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert stack.states() == {"shop-db-1": "running"}


def test_remove_by_force(stack: CommandLine) -> None:
    stack("up -d")
    stack("rm -sfv").says("""
        exit 0
        1| Going to remove shop-web-1, shop-db-1
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert [arguments[0] for arguments in stack.engine.called("stop")] == ["shop-web-1", "shop-db-1"]
    stack("up -d")
    stack("rm --dry-run --stop db").says("""
        exit 0
        1| Dry run: rm of shop would do this:
        1|   ■ stop container shop-db-1    asked for
        1|   - remove container shop-db-1  asked for
        1| 1 to stop, 1 to remove. Nothing was changed.
    """)
    assert stack.states() == {"shop-db-1": "running", "shop-web-1": "running"}


@pytest.mark.parametrize("verb", ["create", "pause", "unpause", "rm -f"])
def test_a_service_nobody_knows(stack: CommandLine, verb: str) -> None:
    code, out, err = stack.raw(f"{verb} wbe")
    assert (code, out) == (1, "")
    assert err.startswith("error: no such service: wbe")
