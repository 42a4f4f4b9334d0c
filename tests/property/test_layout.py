"""Frames and tables on any terminal: never wider, never higher, the same for the same events."""

from __future__ import annotations

from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.events.types import (
    BuildWent,
    ContainerChanged,
    Event,
    HookSaid,
    InterruptReceived,
    Layer,
    ProbeMade,
    RunFinished,
    RunResult,
    RunStarted,
    StepFinished,
    StepHeld,
    StepOutcome,
    StepProgress,
    StepRetried,
    StepStarted,
    Warned,
)
from composer.plan.actions import ReplicaId, StepId
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Hold, HoldKind
from composer.views.cells import clip, fill, width
from composer.views.layout import layout
from composer.views.rows import describe
from composer.views.state import ViewState
from composer.views.tables import table_text
from composer.views.watch_rows import RuleRow, watch_frame
from composer.watch.effects import Effect, Phase
from composer.watch.rules import Rule
from tests.support.runs import PLAN, STEPS, creating, starting

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
COLUMNS = st.integers(8, 200)
EXTRA = [ReplicaId("a-service-with-a-very-long-name-indeed", 1), ReplicaId("日本語", 12), ReplicaId("x", 1)]
ALL: tuple[Step, ...] = (*STEPS.values(), *(make(replica) for replica in EXTRA for make in (creating, starting)))
BIG = Plan(ALL, PLAN.unchanged, (), PLAN.service_order)
REPLICAS = st.sampled_from(
    [*(step.action.spec.replica for step in ALL if hasattr(step.action, "spec")), *PLAN.unchanged]
)
IDS = st.sampled_from([step.id for step in ALL]) | st.just(StepId("unknown"))
HOLDS = st.builds(Hold, st.sampled_from(HoldKind), IDS | st.sampled_from(["db", "web", "nobody"]), TEXTS)
AT = st.floats(0, 1e5)

STATUSES = st.sampled_from(["Downloading", "Extracting", "Pull complete", "Pushing", "Mounted from a"]) | TEXTS
LAYERS = st.lists(st.builds(Layer, TEXTS, STATUSES, st.integers(0, 9**9), st.integers(0, 9**9)), max_size=9).map(tuple)

EVENTS = st.lists(
    st.one_of(
        st.builds(StepHeld, AT, IDS, st.lists(HOLDS, max_size=4).map(tuple)),
        st.builds(StepStarted, AT, st.sampled_from(ALL)),
        st.builds(StepProgress, AT, IDS, TEXTS, st.integers(0, 9**9), st.integers(0, 9**9), LAYERS),
        st.builds(StepRetried, AT, IDS, TEXTS, st.integers(2, 9), st.integers(2, 9), AT),
        st.builds(
            BuildWent,
            AT,
            IDS,
            st.integers(1, 99),
            TEXTS,
            st.sampled_from(["started", "cached", "done", "failed", "output", "progress"]),
            TEXTS,
            AT,
            st.integers(0, 9**9),
            st.integers(0, 9**9),
        ),
        st.builds(StepFinished, AT, st.sampled_from(ALL), st.sampled_from(StepOutcome), TEXTS, AT),
        st.builds(
            ContainerChanged,
            AT,
            REPLICAS,
            TEXTS,
            st.sampled_from(["created", "running", "paused", "restarting", "exited", "dead", "gone"]),
            st.sampled_from(["", "starting", "healthy", "unhealthy"]),
            st.none() | st.integers(0, 255),
        ),
        st.builds(
            ProbeMade, AT, REPLICAS, st.booleans(), st.integers(-1, 255), TEXTS, st.integers(1, 99), st.integers(0, 9)
        ),
        st.builds(HookSaid, AT, IDS, REPLICAS, st.binary()),
        st.builds(InterruptReceived, AT, st.integers(1, 3)),
        st.builds(Warned, AT, TEXTS),
        st.builds(RunFinished, AT, st.just(RunResult(True))),
    ),
    max_size=40,
)


def seen(events: list[Event]) -> ViewState:
    state = ViewState()
    state.apply(RunStarted(0.0, "up", "shop", BIG))
    for event in events:
        state.apply(event)
    return state


def test_every_kind_of_event_is_tried() -> None:
    assert len(get_args(Event)) == 13


@settings(max_examples=200, deadline=None)
@given(EVENTS, COLUMNS, st.none() | st.integers(1, 60), AT)
def test_a_frame_fits_the_screen(events: list[Event], columns: int, lines: int | None, now: float) -> None:
    frame = layout(seen(events), now=now, columns=columns, lines=lines)
    assert max(sum(width(text) for text, _ in line) for line in frame) <= columns
    assert lines is None or len(frame) <= lines
    assert all(text.isprintable() for line in frame for text, _ in line)


@settings(max_examples=50, deadline=None)
@given(EVENTS, COLUMNS)
def test_the_same_events_give_the_same_frame(events: list[Event], columns: int) -> None:
    first = layout(seen(events), now=1.0, columns=columns, lines=24)
    assert first == layout(seen(events), now=1.0, columns=columns, lines=24)


@settings(max_examples=100, deadline=None)
@given(EVENTS)
def test_every_replica_is_described(events: list[Event]) -> None:
    state = seen(events)
    assert all(describe(state, row).word for row in state.rows.values())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=5), COLUMNS)
def test_a_table_fits_the_screen(rows: list[tuple[str, str, str]], columns: int) -> None:
    text = table_text(("NAME", "STATUS", "PORTS"), rows, columns=columns, dispensable=("PORTS",))
    assert max(width(line) for line in text.split("\n")) <= columns


@given(TEXTS.filter(str.isprintable), st.integers(0, 80))
def test_cutting_and_padding(text: str, columns: int) -> None:
    assert width(clip(text, columns)) <= columns
    assert width(fill(text, columns)) == columns
    assert clip(text, width(text)) == text


RULES = st.builds(Rule, service=TEXTS, number=st.just(0), action=st.sampled_from(["sync", "sync+exec"]), path=TEXTS)
EFFECTS = st.builds(
    Effect,
    phase=st.sampled_from(Phase),
    changed=st.integers(0, 9999),
    gone=st.integers(0, 9999),
    name=TEXTS,
    seconds=AT,
    error=TEXTS,
)
RULE_ROWS = st.lists(st.builds(RuleRow, RULES, TEXTS, EFFECTS, AT), min_size=1, max_size=8)


@settings(max_examples=200, deadline=None)
@given(RULE_ROWS, COLUMNS, st.none() | st.integers(1, 12), AT)
def test_a_table_of_watched_rules_fits_the_screen(
    rows: list[RuleRow], columns: int, lines: int | None, now: float
) -> None:
    frame = watch_frame(rows, title="watch shop", now=now, columns=columns, lines=lines)
    assert max(sum(width(text) for text, _ in line) for line in frame) <= columns
    assert len(frame) == len(rows) + 1 if lines is None else len(frame) <= lines
    assert all(text.isprintable() for line in frame for text, _ in line)
