"""Pulls and pushes in every view: images, layers, what is left out, another attempt."""

from __future__ import annotations

import io
import json

from composer.events.types import (
    Event,
    Layer,
    RunFinished,
    RunResult,
    RunStarted,
    StepFinished,
    StepOutcome,
    StepProgress,
    StepRetried,
    StepStarted,
)
from composer.plan.actions import PullImage, PushImage
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.views.json import JsonView
from composer.views.layout import layout
from composer.views.live import frame_text
from composer.views.plain import PlainView
from composer.views.plan import plan_text
from composer.views.state import ViewState
from tests.support.runs import OPENING, step

REQUESTED = Reason(Cause.REQUESTED)
APP = step("pull:app:1", PullImage("app:1", None, ("web", "api")), REQUESTED)
DB = step("pull:db", PullImage("db", None, ("db",)), REQUESTED)
PUSH = step("push:app:1", PushImage("app:1", ("web",)), REQUESTED)
PLAN = Plan((APP, DB), service_order=("db", "web", "api", "job"), skipped={"job": "Image can be built"})
DOWNLOADING = (
    Layer("aaaaaaaaaaaa", "Already exists"),
    Layer("bbbbbbbbbbbb", "Downloading", 12_000_000, 40_000_000),
    Layer("cccccccccccc", "Waiting"),
)
EXTRACTING = (
    Layer("aaaaaaaaaaaa", "Already exists"),
    Layer("bbbbbbbbbbbb", "Extracting", 20_000_000, 40_000_000),
    Layer("cccccccccccc", "Pull complete"),
)
BEGUN: tuple[Event, ...] = (
    RunStarted(0.0, "pull", "shop", PLAN),
    StepStarted(0.0, APP),
    StepStarted(0.0, DB),
    StepProgress(0.2, APP.id, "1 of 3 layers", 12_000_000, 40_000_000, DOWNLOADING),
)
ENDED: tuple[Event, ...] = (
    *BEGUN,
    StepProgress(1.0, APP.id, "2 of 3 layers, extracting", 40_000_000, 40_000_000, EXTRACTING),
    StepFinished(1.5, APP, StepOutcome.SUCCEEDED, "pulled", 1.5),
    StepFinished(2.0, DB, StepOutcome.WARNED, "manifest unknown", 2.0),
    RunFinished(2.0, RunResult(ok=True)),
)


def frame(*events: Event, now: float, columns: int = 77, lines: int | None = None) -> str:
    state = ViewState()
    for event in events:
        state.apply(event)
    return frame_text(layout(state, now=now, columns=columns, lines=lines), colour=False)


def plain(*events: Event) -> list[str]:
    stream = io.StringIO()
    view = PlainView(stream)
    for event in events:
        view(event)
    return stream.getvalue().splitlines()


def objects(*events: Event) -> list[dict[str, object]]:
    stream = io.StringIO()
    view = JsonView(stream)
    for event in events:
        view(event)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_the_live_view_of_a_pull() -> None:
    assert (
        frame(*BEGUN, now=0.5)
        == """\
⠴ web, api  pulling      1 of 3 layers, 12MB/40MB                        0.5s
⠴ db        pulling                                                      0.5s
✔ job       skipped      Image can be built
  bbbbbbbbbbbb  downloading  ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌  12MB/40MB
pull shop  1/3 pulled  0.5s  · 0/2 images
"""
    )
    assert (
        frame(*ENDED[:5], now=1.2)
        == """\
⠹ web, api  pulling      2 of 3 layers, extracting, 40MB/40MB            1.2s
⠹ db        pulling                                                      1.2s
✔ job       skipped      Image can be built
  bbbbbbbbbbbb  extracting   ━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌  20MB/40MB
pull shop  1/3 pulled  1.2s  · 0/2 images
"""
    )


def test_the_live_view_of_a_pull_at_its_end() -> None:
    assert (
        frame(*ENDED, now=2.0)
        == """\
✔ web, api  pulled                                                       1.5s
- db        failed       manifest unknown
✔ job       skipped      Image can be built
pull shop  2/3 pulled  2.0s  · 1 left · 1/2 images
"""
    )


def test_layers_take_only_what_room_there_is() -> None:
    assert frame(*BEGUN, now=0.5, lines=4).count("downloading") == 0
    assert frame(*BEGUN, now=0.5, lines=5).count("downloading") == 1
    narrow = frame(*BEGUN, now=0.5, columns=30)
    assert "  bbbbbbbbbbbb  downloading  …" in narrow
    assert max(map(len, narrow.splitlines())) <= 30


def test_an_up_shows_the_layers_of_its_pulls_too() -> None:
    pull = next(event.step for event in OPENING if isinstance(event, StepStarted) and event.step.kind == "pull")
    progress = StepProgress(0.4, pull.id, "1 of 3 layers", 12_000_000, 40_000_000, DOWNLOADING)
    lines = frame(*OPENING, progress, now=0.8).splitlines()
    assert lines[-2:] == [
        "  bbbbbbbbbbbb  downloading  ━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌  12MB/40MB",
        "up shop  1/6 ready  0.8s  · 1 network · 1 volume · 0/1 image",
    ]


def test_plain_lines() -> None:
    assert plain(*ENDED) == [
        " job Skipped - Image can be built ",
        " web Pulling ",
        " api Pulling ",
        " db Pulling ",
        " aaaaaaaaaaaa Already exists ",
        " cccccccccccc Pull complete ",
        " web Pulled ",
        " api Pulled ",
        " db Error  manifest unknown",
    ]


def test_a_push_in_plain_lines() -> None:
    layers = (Layer("aaaaaaaaaaaa", "Pushed"), Layer("bbbbbbbbbbbb", "Mounted from x"), Layer("c", "Pushing", 1, 2))
    run = RunStarted(0.0, "push", "shop", Plan((PUSH,), skipped={"db": ""}))
    progress = StepProgress(0.1, PUSH.id, "2 of 3 layers", 1, 2, layers)
    later = StepProgress(6.0, PUSH.id, "2 of 3 layers", 1, 2, layers)
    assert plain(run, StepStarted(0.0, PUSH), progress, later, StepFinished(7.0, PUSH, StepOutcome.SUCCEEDED)) == [
        " db Skipped ",
        " web Pushing ",
        " aaaaaaaaaaaa Pushed ",
        " bbbbbbbbbbbb Mounted from x ",
        " web Pushing 2 of 3 layers, 1B/2B",
        " web Pushed ",
    ]


def test_another_attempt_is_told_everywhere() -> None:
    retried = StepRetried(0.5, APP.id, "unexpected EOF", 2, 3, 1.0)
    assert plain(*BEGUN, retried)[-2:] == [
        f" {service} Retrying  unexpected EOF: attempt 2 of 3 in 1s" for service in ("web", "api")
    ]
    assert objects(*BEGUN, retried)[-1] == {
        "id": "api",
        "text": "Retrying",
        "detail": "unexpected EOF",
        "attempt": 2,
        "of": 3,
        "seconds": 1.0,
        "time": 0.5,
        "step": "pull:app:1",
    }
    assert frame(*BEGUN, retried, now=0.6).splitlines()[0] == (
        "⠦ web, api  pulling      unexpected EOF: attempt 2 of 3 in 1s            0.6s"
    )


def test_layers_as_objects() -> None:
    told = objects(*ENDED)
    assert told[1] == {"id": "job", "text": "Skipped - Image can be built", "time": 0.0}
    layers = [
        {key: value for key, value in one.items() if key not in ("time", "step")} for one in told if "parent_id" in one
    ]
    assert layers == [
        {"id": "aaaaaaaaaaaa", "parent_id": "web", "text": "Already exists", "percent": 100},
        {
            "id": "bbbbbbbbbbbb",
            "parent_id": "web",
            "text": "Downloading",
            "status": "12MB/40MB",
            "current": 12_000_000,
            "total": 40_000_000,
            "percent": 30,
        },
        {"id": "cccccccccccc", "parent_id": "web", "text": "Waiting"},
        {
            "id": "bbbbbbbbbbbb",
            "parent_id": "web",
            "text": "Extracting",
            "status": "20MB/40MB",
            "current": 20_000_000,
            "total": 40_000_000,
            "percent": 50,
        },
        {"id": "cccccccccccc", "parent_id": "web", "text": "Pull complete", "percent": 100},
    ]


def test_a_dry_run() -> None:
    assert plan_text(Plan((APP, PUSH)), verb="push", project="shop").splitlines() == [
        "Dry run: push of shop would do this:",
        "  ↓ pull image app:1 for web, api  asked for",
        "  ↑ push image app:1 for web       asked for",
        "1 to pull, 1 to push. Nothing was changed.",
    ]
