"""What a builder tells, as parts of a build."""

from __future__ import annotations

from composer.engine.port import BuildOutput, BuildTransfer, BuildUpdate, BuildVertex, BuildWarning
from composer.execute.building import BuildParts
from composer.execute.commands import BuildTold
from composer.plan.actions import StepId

STEP = StepId("build:web")
S = 1_000_000_000


def told(*updates: BuildUpdate, clock: list[float] | None = None) -> list[BuildTold]:
    times = iter(clock or [float(n) for n in range(100)])
    parts = BuildParts(STEP, lambda: next(times))
    return [each for update in updates for each in parts.add(update)]


def part(number: int, name: str, state: str, text: str = "", **more: float) -> BuildTold:
    return BuildTold(STEP, number, name, state, text, **more)  # type: ignore[arg-type]


def test_a_part_begins_once_and_ends_once_though_the_builder_takes_it_up_again() -> None:
    assert told(
        BuildVertex("b", "[2/2] RUN"),
        BuildVertex("a", "[1/2] FROM", started=1 * S),
        BuildVertex("a", "[1/2] FROM", started=1 * S, completed=3 * S),
        BuildVertex("a", "[1/2] FROM", started=4 * S),
        BuildVertex("a", "[1/2] FROM", started=4 * S, completed=5 * S, cached=True),
        BuildVertex("b", "[2/2] RUN", started=5 * S, completed=5 * S, cached=True),
    ) == [
        part(1, "[1/2] FROM", "started"),
        part(1, "[1/2] FROM", "done", duration=2.0),
        part(2, "[2/2] RUN", "started"),
        part(2, "[2/2] RUN", "cached"),
    ]


def test_output_is_told_by_lines_the_last_one_when_the_part_ends() -> None:
    assert told(
        BuildVertex("a", "RUN", started=S),
        BuildOutput("a", 1, b"one\r\ntw"),
        BuildOutput("a", 2, b"o\nthree"),
        BuildOutput("nobody", 1, b"x\n"),
        BuildVertex("a", "RUN", started=S, completed=S, error="exit code: 1"),
    ) == [
        part(1, "RUN", "started"),
        part(1, "RUN", "output", "one"),
        part(1, "RUN", "output", "two"),
        part(1, "RUN", "output", "three"),
        part(1, "RUN", "failed", "exit code: 1"),
    ]


def test_bytes_are_told_now_and_then_and_at_the_end() -> None:
    def sent(current: int, *, is_over: bool = False) -> BuildTransfer:
        return BuildTransfer("a", "transferring context:", current=current, is_over=is_over)

    assert told(
        BuildVertex("a", "load", started=S),
        sent(1),
        sent(2),
        sent(3),
        sent(4, is_over=True),
        clock=[0.0, 0.1, 0.3, 0.31],
    ) == [
        part(1, "load", "started"),
        part(1, "load", "progress", "transferring context", current=1),
        part(1, "load", "progress", "transferring context", current=3),
        part(1, "load", "progress", "transferring context", current=4),
    ]


def test_remarks_belong_to_no_part() -> None:
    assert told(BuildWarning("bad casing (line 3)", line=3)) == told(BuildWarning("bad casing", line=3))
    assert told(BuildWarning("bad casing", line=3), BuildWarning("odd")) == [
        part(0, "", "warning", "bad casing (line 3)"),
        part(0, "", "warning", "odd"),
    ]
