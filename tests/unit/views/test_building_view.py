"""A build in words."""

from __future__ import annotations

import pytest

from composer.events.types import BuildWent
from composer.plan.actions import StepId
from composer.views.building import build_object, live_note, plain_lines


def went(state: str, text: str = "", duration: float = 0.0, current: int = 0, total: int = 0) -> BuildWent:
    return BuildWent(1.23456, StepId("build:web"), 3, "[2/3] RUN make\tall", state, text, duration, current, total)


@pytest.mark.parametrize(
    ("event", "note", "lines"),
    [
        (went("started"), "[2/3] RUN make all", [" web #3 [2/3] RUN make all"]),
        (went("cached"), "[2/3] RUN make all, cached", [" web #3 CACHED"]),
        (went("done", duration=2), "[2/3] RUN make all", [" web #3 DONE 2.0s"]),
        (went("failed", "exit code: 1"), "[2/3] RUN make all, failed", [" web #3 ERROR exit code: 1"]),
        (went("output", "\x1b[1mhi"), "[2/3] RUN make all", [" web #3 [1mhi"]),
        (went("warning", "odd (line 2)"), "[2/3] RUN make all", [" web WARNING odd (line 2)"]),
        (went("progress", "sending", current=2000), "[2/3] RUN make all, sending 2kB", []),
        (went("progress", "sending", current=1, total=5), "[2/3] RUN make all, sending 1B/5B", []),
    ],
)
def test_words(event: BuildWent, note: str, lines: list[str]) -> None:
    assert (live_note(event), plain_lines(event)) == (note, lines)


def test_before_anything_is_known() -> None:
    assert live_note(None) == ""


def test_objects() -> None:
    common = {"event": "build", "step": "build:web", "part": 3, "name": "[2/3] RUN make\tall", "time": 1.235}
    assert build_object(went("started")) == {**common, "state": "started"}
    assert build_object(went("failed", "no", 1.5)) == {**common, "state": "failed", "text": "no", "duration": 1.5}
    assert build_object(went("progress", "x", current=1, total=2)) == {
        **common, "state": "progress", "text": "x", "current": 1, "total": 2,
    }  # fmt: skip
