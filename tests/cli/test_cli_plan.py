"""`composer plan`: what a command would do, why, key by key and with its place in the files."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import CommandLine

SHOP = """
    services:
      web:
        image: busybox
        command: sleep 1
        environment:
          LOG: info
          API_TOKEN: ${TOKEN:-word-1}
        networks: [front]
        configs: [page]
        secrets: [key]
      db:
        image: busybox
        volumes: ["data:/data"]
    networks:
      front: {}
    volumes:
      data: {}
    configs:
      page:
        content: one ${PAGE:-1}
    secrets:
      key:
        file: ./key
"""


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write("word-2", "key")
    cli.write(SHOP)
    assert cli.raw("up -d")[0] == 0
    return cli


def test_nothing_to_do(shop: CommandLine) -> None:
    before = shop.changes()
    shop("plan --exit-code").says("""
        exit 0
        1| Plan: up of shop would do nothing.
        1| nothing to do; 2 containers unchanged. Nothing was changed.
    """)
    assert shop.opened == ["reader"]
    assert shop.changes() == before


def test_changed_keys_with_their_lines(shop: CommandLine) -> None:
    before = shop.changes()
    shop.write(
        SHOP.replace("LOG: info", "LOG: debug")
        .replace("word-1", "word-3")
        .replace("sleep 1", "sleep 2")
        .replace("front: {}", "front: {internal: true}")
        .replace('volumes: ["data:/data"]', 'volumes: ["data:/data:ro"]\n        scale: 2')
    )
    shop("plan").says("""
        exit 0
        1| Plan: up of shop would do this:
        1|   - remove network shop_front      its configuration changed
        1|   + create network shop_front      its configuration changed
        1|       internal false → true  compose.yaml:16
        1|   ~ recreate container shop-web-1  its configuration changed
        1|       command sleep 1 → sleep 2        compose.yaml:4
        1|       environment.API_TOKEN (changed)  compose.yaml:7
        1|       environment.LOG info → debug     compose.yaml:6
        1|   ~ recreate container shop-db-1   its configuration changed
        1|       volumes data:/data → data:/data:ro  compose.yaml:13
        1|   + create container shop-db-2     does not exist yet
        1| 1 to remove, 2 to create, 2 to recreate, 3 to start. Nothing was changed.
    """)
    assert shop.changes() == before


def test_a_changed_content_recreates_and_is_named(shop: CommandLine) -> None:
    shop.setenv(PAGE="2")
    shop("plan").says("""
        exit 0
        1| Plan: up of shop would do this:
        1|   ~ recreate container shop-web-1  a content changed
        1|       configs.page (changed)  compose.yaml:20
        1| 1 to recreate, 1 to start; 1 container unchanged. Nothing was changed.
    """)
    shop.write("word-4", "key")
    shop("up -d").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-web-1  Recreate  a content changed: secrets.key (changed); configs.page (changed)
        2|  Container shop-web-1  Recreated
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    assert "nothing to do" in shop("plan")
    shop.setenv(PAGE="1")
    assert "configs.page (changed)" in shop("plan")


def test_no_secret_in_anything_that_is_kept_or_said(shop: CommandLine) -> None:
    shop.setenv(TOKEN="word-5", PAGE="word-6")
    said = [shop.raw(line) for line in ("plan", "plan --json", "up -d --dry-run", "--progress json up -d", "plan down")]
    kept = [found.labels for found in shop.engine.containers(project="shop")]
    assert "word-" not in repr((said, kept))


def test_an_exit_status_that_tells(shop: CommandLine) -> None:
    shop.write(SHOP.replace("sleep 1", "sleep 2"))
    assert shop.raw("plan --exit-code")[0] == 2
    assert shop.raw("plan up --exit-code db")[0] == 0
    assert shop.raw("plan --exit-code up web")[0] == 2
    assert shop.raw("plan")[0] == 0
    assert shop.raw("plan --exit-code nobody")[0] == 1
    assert shop.raw("plan down --exit-code")[0] == 2


def test_every_command_with_its_own_flags(shop: CommandLine) -> None:
    shop("plan down -v -t 3").says("""
        exit 0
        1| Plan: down of shop would do this:
        1|   ■ stop container shop-db-1     asked for
        1|   - remove container shop-db-1   asked for
        1|   ■ stop container shop-web-1    asked for
        1|   - remove container shop-web-1  asked for
        1|   - remove network shop_default  asked for
        1|   - remove network shop_front    asked for
        1|   - remove volume shop_data      asked for  ! its data is lost
        1| 2 to stop, 5 to remove. Nothing was changed.
    """)
    shop("plan stop web").says("""
        exit 0
        1| Plan: stop of shop would do this:
        1|   ■ stop container shop-web-1  asked for
        1| 1 to stop. Nothing was changed.
    """)
    shop("plan restart db").says("""
        exit 0
        1| Plan: restart of shop would do this:
        1|   ■ stop container shop-db-1   asked for
        1|   ▸ start container shop-db-1  asked for
        1| 1 to stop, 1 to start. Nothing was changed.
    """)
    shop("plan --force-recreate db").says("""
        exit 0
        1| Plan: up of shop would do this:
        1|   ~ recreate container shop-db-1  forced
        1| 1 to recreate, 1 to start. Nothing was changed.
    """)
    shop("plan up --scale db=2 db").says("""
        exit 0
        1| Plan: up of shop would do this:
        1|   + create container shop-db-2  does not exist yet
        1| 1 to create, 1 to start; 1 container unchanged. Nothing was changed.
    """)
    shop("plan up --scalee").says("""
        exit 1
        2| error: no such flag '--scalee' (did you mean '--scale'?) [CMP-0001]
        2|   hint: See 'composer up --help'.
    """)
    shop("plan ps").says("""
        exit 1
        2| error: ps has no plan to show [CMP-0001]
        2|   hint: It can be one of build, create, down, kill, pause, pull, push, restart, rm, scale, start, stop, unpause, up.
    """)


def changed(path: str, before: str | None, after: str | None, *, line: int, column: int) -> dict[str, object]:
    told = {"path": path, "before": before, "after": after, "hidden": before is after is None}
    return {**told, "file": "compose.yaml", "line": line, "column": column}


def test_as_json(shop: CommandLine) -> None:
    shop.write(SHOP.replace("LOG: info", "LOG: debug").replace("word-1", "word-3"))
    code, out, err = shop.raw("plan --format json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {key: value for key, value in told.items() if key != "steps"} == {
        "project": "shop",
        "verb": "up",
        "pending": True,
        "version": 1,
        "unchanged": {"db-1": "shop-db-1"},
        "warnings": [],
        "confirmations": [],
        "summary": {"create": 1, "stop": 1, "remove": 1, "rename": 1, "start": 1},
    }
    create = next(step for step in told["steps"] if step["id"] == "create:web-1")
    assert create == {
        "id": "create:web-1",
        "action": "create",
        "service": "web",
        "container": "shop-web-1",
        "image": "busybox",
        "replaces": "shop-web-1",
        "cause": "config-changed",
        "detail": "",
        "after": [],
        "changes": [
            changed("environment.API_TOKEN", None, None, line=7, column=18),
            changed("environment.LOG", "info", "debug", line=6, column=12),
        ],
    }
    assert json.loads(shop.raw("plan --json down -v")[1])["steps"][-1] == {
        "id": "remove-volume:data",
        "action": "remove-volume",
        "volume": "shop_data",
        "cause": "requested",
        "detail": "",
        "after": ["remove:db-1"],
        "loses": "its data is lost",
    }
