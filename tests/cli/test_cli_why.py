"""`composer why`: what the last run did to each container, why, and how it ended."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import composer.api
from composer.engine.fake import FakeEngine, exits
from composer.engine.port import EngineInfo
from composer.errors import EngineUnreachable, NotFound
from tests.support.command_line import CommandLine, Said

SHOP = """
    services:
      web:
        image: busybox
        command: sleep 1
        environment: {LOG: info, API_TOKEN: "word-1"}
        depends_on: [db]
      db:
        image: busybox
        healthcheck: {test: "true"}
"""


def told(cli: CommandLine, line: str) -> Said:
    """Without the time of day."""
    return Said(re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "{day}", cli(line)))


def journal(cli: CommandLine) -> Path:
    [file] = (cli.folder.parent / "state" / "composer").iterdir()
    return file


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write(SHOP)
    assert cli.raw("up -d --wait")[0] == 0
    return cli


def test_a_first_up(shop: CommandLine) -> None:
    told(shop, "why").says("""
        exit 0
        1| up of shop on {day}, {seconds}:
        1|   network shop_default created  does not exist yet
        1|   shop-db-1 created             does not exist yet
        1|       healthy (engine) after {seconds}
        1|       now: running (healthy)
        1|   shop-web-1 created            does not exist yet
        1|       running after {seconds}
        1|       now: running
    """)
    assert shop.opened == ["reader"]


def test_the_last_run_that_did_something_to_a_service(shop: CommandLine) -> None:
    shop.write(SHOP.replace("LOG: info", "LOG: debug").replace("word-1", "word-2"))
    shop("up -d")
    shop("up -d")
    shop("stop db")
    told(shop, "why web").says("""
        exit 0
        1| up of shop on {day}, {seconds}:
        1|   shop-web-1 recreated  its configuration changed
        1|       environment.API_TOKEN (changed)
        1|       environment.LOG info → debug
        1|       now: running
    """)
    told(shop, "why").says("""
        exit 0
        1| stop of shop on {day}, {seconds}:
        1|   shop-db-1 stopped  asked for
        1|       now: exited (exit code 143)
    """)
    assert told(shop, "why -n 3 web").count("up of shop") == 2
    assert "word-" not in journal(shop).read_text()


def test_a_failure_with_its_exit_code(cli: CommandLine) -> None:
    cli.engine.script("db", exits(3, log=("no",)))
    cli.write(SHOP.replace("[db]", "{db: {condition: service_healthy}}"))
    assert cli.raw("up -d")[0] == 1
    told(cli, "why").says("""
        exit 0
        1| up of shop on {day}, {seconds}, failed:
        1|   network shop_default created  does not exist yet
        1|   shop-db-1 created             does not exist yet
        1|       failed (exit code 3): dependency failed to start: container shop-db-1 exited (3)
        1|       now: exited (exit code 3)
        1|   shop-web-1 created            does not exist yet
        1|       not done: it needed db: healthy
        1|       now: created
    """)


def test_what_is_gone_and_what_is_restarted(shop: CommandLine) -> None:
    shop("restart web")
    told(shop, "why").says("""
        exit 0
        1| restart of shop on {day}, {seconds}:
        1|   shop-web-1 restarted  asked for
        1|       now: running
    """)
    shop("down")
    told(shop, "why web").says("""
        exit 0
        1| down of shop on {day}, {seconds}:
        1|   shop-web-1 removed  asked for
    """)


def test_as_json(shop: CommandLine) -> None:
    code, out, err = shop.raw("why --format json db")
    assert (code, err) == (0, "")
    document = json.loads(out)
    [run] = document["runs"]
    assert document["project"] == "shop"
    entries = run.pop("entries")
    assert {**run, "began": 0, "seconds": 0} == {
        "verb": "up",
        "project": "shop",
        "began": 0,
        "seconds": 0,
        "ok": True,
        "interrupted": False,
        "engine": "",
        "working_dir": str(shop.folder),
    }
    assert [{**entry, "after": 0} for entry in entries] == [
        {
            "kind": "container",
            "name": "shop-db-1",
            "service": "db",
            "did": "created",
            "cause": "missing",
            "outcome": "succeeded",
            "ready": "healthy (engine)",
            "after": 0,
            "now": {"state": "running", "health": "healthy", "exit_code": None},
        }
    ]


def test_nothing_on_record(cli: CommandLine) -> None:
    cli.write(SHOP)
    cli("why").says("""
        exit 0
        1| No run is on record for project shop.
    """)
    assert json.loads(cli.raw("why --format json")[1]) == {"project": "shop", "runs": []}
    cli("why nobody").says("""
        exit 1
        2| error: nothing is known of service 'nobody' in project shop [CMP-0001]
    """)


def test_a_container_that_nobody_recorded(shop: CommandLine) -> None:
    journal(shop).unlink()
    told(shop, "why web").says("""
        exit 0
        1|   shop-web-1  nothing on record: made by Composer 0.1.0
        1|       now: running
    """)


def test_a_record_that_cannot_be_kept_is_told_and_changes_nothing(cli: CommandLine) -> None:
    cli.write("in the way", "taken")
    cli.setenv(XDG_STATE_HOME=str(cli.folder / "taken"))
    cli.write(SHOP)
    code, _, err = cli.raw("up -d")
    assert code == 0
    assert err.count("warning: no record of this run can be kept for `composer why`: ") == 1
    assert cli.states() == {"shop-db-1": "running", "shop-web-1": "running"}


def test_a_dry_run_leaves_no_record(cli: CommandLine) -> None:
    cli.write(SHOP)
    cli("up -d --dry-run")
    cli("plan")
    assert not (cli.folder.parent / "state").exists()


def test_a_project_known_by_its_name_alone(shop: CommandLine) -> None:
    shop("-p shop stop web")
    assert "stop of shop" in told(shop, "-p shop why")
    assert journal(shop).name.startswith("shop-")


def test_an_engine_that_does_not_answer(shop: CommandLine) -> None:
    shop.patch.setattr(composer.api, "open_reader", lambda _: _Silent())
    said = told(shop, "why web")
    assert said.startswith("exit 0\n")
    assert "1|       now: not known" in said
    assert "2| warning: what runs now is not known: no answer" in said


def test_what_was_planned_again_is_one_run(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}}")
    cli.engine.fail("start", NotFound("no such container"))
    assert cli.raw("up -d")[0] == 0
    told(cli, "why -n 5").says("""
        exit 0
        1| up of shop on {day}, {seconds}:
        1|   network shop_default created  does not exist yet
        1|   shop-web-1 created            does not exist yet
        1|       now: running
    """)


def test_a_volume_made_anew(cli: CommandLine) -> None:
    file = 'services: {db: {image: busybox, volumes: ["data:/data"]}}\nvolumes: {data: {labels: {tier: "%s"}}}'
    cli.write(file % "old")
    assert cli.raw("up -d")[0] == 0
    cli.write(file % "new")
    assert cli.raw("up -d -y")[0] == 0
    told(cli, "why").says("""
        exit 0
        1| up of shop on {day}, {seconds}:
        1|   shop-db-1 recreated         its volume changed: shop_data is made anew
        1|       now: running
        1|   volume shop_data recreated  its configuration changed
        1|       labels.tier old → new
    """)


def test_runs_on_another_engine_are_not_told(shop: CommandLine) -> None:
    file = journal(shop)
    file.write_text(file.read_text().replace('"engine": ""', '"engine": "unix:///elsewhere"'))
    shop.engine._info = replace(shop.engine.info(), address="unix:///here")
    shop("why").says("""
        exit 0
        1| No run is on record for project shop.
    """)


class _Silent(FakeEngine):
    def info(self) -> EngineInfo:
        raise EngineUnreachable("no answer")
