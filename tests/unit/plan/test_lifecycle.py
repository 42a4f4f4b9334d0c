"""`stop`, `kill`, `start`, `restart`: existing containers, with and without a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import PlanError
from composer.model.dependency import Condition, Dependency
from composer.plan.actions import KillContainer, StopContainer
from composer.plan.existing import parse_depends_on
from composer.plan.kill import plan_kill
from composer.plan.options import KillOptions, RestartOptions, StartOptions, StopOptions
from composer.plan.restart import plan_restart
from composer.plan.start import plan_start
from composer.plan.stop import plan_stop
from tests.support.build import container_id, created, exited, healthy, observed, one_off, project, running
from tests.support.golden import assert_plan, ids

SHOP = project("web -> db:healthy!; db; batch -> db")


def test_stop_goes_backwards_and_skips_what_does_not_run() -> None:
    seen = observed(SHOP, running("web-1"), running("web-2"), healthy("db-1"), exited("batch-1"), one_off("web"))
    plan = plan_stop(SHOP, seen, StopOptions(timeout=5))
    assert_plan(
        plan,
        """
        stop:web-1  requested
        stop:web-2  requested
        stop:db-1  [once ended stop:web-1, stop:web-2]  requested
        """,
    )
    assert {step.action.timeout for step in plan.steps if isinstance(step.action, StopContainer)} == {5}
    assert plan_stop(None, seen, StopOptions()).to_text() == plan.to_text()


def test_stop_of_one_service_leaves_the_others() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"))
    assert_plan(plan_stop(SHOP, seen, StopOptions(services=("db",))), "stop:db-1  requested")
    stopped = plan_stop(SHOP, observed(SHOP, exited("db-1"), one_off("db")), StopOptions(services=("db",)))
    assert [str(replica) for replica in stopped.unchanged] == ["db-1"]
    assert not plan_stop(None, seen, StopOptions(services=("gone",)))
    with pytest.raises(PlanError, match="no such service: gone"):
        plan_stop(SHOP, seen, StopOptions(services=("gone",)))


def test_kill_knows_no_order() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), exited("batch-1"), one_off("web"), running("old-1"))
    plan = plan_kill(SHOP, seen, KillOptions(signal="SIGHUP"))
    assert_plan(
        plan,
        """
        kill:demo-web-run  requested
        kill:web-1  requested
        kill:db-1  requested
        """,
    )
    assert {step.action.signal for step in plan.steps if isinstance(step.action, KillContainer)} == {"SIGHUP"}
    assert ids(plan_kill(SHOP, seen, KillOptions(remove_orphans=True)))[-1] == "kill:old-1"
    assert ids(plan_kill(None, seen, KillOptions(services=("old",), remove_orphans=True))) == ["kill:old-1"]


def test_start_follows_the_conditions() -> None:
    seen = observed(SHOP, exited("web-1"), created("db-1"), running("batch-1"))
    plan = plan_start(SHOP, seen, StartOptions())
    assert_plan(
        plan,
        """
        start:db-1  not-running: created
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        start:web-1  [after wait:db:healthy]  not-running: Exited (0)
        """,
    )
    assert [str(replica) for replica in plan.unchanged] == ["batch-1"]
    without_file = plan_start(None, seen, StartOptions(wait=True, wait_timeout=5))
    assert ids(without_file) == [
        "start:db-1",
        "wait:db:healthy:optional",
        "start:web-1",
        "wait:db:ready",
        "wait:web:ready",
    ]


def test_start_of_one_service_starts_what_it_depends_on() -> None:
    seen = observed(SHOP, exited("web-1"), created("db-1"), exited("batch-1"))
    for project_file in (SHOP, None):
        plan = plan_start(project_file, seen, StartOptions(services=("web",)))
        assert [step for step in ids(plan) if step.startswith("start:")] == ["start:db-1", "start:web-1"]


def test_start_needs_a_container_of_what_it_is_asked_for() -> None:
    seen = observed(SHOP, exited("db-1"))
    with pytest.raises(PlanError, match='service "web" has no container to start'):
        plan_start(SHOP, seen, StartOptions(services=("web",)))
    with pytest.raises(PlanError, match="services without a container to start: web, db, batch") as failure:
        plan_start(SHOP, observed(SHOP), StartOptions())
    assert failure.value.hint == "`composer up` creates what is missing and starts it"
    none = project("web", web={"scale": 0})
    assert not plan_start(none, observed(none), StartOptions())


def test_start_leaves_out_what_nobody_made() -> None:
    """As after `up -d db` and `stop`."""
    plan = plan_start(SHOP, observed(SHOP, exited("db-1")), StartOptions())
    assert ids(plan) == ["start:db-1"]
    assert plan.warnings == ("not started, for want of a container: web, batch",)
    of = project("web -> db, cache:healthy?; db; cache")
    plan = plan_start(of, observed(of, exited("web-1")), StartOptions(services=("web",)))
    assert ids(plan) == ["start:web-1"], "the dependency that is only to be started may be missing"
    assert plan.warnings == ("not started, for want of a container: db",)


def test_start_does_not_do_without_health_that_is_needed() -> None:
    with pytest.raises(PlanError, match="web is missing dependency db, which has no container"):
        plan_start(SHOP, observed(SHOP, exited("web-1")), StartOptions())
    plan = plan_start(SHOP, observed(SHOP, running("web-1"), exited("batch-1")), StartOptions())
    assert ids(plan) == ["start:batch-1"]


def test_nothing_to_kill_is_said() -> None:
    plan = plan_kill(SHOP, observed(SHOP, exited("db-1")), KillOptions())
    assert (plan.steps, plan.warnings) == ((), ("no container to kill",))


def test_restart_takes_along_who_asks_for_it() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), running("batch-1"))
    assert_plan(
        plan_restart(SHOP, seen, RestartOptions(services=("db",))),
        """
        stop:web-1  requested
        stop:db-1  [once ended stop:web-1]  requested
        start:db-1  [after stop:db-1]  requested
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        start:web-1  [after stop:web-1, wait:db:healthy]  requested
        """,
    )
    assert_plan(
        plan_restart(SHOP, seen, RestartOptions(services=("db",), no_deps=True, timeout=1)),
        """
        stop:db-1  requested
        start:db-1  [after stop:db-1]  requested
        """,
    )


def test_restart_brings_back_a_container_before_those_who_are_made_with_it() -> None:
    """Even where the file's own `depends_on` asks for no restart: its namespace is there only while it runs."""
    shop = project("db; side -> db", side={"networks": {}, "network_mode": "service:db"})
    seen = observed(shop, running("db-1"), running("side-1"))
    assert_plan(
        plan_restart(shop, seen, RestartOptions()),
        """
        stop:side-1  requested
        stop:db-1  [once ended stop:side-1]  requested
        start:db-1  [after stop:db-1]  requested
        start:side-1  [after start:db-1, stop:side-1]  requested
        """,
    )
    assert ids(plan_restart(shop, seen, RestartOptions(services=("db",)))) == ["stop:db-1", "start:db-1"]


def test_restart_starts_what_does_not_run() -> None:
    seen = observed(SHOP, exited("batch-1"), running("web-1"))
    assert_plan(
        plan_restart(None, seen, RestartOptions()),
        """
        start:batch-1  requested
        stop:web-1  requested
        start:web-1  [after stop:web-1]  requested
        """,
    )


def test_of_twins_left_by_a_cut_short_run_one_is_started() -> None:
    web = project("web")
    twin = exited("web-1", name="0123456789ab_demo-web-1")
    assert ids(plan_start(web, observed(web, exited("web-1"), twin), StartOptions())) == ["start:web-1"]
    assert not plan_start(web, observed(web, running("web-1"), twin), StartOptions())
    assert ids(plan_restart(web, observed(web, running("web-1"), twin), RestartOptions())) == [
        "stop:web-1",
        "start:web-1",
    ]


def test_of_running_twins_both_end() -> None:
    web = project("web")
    seen = observed(web, running("web-1"), running("web-1", name="0123456789ab_demo-web-1"))
    second = container_id("demo-web-1")[:12]
    assert ids(plan_stop(web, seen, StopOptions())) == ["stop:web-1", f"stop:web-1@{second}"]
    assert len(ids(plan_kill(web, seen, KillOptions()))) == 2


def test_the_label_of_dependencies() -> None:
    assert parse_depends_on("") == {}
    assert parse_depends_on("a:service_healthy:false,b:service_completed_successfully:true,c,d:odd") == {
        "a": Dependency(condition=Condition.HEALTHY, restart=False, required=False),
        "b": Dependency(condition=Condition.COMPLETED, restart=True, required=False),
        "c": Dependency(condition=Condition.STARTED, restart=True, required=False),
        "d": Dependency(condition=Condition.STARTED, restart=True, required=False),
    }


def test_naming_a_service_of_an_inactive_profile_is_asking_for_it() -> None:
    shop = replace(SHOP, services={"web": SHOP.services["web"]}, disabled={"db": SHOP.services["db"]})
    seen = observed(SHOP, running("web-1"), healthy("db-1"))
    assert ids(plan_stop(shop, seen, StopOptions())) == ["stop:web-1"]
    assert ids(plan_stop(shop, seen, StopOptions(services=("db",)))) == ["stop:db-1"]
    assert ids(plan_restart(shop, seen, RestartOptions(services=("db",), no_deps=True))) == ["stop:db-1", "start:db-1"]
    assert ids(plan_kill(shop, seen, KillOptions(services=("db",)))) == ["kill:db-1"]
    stopped = observed(SHOP, running("web-1"), exited("db-1"))
    assert ids(plan_start(shop, stopped, StartOptions(services=("db",)))) == ["start:db-1"]
