"""A run's events as one entry an object."""

from __future__ import annotations

from composer.events.record import Entry, Run
from composer.events.recorder import Recorder
from composer.events.types import (
    Failure,
    RunFinished,
    RunResult,
    RunStarted,
    StepFinished,
    StepOutcome,
)
from composer.plan.actions import StepId
from composer.plan.plan import Plan
from tests.support.runs import PLAN, STEPS, ended


def recorded(*ends: StepFinished, result: RunResult | None = None, plan: Plan = PLAN) -> Run:
    recorder = Recorder(began=100.0, engine="unix:///x", working_dir="/srv")
    recorder(RunStarted(0.0, "up", "shop", plan))
    for end in ends:
        recorder(end)
    assert recorder.run is None
    recorder(RunFinished(9.0, result or RunResult(ok=True, seconds=9.0)))
    assert recorder.run is not None
    return recorder.run


def entry(run: Run, name: str) -> Entry:
    return next(one for one in run.entries if one.name == name)


ALL = tuple(ended(float(index), name) for index, name in enumerate(STEPS))


def test_an_entry_an_object_in_the_plans_order() -> None:
    run = recorded(*ALL)
    assert [(one.kind, one.name, one.did, one.outcome) for one in run.entries] == [
        ("network", "shop_default", "created", "succeeded"),
        ("volume", "shop_data", "created", "succeeded"),
        ("image", "web:1", "pulled", "succeeded"),
        ("container", "shop-db-1", "created", "succeeded"),
        ("container", "shop-migrate-1", "created", "succeeded"),
        ("container", "shop-web-1", "created", "succeeded"),
        ("container", "shop-web-2", "created", "succeeded"),
        ("container", "shop-proxy-1", "recreated", "succeeded"),
    ]
    assert entry(run, "shop-proxy-1") == Entry(
        kind="container",
        name="shop-proxy-1",
        service="proxy",
        did="recreated",
        cause="config-changed",
        detail="hash 1111 → 2222",
        after=17.0,
    )
    assert (run.verb, run.project, run.began, run.seconds, run.engine, run.working_dir) == (
        "up",
        "shop",
        100.0,
        9.0,
        "unix:///x",
        "/srv",
    )


def test_what_was_waited_for() -> None:
    run = recorded(
        ended(1.0, "create:db-1"), ended(2.0, "start:db-1"), ended(5.0, "wait:db", detail="healthy (engine)")
    )
    assert (entry(run, "shop-db-1").ready, entry(run, "shop-db-1").after) == ("healthy (engine)", 5.0)


def test_how_it_ended() -> None:
    failure = Failure(StepId("wait:db"), "db", "shop-db-1", "db exited with 3", exit_code=3)
    run = recorded(
        ended(1.0, "create:db-1"),
        ended(2.0, "start:db-1"),
        ended(3.0, "wait:db", StepOutcome.FAILED, "exited"),
        ended(3.0, "start:web-1", StepOutcome.SKIPPED, "wait:db"),
        ended(4.0, "pull:web:1", StepOutcome.WARNED, "no such host; token=word"),
        result=RunResult(ok=False, failures=(failure,)),
    )
    db, web = entry(run, "shop-db-1"), entry(run, "shop-web-1")
    assert (db.outcome, db.message, db.exit_code, db.ready) == ("failed", "db exited with 3", 3, "")
    assert (web.outcome, web.message) == ("skipped", "wait:db")
    assert entry(run, "shop-proxy-1").outcome == "cancelled"
    assert entry(run, "web:1").message == "(not kept: it may show a credential)"
    assert not run.ok


def test_a_failure_of_what_was_only_waited_for() -> None:
    failure = Failure(StepId("wait:cache"), "cache", "shop-cache-1", "cache is not healthy")
    run = recorded(*ALL, result=RunResult(ok=False, failures=(failure,)))
    assert run.entries[-1] == Entry(
        kind="container", name="shop-cache-1", service="cache", outcome="failed", message="cache is not healthy"
    )
