from __future__ import annotations

import pytest

from composer.events.types import StepOutcome
from composer.execute.board import Board, Ended, kind_of
from composer.execute.policy import LIMITS, Kind
from composer.model.dependency import Condition
from composer.plan.actions import Action, PullImage, RemoveVolume, ReplicaId, StartContainer, StepId, WaitFor
from composer.plan.plan import Step
from composer.plan.reasons import Cause, Hold, HoldKind, Reason

OK, FAILED = StepOutcome.SUCCEEDED, StepOutcome.FAILED


def step(name: str, after: str = "", *, loose: str = "", always: bool = False, action: Action | None = None) -> Step:
    return Step(
        StepId(name),
        action or RemoveVolume(name),
        Reason(Cause.REQUESTED),
        frozenset(StepId(one) for one in after.split()),
        frozenset(StepId(one) for one in loose.split()),
        always=always,
    )


def take(board: Board) -> list[str]:
    return [one.id for one in board.take()]


def ended(board: Board) -> list[tuple[str, StepOutcome, str]]:
    return [(one.step.id, one.outcome, one.because) for one in board.drain()]


def test_steps_run_as_soon_as_their_predecessors_succeeded() -> None:
    board = Board([step("a"), step("b", "a"), step("c"), step("d", "b c")], LIMITS)
    assert take(board) == ["a", "c"]
    board.end(StepId("a"), OK)
    assert take(board) == ["b"]
    board.end(StepId("b"), OK)
    assert take(board) == []
    board.end(StepId("c"), OK)
    assert take(board) == ["d"]
    board.end(StepId("d"), OK)
    assert board.done


def test_the_longest_remaining_way_goes_first() -> None:
    board = Board([step("short"), step("head"), step("mid", "head"), step("tail", "mid")], {**LIMITS, Kind.CALL: 1})
    assert take(board) == ["head"]


def test_each_kind_has_its_own_limit() -> None:
    pulls = [step(f"pull{n}", action=PullImage(f"i{n}", None, ())) for n in range(3)]
    board = Board([*pulls, step("call")], {Kind.PULL: 2, Kind.CALL: 1, Kind.STOP: 1})
    assert take(board) == ["pull0", "pull1", "call"]
    assert board.held() == [("pull2", (Hold(HoldKind.LIMIT, "pull"),))]
    board.end(StepId("pull1"), OK)
    assert take(board) == ["pull2"]


def test_a_failure_skips_dependents_down_to_the_last_and_names_the_cause() -> None:
    board = Board([step("a"), step("b", "a"), step("c", "b"), step("other")], LIMITS)
    board.take()
    board.end(StepId("a"), FAILED)
    assert ended(board) == [
        ("a", FAILED, ""),
        ("b", StepOutcome.SKIPPED, "a"),
        ("c", StepOutcome.SKIPPED, "a"),
    ]
    assert not board.done


def test_after_any_and_always_go_on_after_a_failure() -> None:
    board = Board([step("a"), step("loose", loose="a"), step("always", "a", always=True), step("needs", "a")], LIMITS)
    board.take()
    board.end(StepId("a"), FAILED)
    assert take(board) == ["loose", "always"]


def test_a_warning_counts_as_success_for_dependents() -> None:
    board = Board([step("a"), step("b", "a")], LIMITS)
    board.take()
    board.end(StepId("a"), StepOutcome.WARNED)
    assert take(board) == ["b"]


def test_halt_cancels_what_has_not_started_except_clean_up() -> None:
    board = Board([step("running"), step("next", "running"), step("clean", "next", always=True)], LIMITS)
    board.take()
    board.halt()
    assert ended(board) == [("next", StepOutcome.CANCELLED, "")]
    assert take(board) == ["clean"]
    board.end(StepId("running"), OK)
    board.end(StepId("clean"), OK)
    assert board.done


def test_halt_can_give_up_clean_up_too() -> None:
    board = Board([step("running"), step("clean", loose="running", always=True)], LIMITS)
    board.take()
    board.halt(also_always=True)
    assert ended(board) == [("clean", StepOutcome.CANCELLED, "")]


def test_holds_are_told_when_they_change() -> None:
    wait = step("wait:db", action=WaitFor("db", Condition.HEALTHY, (ReplicaId("db", 1),)))
    board = Board([wait, step("create"), step("start", "wait:db create")], LIMITS)
    board.take()
    on_db = Hold(HoldKind.CONDITION, "db", "service_healthy")
    assert board.held() == [("start", (Hold(HoldKind.STEP, "create"), on_db))]
    assert board.held() == []
    board.end(StepId("create"), OK)
    assert board.held() == [("start", (on_db,))]


def test_an_end_is_told_once() -> None:
    only = step("a")
    board = Board([only], LIMITS)
    board.take()
    board.end(StepId("a"), OK)
    board.end(StepId("a"), FAILED)
    assert board.drain() == [Ended(only, OK)]
    assert board.outcomes() == (("a", OK),)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([step("a", "b"), step("b", "a")], "in a circle"),
        ([step("a", "nowhere")], "which is not in the plan"),
    ],
)
def test_an_impossible_plan_is_refused(steps: list[Step], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Board(steps, LIMITS)


def test_kinds() -> None:
    assert kind_of(WaitFor("db", None, ())) is None
    assert kind_of(StartContainer(ReplicaId("db", 1))) is Kind.CALL
