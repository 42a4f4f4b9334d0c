"""`pre_start` hooks as steps: when they run, behind what, and which are cleared away."""

from __future__ import annotations

from dataclasses import replace

from composer.model.lifecycle import Hook
from composer.plan.actions import ContainerRef, RunPreStart
from composer.plan.down import plan_down
from composer.plan.observed import ObservedContainer
from composer.plan.options import DownOptions, StartOptions, UpOptions
from composer.plan.start import plan_start
from composer.plan.up import plan_up
from tests.support.build import container_id, created, nothing, observed, project, running, stale
from tests.support.golden import assert_plan, ids

ALL = UpOptions()
MIGRATE, SEED = Hook(command=("migrate",)), Hook(image="seeder")
SHOP = project("web*2 -> db:healthy; db", web={"pre_start": (MIGRATE, SEED)})


def test_they_run_one_after_the_other_when_the_conditions_are_met_and_before_any_replica_starts() -> None:
    plan = plan_up(SHOP, nothing(SHOP), ALL)
    assert_plan(
        plan,
        """
        pull:seeder  image-missing
        network:default  missing
        create:db-1  [after network:default]  missing
        start:db-1  [after create:db-1]  missing
        create:web-1  [after network:default, pull:seeder]  missing
        create:web-2  [after network:default, pull:seeder]  missing
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        pre_start:web:1  [after create:web-1, create:web-2, wait:db:healthy]  missing
        pre_start:web:2  [after pre_start:web:1]  missing
        start:web-1  [after create:web-1, pre_start:web:2, wait:db:healthy]  missing
        start:web-2  [after create:web-2, pre_start:web:2, wait:db:healthy]  missing
        """,
    )
    first, second = (step.action for step in plan.steps if isinstance(step.action, RunPreStart))
    assert (first.name, first.image, first.hook, first.container) == ("demo-web-pre_start-1", "busybox", MIGRATE, None)
    assert (second.name, second.image) == ("demo-web-pre_start-2", "seeder")


def test_not_while_a_replica_runs_and_again_when_all_are_replaced() -> None:
    def hooks(*seen: object, options: UpOptions = ALL) -> list[str]:
        plan = plan_up(SHOP, observed(SHOP, running("db-1", health="healthy"), *seen), options)  # type: ignore[arg-type]
        return [step for step in ids(plan) if step.startswith("pre_start")]

    both = ["pre_start:web:1", "pre_start:web:2"]
    assert hooks(running("web-1")) == []
    assert hooks(running("web-1"), running("web-2")) == []
    assert hooks(stale("web-1"), stale("web-2")) == both
    assert hooks(options=replace(ALL, start=False)) == []


def test_start_runs_them_with_the_volumes_of_the_first_replica() -> None:
    state = observed(SHOP, running("db-1", health="healthy"), created("web-1"), created("web-2"))
    plan = plan_start(SHOP, state, StartOptions())
    assert ids(plan) == ["pre_start:web:1", "pre_start:web:2", "start:web-1", "start:web-2"]
    [action] = (step.action for step in plan.steps if step.id == "pre_start:web:1")
    assert isinstance(action, RunPreStart)
    assert action.container == ContainerRef(container_id("demo-web-1"), "demo-web-1")


def test_down_clears_away_what_has_failed() -> None:
    left = ObservedContainer(container_id("x"), "demo-web-pre_start-1", "web", 0, "exited")
    state = replace(observed(SHOP, created("web-1")), hooks=(left,))
    plan = plan_down(SHOP, state, DownOptions())
    steps = {step.id: step for step in plan.steps}
    assert "remove:demo-web-pre_start-1" in steps
    assert "remove:demo-web-pre_start-1" in steps["remove-network:default"].after_any
    assert "remove:demo-web-pre_start-1" not in ids(plan_down(SHOP, state, DownOptions(services=("db",))))
