"""What loses data is asked for: `-y`, an answer in a pipe, a refusal where nobody can be asked."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine

FILE = """
    services:
      db: {image: busybox, volumes: ["data:/data", "/cache"]}
      web: {image: busybox}
    volumes:
      data: {labels: {tier: "%s"}}
"""
ASKED = (
    'volume "shop_data" does not match its definition any more: making it anew loses its data '
    "(shop-db-1 would be replaced)"
)


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    """It is up, and its volume has changed in the file."""
    cli.write(FILE % "old")
    assert cli.raw("up -d")[0] == 0
    cli.write(FILE % "new")
    cli.engine.calls.clear()
    return cli


def volume(shop: CommandLine, target: str) -> str:
    mounts = shop.engine.inspect_raw("shop-db-1")["Mounts"]
    return next(mount["Name"] for mount in mounts if mount["Destination"] == target)


def test_nobody_to_ask_is_a_refusal_and_nothing_is_done(shop: CommandLine) -> None:
    shop("up -d").says(f"""
        exit 1
        2| error: {ASKED} [CMP-2001]
        2|   hint: nothing was done. To agree, use -y
    """)
    assert shop.changes() == []


@pytest.mark.parametrize(
    ("line", "cure"),
    [("create", "use -y"), ("scale db=1", "use `composer up -y` first"), ("run db", "use `composer up -y` first")],
)
def test_every_verb_that_would_do_it_refuses(shop: CommandLine, line: str, cure: str) -> None:
    code, _, told = shop.raw(line)
    assert code == 1
    assert told.splitlines()[-1] == f"  hint: nothing was done. To agree, {cure}"
    assert shop.changes() == []


def test_yes_makes_it_anew(shop: CommandLine) -> None:
    cache = volume(shop, "/cache")
    shop("up -d -y").says("""
        exit 0
        2|  Volume shop_data  Removing  its configuration changed: labels.tier old → new
        2|  Volume shop_data  Removed
        2|  Volume shop_data  Creating
        2|  Volume shop_data  Created
        2|  Container shop-db-1  Stopping  its volume changed: shop_data is made anew
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-web-1  Running
    """)
    assert volume(shop, "/cache") == cache  # only what was asked for is lost
    assert shop("up -d") == "exit 0\n2|  Container shop-db-1  Running\n2|  Container shop-web-1  Running"


def test_a_dry_run_asks_nothing_and_says_what_is_lost(shop: CommandLine) -> None:
    code, told, _ = shop.raw("--dry-run up -d")
    assert code == 0
    assert [line.rpartition("!")[2].strip() for line in told.splitlines() if "remove volume" in line] == [
        "its data is lost"
    ]
    assert shop.changes() == []


@pytest.mark.parametrize(("answer", "is_agreed"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_an_answer_that_waits_in_a_pipe(
    shop: CommandLine, monkeypatch: pytest.MonkeyPatch, answer: str, is_agreed: bool
) -> None:
    monkeypatch.setattr("composer.cli.agreement._waiting_line", lambda: f"{answer}\n")
    code, _, told = shop.raw("up -d")
    assert code == 0
    assert told.startswith(f"{ASKED}. Make it anew? [y/N] {answer}\n")
    assert bool(shop.engine.called("remove_volume")) is is_agreed
    kept = "warning: volume shop_data does not match its definition any more; it is kept as it is\n"
    assert (kept in told) is not is_agreed


ELSEWHERE = "services: {api: {image: busybox}}"
REFUSED = """
    exit 1
    2| error: shop-db-1, shop-web-1 would be removed as orphans of {folder}, but another folder started them: {old} [CMP-2001]
    2|   hint: nothing was done. To agree, use -y
"""


@pytest.fixture
def moved(shop: CommandLine) -> CommandLine:
    """The same project's name in another folder, with other services."""
    shop.write(ELSEWHERE, "other/compose.yaml")
    shop.patch.chdir(shop.folder / "other")
    shop.setenv(COMPOSE_PROJECT_NAME="shop")
    return shop


@pytest.mark.parametrize("verb", ["up -d", "down"])
def test_orphans_of_another_folder_stay_unless_agreed_to(moved: CommandLine, verb: str) -> None:
    moved(f"{verb} --remove-orphans").says(REFUSED.replace("{folder}", "{folder}/other").replace("{old}", "{folder}"))
    assert moved.changes() == []
    assert moved.raw(f"{verb} --remove-orphans --yes")[0] == 0
    assert set(moved.states()) == ({"shop-api-1"} if verb == "up -d" else set())


@pytest.mark.parametrize("verb", ["up -d", "down", "stop", "restart", "kill"])
def test_containers_of_another_folder_are_always_told(moved: CommandLine, verb: str) -> None:
    told = moved(verb).splitlines()
    assert told[1] == (
        '2| warning: project "shop" has containers that were started from {folder}, not from {folder}/other: '
        "shop-db-1, shop-web-1. If these are two projects, give one of them another name (`name:` in the file, or -p)"
    )


def test_down_asks_and_a_no_ends_it(moved: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("composer.cli.agreement._waiting_line", lambda: "n\n")
    assert moved.raw("down --remove-orphans")[0] == 1
    assert moved.changes() == []
