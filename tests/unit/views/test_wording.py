"""Words and numbers of the views."""

from __future__ import annotations

import pytest

from composer.events.types import Warned
from composer.model.dependency import Condition
from composer.plan.change import Change
from composer.plan.reasons import Cause, Hold, HoldKind, Reason
from composer.plan.subjects import container_names
from composer.views.numbers import count_text, duration_text, pull_text, size_text
from composer.views.quiet import QuietView
from composer.views.wording import CAUSES, condition_text, hold_text, reason_text
from tests.support.runs import CACHE, DB, PLAN, PROXY, SUCCESS


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0s"), (-1, "0.0s"), (59.94, "59.9s"), (59.96, "1m00s"), (125.4, "2m05s"), (3600, "1h00m"), (7325, "2h02m")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0B"), (999, "999B"), (1500, "1.5kB"), (1985502, "1.99MB"), (5 * 10**12, "5TB"), (12345 * 10**12, "12345TB")],
)
def test_sizes(count: int, text: str) -> None:
    assert size_text(count) == text


def test_every_cause_has_words() -> None:
    assert set(CAUSES) == set(Cause)
    assert reason_text(Reason(Cause.IMAGE_CHANGED, "a → b")) == "its image changed: a → b"
    assert reason_text(Reason(Cause.FORCED)) == "forced"
    changes = (Change("environment.LOG", "info", "debug"), Change("image", "a\x1b[1m", "b"), Change("user", None, "1"))
    told = "its configuration changed: environment.LOG info → debug; image a[1m → b; 1 more"
    assert reason_text(Reason(Cause.CONFIG_CHANGED, changes=changes)) == told
    assert reason_text(Reason(Cause.CONFIG_CHANGED, "made by x", changes[2:])).endswith(": made by x; user + 1")


def test_conditions_in_short() -> None:
    texts = [condition_text(condition) for condition in (*Condition, None, "service_healthy", "odd")]
    assert texts == ["started", "healthy", "completed", "running or healthy", "healthy", "odd"]


def test_holds() -> None:
    assert hold_text(Hold(HoldKind.CONDITION, "db", "service_healthy")) == "db: healthy"
    assert hold_text(Hold(HoldKind.CONDITION, "db")) == "db"
    assert hold_text(Hold(HoldKind.STEP, "create:db-1")) == "create:db-1"
    assert hold_text(Hold(HoldKind.LIMIT, "pull")) == "other pulls to end"


def test_a_pull_with_and_without_bytes() -> None:
    assert pull_text("1 of 3 layers", 12_000_000, 40_000_000) == "1 of 3 layers, 12MB/40MB"
    assert pull_text("Waiting", 0, 0) == "Waiting"
    assert pull_text("", 1, 2) == "1B/2B"


def test_counts() -> None:
    assert [count_text(number, "service") for number in (0, 1, 2)] == ["0 services", "1 service", "2 services"]


def test_names_of_containers_that_stay_and_of_those_to_come() -> None:
    names = container_names(PLAN)
    assert {names[replica] for replica in (CACHE, DB, PROXY)} == {"shop-cache-1", "shop-db-1", "shop-proxy-1"}


def test_quiet_tells_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    import sys  # noqa: PLC0415 - the captured stream of this test

    view = QuietView(sys.stderr)
    view.start()
    for event in (*SUCCESS, Warned(1.0, "careful")):
        view(event)
    view.stop()
    assert capsys.readouterr().err == "Warning: careful\n"
