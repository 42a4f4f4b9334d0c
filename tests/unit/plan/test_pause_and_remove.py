"""`pause`, `unpause`, `rm`: existing containers, with and without a file."""

from __future__ import annotations

import pytest

from composer.errors import PlanError
from composer.plan.actions import RemoveContainer
from composer.plan.options import RemoveOptions, StartOptions, UpOptions
from composer.plan.pause import plan_pause, plan_unpause
from composer.plan.remove import plan_remove
from composer.plan.start import plan_start
from composer.plan.up import plan_up
from tests.support.build import created, exited, healthy, observed, one_off, project, running
from tests.support.golden import assert_plan, ids

SHOP = project("web -> db:healthy!; db; batch -> db")
SEEN = observed(SHOP, running("web-1"), running("web-2"), healthy("db-1"), exited("batch-1"), one_off("web"))


def test_pause_goes_backwards_and_leaves_what_has_ended() -> None:
    plan = plan_pause(SHOP, SEEN)
    assert_plan(
        plan,
        """
        pause:web-1  requested
        pause:web-2  requested
        pause:db-1  [once ended pause:web-1, pause:web-2]  requested
        """,
    )
    assert plan_pause(None, SEEN).to_text() == plan.to_text()
    assert plan.to_json()["summary"] == {"pause": 3}


def test_unpause_goes_forwards() -> None:
    plan = plan_unpause(SHOP, SEEN)
    assert_plan(
        plan,
        """
        unpause:db-1  requested
        unpause:web-1  [once ended unpause:db-1]  requested
        unpause:web-2  [once ended unpause:db-1]  requested
        """,
    )
    assert ids(plan_unpause(None, SEEN, ("db", "gone"))) == ["unpause:db-1"]


def test_what_is_paused_is_not_brought_up_behind_the_back_of_whoever_paused_it() -> None:
    seen = observed(SHOP, running("web-1", state="paused"), running("db-1", state="paused"), exited("batch-1"))
    told = "demo-db-1, demo-web-1 are paused"
    with pytest.raises(PlanError, match=told) as refused:
        plan_up(SHOP, seen, UpOptions())
    assert refused.value.hint == "`composer unpause db web` lets them go on"
    for project_or_none in (SHOP, None):
        with pytest.raises(PlanError, match=told):
            plan_start(project_or_none, seen, StartOptions())
    with pytest.raises(PlanError, match=r"^demo-db-1 is paused$"):
        plan_up(SHOP, seen, UpOptions(services=("batch",)))
    assert ids(plan_up(SHOP, seen, UpOptions(services=("batch",), no_deps=True))) == ["start:batch-1"]
    assert ids(plan_up(SHOP, seen, UpOptions(start=False))) == []
    assert "start:web-1" in ids(plan_up(SHOP, seen, UpOptions(recreate="force")))


def test_removal_takes_what_does_not_run() -> None:
    seen = observed(SHOP, running("web-1"), created("web-2"), healthy("db-1"), exited("batch-1"), one_off("web"))
    plan = plan_remove(SHOP, seen, RemoveOptions())
    assert_plan(
        plan,
        """
        remove:batch-1  requested
        remove:web-2  requested
        """,
    )
    assert sorted(ids(plan_remove(None, seen, RemoveOptions()))) == sorted(ids(plan))
    assert ids(plan_remove(SHOP, seen, RemoveOptions(services=("db",)))) == []


def test_removal_stops_dependents_first() -> None:
    plan = plan_remove(SHOP, SEEN, RemoveOptions(services=("web", "db"), stop=True, volumes=True))
    assert_plan(
        plan,
        """
        stop:web-1  requested
        remove:web-1  [after stop:web-1]  requested
        stop:web-2  requested
        remove:web-2  [after stop:web-2]  requested
        stop:db-1  [once ended stop:web-1, stop:web-2]  requested
        remove:db-1  [after stop:db-1]  requested
        """,
    )
    removals = [step.action for step in plan.steps if isinstance(step.action, RemoveContainer)]
    assert [one.volumes for one in removals] == [True, True, True]


def test_a_service_nobody_knows() -> None:
    with pytest.raises(PlanError, match="no such service: gone"):
        plan_pause(SHOP, SEEN, ("gone",))
    with pytest.raises(PlanError, match="no such service: gone"):
        plan_remove(SHOP, SEEN, RemoveOptions(services=("gone",)))
