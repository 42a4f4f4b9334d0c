"""The live view on a real pseudo-terminal: what a person sees, and what is left when it ends."""

from __future__ import annotations

import io

from composer.events.types import Event, RunFinished, RunResult, RunStarted, StepFinished, StepOutcome
from composer.plan.actions import ReplicaId
from composer.plan.plan import Plan
from composer.views.live import LiveView
from tests.support.live_screen import HEIGHT, WIDTH, Screen
from tests.support.runs import FAILED, OPENING, SUCCESS, creating, starting
from tests.support.terminal import render


def still() -> float:
    """A clock that stands, so that frames differ by events only."""
    return 100.0


def play(view: LiveView, *events: Event) -> None:
    for event in events:
        view(event)


def final(*events: Event) -> list[str]:
    """What a run leaves on a stream that is no terminal: its last frame."""
    stream = io.StringIO()
    view = LiveView(stream, colour=False, clock=still)
    view.start()
    play(view, *events)
    view.stop()
    return stream.getvalue().splitlines()


def test_without_a_terminal_only_the_end_is_written() -> None:
    assert final(*SUCCESS) == [
        "✔ db       healthy      own probe                                          1.4s",
        "✔ cache    running      unchanged",
        "✔ migrate  exited 0                                                        2.3s",
        "✔ web-1    running                                                         2.6s",
        "✔ web-2    running                                                         2.6s",
        "✔ proxy    running                                                         2.7s",
        "up shop  6/6 ready  2.8s  · 1 network · 1 volume · 1 image",
    ]


def test_the_view_is_redrawn_in_place_and_its_end_stays(screen: Screen) -> None:
    view = LiveView(screen.stream, clock=still)
    screen.stream.write("before\n")
    view.start()
    play(view, *OPENING)
    screen.await_text("probing 2/5")
    play(view, *SUCCESS[len(OPENING) :])
    screen.await_text("6/6 ready")
    view.stop()
    screen.stream.write("after\n")
    text = screen.close()
    lines = render(text, width=WIDTH)
    assert lines[0] == "before"
    assert [line.split() for line in lines[1:8]] == [line.split() for line in final(*SUCCESS)]
    assert lines[8:] == ["after", ""]
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "the cursor is shown again"


def test_a_failed_run_stays_readable(screen: Screen) -> None:
    view = LiveView(screen.stream, clock=still)
    view.start()
    play(view, *OPENING)
    screen.await_text("probing 2/5")
    play(view, *FAILED[len(OPENING) :])
    view.stop()
    lines = render(screen.close(), width=WIDTH)
    assert [line.split()[:3] for line in lines[:2]] == [["✘", "db", "unhealthy"], ["✔", "cache", "running"]]


def test_more_rows_than_the_screen_has_are_all_there_at_the_end(screen: Screen) -> None:
    replicas = [ReplicaId(f"s{number:02}", 1) for number in range(2 * HEIGHT)]
    steps = [made for replica in replicas for made in (creating(replica), starting(replica))]
    view = LiveView(screen.stream, clock=still)
    view.start()
    play(view, RunStarted(0.0, "up", "big", Plan(tuple(steps))))
    screen.await_text("15 more waiting")
    play(view, *(StepFinished(1.0, made, StepOutcome.SUCCEEDED) for made in steps), RunFinished(1.0, RunResult(True)))
    view.stop()
    lines = render(screen.close(), width=WIDTH)
    shown = [line for line in lines if line.startswith("✔ ")]
    assert shown == [f"✔ s{number:02}  running" for number in range(2 * HEIGHT)]
    assert lines[-2:] == ["up big  24/24 ready  1.0s", ""]


def test_a_run_that_is_over_at_once_leaves_its_end(screen: Screen) -> None:
    view = LiveView(screen.stream, colour=False, clock=still)
    view.start()
    play(view, *SUCCESS)
    view.stop()
    view.stop()
    lines = render(screen.close(), width=WIDTH)
    assert [line.split() for line in lines] == [*(line.split() for line in final(*SUCCESS)), []]


def test_a_view_that_saw_nothing_writes_nothing(screen: Screen) -> None:
    view = LiveView(screen.stream)
    view.start()
    view.stop()
    assert screen.close() == ""


def test_a_view_can_be_used_again(screen: Screen) -> None:
    view = LiveView(screen.stream, clock=still)
    for _ in range(2):
        view.start()
        play(view, *OPENING)
        screen.await_text("probing 2/5")
        view.stop()
    assert sum(line.startswith("up shop") for line in render(screen.close(), width=WIDTH)) == 2
