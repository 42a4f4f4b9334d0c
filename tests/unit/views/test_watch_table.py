"""The table of watched rules: its frames, and what a terminal holds while and after it is shown."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest

from composer.views.live import frame_text
from composer.views.watch_rows import RuleRow, RuleRows, ago_text, effect_text, watch_frame
from composer.views.watch_table import WatchTable
from composer.watch.effects import NOTHING, Effect, Phase
from composer.watch.rules import Rule
from tests.support.live_screen import HEIGHT, WIDTH, Screen
from tests.support.terminal import render


def rule(action: str, number: int = 0, service: str = "web") -> Rule:
    return Rule(service=service, number=number, action=action, path="/shop/src")


ROWS = [
    RuleRow(rule("sync"), "src → /app", Effect(phase=Phase.DONE, changed=3, gone=1, seconds=0.012), at=1.0),
    RuleRow(rule("sync+exec", 1), "seed → /seed"),
    RuleRow(rule("rebuild", 0, "api"), "api", Effect(phase=Phase.WORKING, changed=1, name="main.py"), at=60.0),
    RuleRow(rule("restart", 1, "api"), "conf", Effect(phase=Phase.FAILED, changed=1, error="no\nroom"), at=49.0),
]


def frame(columns: int = 77, lines: int | None = None) -> str:
    return frame_text(watch_frame(ROWS, title="watch shop", now=61.0, columns=columns, lines=lines), colour=False)


def test_a_line_a_rule_with_its_last_effect() -> None:
    assert (
        frame()
        == """\
✔ web  sync       src → /app    3 files synced, 1 removed in 12ms      1m ago
· web  sync+exec  seed → /seed  no change yet
⠋ api  rebuild    api           rebuilding for main.py                    now
✘ api  restart    conf          no room                               10s ago
watch shop  4 rules  · 1 failed
"""
    )


def test_on_a_narrow_terminal_the_effect_stays() -> None:
    assert (
        frame(39)
        == """\
✔ web  sync       3 files synced, 1 re…
· web  sync+exec  no change yet
⠋ api  rebuild    rebuilding for main.…
✘ api  restart    no room
watch shop  4 rules  · 1 failed
"""
    )


def test_on_a_low_terminal_the_rest_is_counted() -> None:
    assert [line.split()[0] for line in frame(lines=4).splitlines()] == ["⠋", "✘", "…", "watch"]
    assert frame(lines=4).splitlines()[2] == "… 2 more rules"
    assert frame(lines=1).splitlines() == ["… 4 more rules"]


@pytest.mark.parametrize(
    ("action", "effect", "text"),
    [
        ("sync", NOTHING, "no change yet"),
        ("sync", Effect(phase=Phase.WORKING, changed=2), "syncing 2 files"),
        ("sync", Effect(phase=Phase.DONE, changed=1, name="a.txt", seconds=0.02), "a.txt synced in 20ms"),
        ("sync", Effect(phase=Phase.DONE, gone=1, name="a.txt", seconds=0.02), "a.txt removed in 20ms"),
        ("sync", Effect(phase=Phase.DONE, gone=2, seconds=0.02), "2 removed in 20ms"),
        ("sync+restart", Effect(phase=Phase.DONE, changed=2, seconds=1.5), "2 files synced, restarted in 1.5s"),
        ("sync+exec", Effect(phase=Phase.DONE, changed=2, seconds=75), "2 files synced, command run in 1m15s"),
        ("rebuild", Effect(phase=Phase.DONE, changed=2, seconds=3), "rebuilt for 2 files in 3.0s"),
        ("restart", Effect(phase=Phase.WORKING, changed=1, name="a"), "restarting for a"),
        ("restart", Effect(phase=Phase.DONE, changed=1, name="a", seconds=0.5), "restarted for a in 500ms"),
        ("rebuild", Effect(phase=Phase.FAILED, changed=1, error="no\x1b[31m room"), "no[31m room"),
    ],
)
def test_effects_in_words(action: str, effect: Effect, text: str) -> None:
    assert effect_text(rule(action), effect) == text


def test_how_long_ago() -> None:
    assert [ago_text(at) for at in (0, 4.9, 5, 59.9, 60, 3599, 7300)] == [
        *("now", "now", "5s ago", "55s ago", "1m ago", "59m ago", "2h ago")
    ]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def table_on(screen: Screen, *rules: Rule) -> WatchTable:
    rows = [RuleRow(each, "src → /app") for each in rules or (rule("sync"),)]
    return WatchTable(screen.stream, RuleRows(rows, title="watch shop", clock=Clock()), colour=False)


SYNCED = Effect(phase=Phase.DONE, changed=1, name="a.txt", seconds=0.02)


def test_output_stands_above_the_table_and_its_last_state_stays(screen: Screen) -> None:
    table = table_on(screen)
    screen.stream.write("before\n")
    table.start()
    screen.await_text("no change yet")
    with table.aside(), table.aside():
        screen.stream.write("output of a command\n")
        screen.stream.flush()
        table.show(rule("sync"), SYNCED)
    table.show(rule("sync"), SYNCED)
    screen.await_text("a.txt synced in 20ms")
    table.stop()
    table.stop()
    screen.stream.write("after\n")
    text = screen.close()
    lines = [line.split("  ") for line in render(text, width=WIDTH)]
    assert [line[0] for line in lines] == ["before", "output of a command", "✔ web", "watch shop", "after", ""]
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "the cursor is shown again"


def test_a_terminal_made_narrower_keeps_one_table(screen: Screen) -> None:
    table = table_on(screen)
    screen.stream.write("before\n")
    table.start()
    table.show(rule("sync"), SYNCED)
    screen.await_text(" now\r\nwatch shop  1 rule")
    before = screen.text  # nothing moves, so nothing more is drawn
    screen.resize(WIDTH // 2)
    table.show(rule("sync"), Effect(phase=Phase.DONE, changed=2))
    screen.await_text("2 files synced")
    table.stop()
    # What a terminal does that folds the lines it holds anew when it is made narrower.
    folded = render(before, width=WIDTH)
    lines = [line[at : at + WIDTH // 2] for line in folded for at in range(0, max(len(line), 1), WIDTH // 2)]
    text = screen.close()[len(before) :]
    assert [line.split("  ")[0] for line in render("\r\n".join(lines) + text, width=WIDTH // 2)] == [
        *("before", "✔ web", "watch shop", "")
    ]


def test_all_rules_are_there_at_the_end(screen: Screen) -> None:
    rules = [rule("sync", number) for number in range(2 * HEIGHT)]
    table = table_on(screen, *rules)
    table.start()
    screen.await_text("more rules")
    table.stop()
    lines = render(screen.close(), width=WIDTH)
    assert len([line for line in lines if line.startswith("· web")]) == len(rules)


def test_a_terminal_that_goes_away_ends_only_the_table() -> None:
    ended = False
    master, slave = os.openpty()
    with suppress(OSError), os.fdopen(slave, "w", encoding="utf-8") as stream:
        table = WatchTable(stream, RuleRows([RuleRow(rule("sync"), "src")], title="watch shop", clock=Clock()))
        table.start()
        os.close(master)
        table.show(rule("sync"), SYNCED)
        with table.aside():
            table.show(rule("sync"), NOTHING)
        table.stop()
        ended = True
    assert ended
