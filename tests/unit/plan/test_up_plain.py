"""`up` where nothing is there yet, and where all is: what is made, in which order, and what waits."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from composer.errors import PlanError
from composer.plan.actions import WaitFor
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import exited, healthy, nothing, observed, project, running, starting
from tests.support.golden import assert_plan, ids, lines

ALL = UpOptions()


def test_one_service() -> None:
    web = project("web")
    assert_plan(
        plan_up(web, nothing(web), ALL),
        """
        network:default  missing
        create:web-1  [after network:default]  missing
        start:web-1  [after create:web-1]  missing
        """,
    )


def test_a_step_waits_for_what_its_own_service_needs_and_for_nothing_else() -> None:
    shop = project(
        "web -> db:healthy; db",
        web={"image": "nginx", "networks": {"front": None}},
    )
    empty = nothing(shop)
    assert_plan(
        plan_up(shop, replace(empty, images={}), ALL),
        """
        pull:nginx  image-missing
        pull:busybox  image-missing
        network:front  missing
        network:default  missing
        create:db-1  [after network:default, pull:busybox]  missing
        start:db-1  [after create:db-1]  missing
        create:web-1  [after network:front, pull:nginx]  missing
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        start:web-1  [after create:web-1, wait:db:healthy]  missing
        """,
    )


def test_started_is_an_order_of_starts_without_a_wait() -> None:
    shop = project("web -> db; db*2")
    assert lines(plan_up(shop, nothing(shop), ALL), "start:web", "wait") == (
        "start:web-1  [after create:web-1, start:db-1, start:db-2]  missing"
    )


def test_one_wait_serves_all_who_need_the_same() -> None:
    shop = project("web -> db:healthy; api -> db:healthy; cron -> db:healthy?; db")
    plan = plan_up(shop, nothing(shop), UpOptions(wait_timeout=7))
    waits = {step.id: step.action for step in plan.steps if isinstance(step.action, WaitFor)}
    assert {name: (wait.required, wait.needed_by, wait.timeout) for name, wait in waits.items()} == {
        "wait:db:healthy": (True, ("web", "api"), 7),
        "wait:db:healthy:optional": (False, ("cron",), 7),
    }
    assert (
        lines(plan, "start:cron") == "start:cron-1  [after create:cron-1; once ended wait:db:healthy:optional]  missing"
    )


def test_an_optional_dependency_that_fails_does_not_hold_up_the_start() -> None:
    shop = project("web -> db?; db")
    assert lines(plan_up(shop, nothing(shop), ALL), "start:web") == (
        "start:web-1  [after create:web-1; once ended start:db-1]  missing"
    )


def test_nothing_to_do() -> None:
    shop = project("web*2 -> db:healthy; db")
    plan = plan_up(shop, observed(shop, healthy("db-1"), running("web-1"), running("web-2")), ALL)
    assert not plan
    assert plan.to_text() == ""
    assert [str(replica) for replica in plan.unchanged] == ["db-1", "web-1", "web-2"]
    assert plan.service_order == ("db", "web")
    assert plan.warnings == ()


def test_an_empty_plan_does_not_load_networkx_and_a_full_one_does() -> None:
    script = """
import sys
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import nothing, observed, project, running
shop = project("web -> db; db")
assert not plan_up(shop, observed(shop, running("db-1"), running("web-1")), UpOptions(services=("web",)))
assert "networkx" not in sys.modules
assert plan_up(shop, nothing(shop), UpOptions())
assert "networkx" in sys.modules
"""
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root, timeout=60)


def test_a_container_that_does_not_run_is_started_again() -> None:
    shop = project("web -> job:completed; job")
    assert_plan(
        plan_up(shop, observed(shop, exited("job-1"), running("web-1")), ALL),
        """
        start:job-1  not-running: Exited (0)
        wait:job:completed  [after start:job-1]  depended-on: needed by web
        """,
    )


def test_a_dependency_that_is_met_already_is_not_waited_for() -> None:
    shop = project("web -> db:healthy; db")
    assert_plan(
        plan_up(shop, observed(shop, healthy("db-1"), exited("web-1", 1)), ALL),
        "start:web-1  not-running: Exited (1)",
    )


def test_replicas_that_go_are_not_waited_for() -> None:
    shop = project("web -> db:healthy; db")
    seen = observed(shop, healthy("db-1"), starting("db-2"), exited("web-1", 1))
    assert ids(plan_up(shop, seen, ALL)) == ["stop:db-2", "remove:db-2", "start:web-1"]


@pytest.mark.parametrize("seen", [starting("db-1"), running("db-1", health="unhealthy")])
def test_a_dependency_that_is_not_met_yet_is_waited_for(seen: object) -> None:
    shop = project("web -> db:healthy; db")
    assert_plan(
        plan_up(shop, observed(shop, seen, exited("web-1", 1)), ALL),  # type: ignore[arg-type]
        """
        wait:db:healthy  depended-on: needed by web
        start:web-1  [after wait:db:healthy]  not-running: Exited (1)
        """,
    )


def test_a_one_shot_that_still_runs_is_waited_for() -> None:
    shop = project("web -> job:completed; job")
    assert ids(plan_up(shop, observed(shop, running("job-1")), ALL)) == [
        "create:web-1",
        "wait:job:completed",
        "start:web-1",
    ]


def test_without_replicas_there_is_nothing_to_wait_for() -> None:
    shop = project("web -> db:healthy, cache; db*0; cache*0")
    assert ids(plan_up(shop, nothing(shop), UpOptions(wait=True))) == [
        "network:default",
        "create:web-1",
        "start:web-1",
        "wait:web:ready",
    ]


def test_wait_adds_what_the_conditions_do_not_cover() -> None:
    shop = project("web -> db:healthy, job:completed; db; job; cache")
    plan = plan_up(shop, nothing(shop), UpOptions(wait=True, wait_timeout=30))
    assert lines(plan, "wait").splitlines() == [
        "wait:db:healthy  [after start:db-1]  depended-on: needed by web",
        "wait:job:completed  [after start:job-1]  depended-on: needed by web",
        "wait:web:ready  [after start:web-1]  wait-requested",
        "wait:cache:ready  [after start:cache-1]  wait-requested",
    ]
    assert {step.action.timeout for step in plan.steps if isinstance(step.action, WaitFor)} == {30}


def test_wait_on_what_runs() -> None:
    shop = project("web; db; job; late -> job:completed")
    seen = observed(shop, running("web-1"), starting("db-1"), running("job-1"), running("late-1"))
    assert_plan(
        plan_up(shop, seen, UpOptions(wait=True)),
        """
        wait:db:ready  wait-requested
        wait:job:completed  wait-requested
        """,
    )


def test_create_only() -> None:
    shop = project("web -> db:healthy; db")
    assert ids(plan_up(shop, nothing(shop), UpOptions(start=False, wait=True))) == [
        "network:default",
        "create:db-1",
        "create:web-1",
    ]
    assert not plan_up(shop, observed(shop, exited("db-1"), exited("web-1")), UpOptions(start=False))


def test_named_services_bring_their_dependencies() -> None:
    shop = project("web -> db; db; other", other={"networks": {"aside": None}})
    plan = plan_up(shop, nothing(shop), UpOptions(services=("web",)))
    assert ids(plan) == ["network:default", "create:db-1", "start:db-1", "create:web-1", "start:web-1"]
    assert plan.service_order == ("db", "web")


def test_no_deps_takes_the_named_services_alone() -> None:
    shop = project("web -> db:healthy, cache; db; cache")
    plan = plan_up(shop, nothing(shop), UpOptions(services=("web", "cache"), no_deps=True))
    assert lines(plan, "start") == (
        "start:cache-1  [after create:cache-1]  missing\nstart:web-1  [after create:web-1, start:cache-1]  missing"
    )


def test_unknown_services() -> None:
    shop = project("web")
    for options in (UpOptions(services=("wbe",)), UpOptions(scale={"wbe": 2})):
        with pytest.raises(PlanError, match="no such service: wbe"):
            plan_up(shop, nothing(shop), options)


def scaled(counts: dict[str, int], *, no_deps: bool = False) -> UpOptions:
    """What `scale` asks for."""
    return UpOptions(services=tuple(counts), scale=counts, no_deps=no_deps)


def test_scale_is_an_up_with_other_counts() -> None:
    shop = project("web -> db; db")
    plan = plan_up(shop, observed(shop, running("db-1"), running("web-1")), scaled({"web": 3}))
    assert ids(plan) == ["create:web-2", "start:web-2", "create:web-3", "start:web-3"]
    assert not plan_up(shop, observed(shop, running("web-1")), scaled({"web": 1}, no_deps=True))
