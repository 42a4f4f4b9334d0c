"""The account of a batch: what each rule led to."""

from __future__ import annotations

from composer.watch.decide import Found
from composer.watch.effects import Batch, Effect, Phase
from composer.watch.manifest import Difference, Manifest, Stamp
from composer.watch.rules import REBUILD, Rule

FILE, FOLDER = Stamp("f", 0o644, 1, 1), Stamp("d", 0o755)
SYNC = Rule(service="web", number=0, action="sync", path="/shop/src", target="/app")
BUILD = Rule(service="web", number=1, action=REBUILD, path="/shop/Dockerfile")
ALONE = Rule(service="db", number=0, action="sync", path="/shop/db", target="/db")
HELD: dict[str, Manifest] = {SYNC.name: {".": FOLDER, "new": FOLDER, "new/a": FILE, "b": FILE}}


def batch(*found: Found, times: tuple[float, ...] = ()) -> Batch:
    clock = iter(times)
    return Batch(found, HELD, lambda: next(clock))


def test_files_are_counted_and_one_is_named() -> None:
    several = Found(SYNC, Difference(("b", "new", "new/a"), ("old",)))
    itself = Found(BUILD, Difference((".",)))
    nothing = Found(ALONE, Difference())
    assert list(batch(several, itself, nothing).begun()) == [
        (SYNC, Effect(phase=Phase.WORKING, changed=2, gone=1)),
        (BUILD, Effect(phase=Phase.WORKING, changed=1, name="Dockerfile")),
    ]


def test_folders_count_where_there_is_nothing_else() -> None:
    assert list(batch(Found(SYNC, Difference(("new",)))).begun()) == [
        (SYNC, Effect(phase=Phase.WORKING, changed=1, name="new"))
    ]


def test_what_was_done_for_a_rule_is_timed_and_its_first_error_told() -> None:
    seen = batch(Found(SYNC, Difference(("b",))), Found(BUILD, Difference((".",))), times=(1, 3, 5, 6, 7, 9))
    with seen.timed([BUILD]):
        seen.blame([BUILD], "no room")
    with seen.timed([SYNC, BUILD]):
        seen.blame([BUILD], "still no room")
    with seen.timed([]):
        pass
    assert list(seen.ended()) == [
        (SYNC, Effect(phase=Phase.DONE, changed=1, name="b", seconds=1)),
        (BUILD, Effect(phase=Phase.FAILED, changed=1, name="Dockerfile", seconds=3, error="no room")),
    ]


def test_rules_that_take_part() -> None:
    seen = batch(*(Found(rule, Difference(("b",))) for rule in (SYNC, BUILD, ALONE)))
    assert seen.rules("web", "db") == (SYNC, BUILD, ALONE)
    assert seen.rules("web", of=lambda rule: rule.action == REBUILD) == (BUILD,)
