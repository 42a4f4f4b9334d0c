"""Services that a program provides: no containers, a step of their own, and what they say reaches dependents."""

from __future__ import annotations

from dataclasses import replace

from composer.model.lifecycle import Provider
from composer.model.secret import Sealed
from composer.plan.actions import CreateContainer, RunProvider
from composer.plan.down import plan_down
from composer.plan.fingerprint import service_hash
from composer.plan.options import DownOptions, UpOptions
from composer.plan.up import plan_refresh, plan_up
from tests.support.build import nothing, observed, project, running
from tests.support.golden import assert_plan

ALL = UpOptions()
PROVIDED = {"image": None, "networks": {}}
DB, ACCOUNT = Provider(type="cloud"), Provider(type="cloud")
SHOP = replace(
    project(
        "early; account; db -> account, early; web -> db:healthy",
        db={**PROVIDED, "provider": DB},
        account={**PROVIDED, "provider": ACCOUNT},
        web={"environment": {"A": "b", "DB_OWN": "file"}},
    ),
    variables={"TOKEN": Sealed("t0ken")},
)
SAID = {"db": {"DB_URL": Sealed("http://db"), "DB_OWN": Sealed("x")}, "account": {"ACCOUNT_ID": Sealed("7")}}


def test_programs_run_before_anything_is_decided() -> None:
    plan = plan_refresh(SHOP, nothing(SHOP), ALL)
    assert_plan(
        plan,
        """
        provider:account  requested
        provider:db  [after provider:account]  requested
        """,
    )
    assert plan.steps[1].action == RunProvider("db", DB, "up", "demo", {"TOKEN": Sealed("t0ken")})
    assert "t0ken" not in repr(plan)
    assert not plan_refresh(SHOP, nothing(SHOP), ALL, provided=SAID)


def test_what_they_say_is_in_the_containers_of_direct_dependents_only() -> None:
    plan = plan_up(SHOP, nothing(SHOP), ALL, provided=SAID)
    assert_plan(
        plan,
        """
        network:default  missing
        create:early-1  [after network:default]  missing
        start:early-1  [after create:early-1]  missing
        create:web-1  [after network:default]  missing
        start:web-1  [after create:web-1]  missing
        """,
    )
    [web] = (step.action.spec for step in plan.steps if step.id == "create:web-1")  # type: ignore[union-attr]
    assert web.service.environment == {"A": "b", "DB_OWN": "x", "DB_URL": "http://db"}
    assert web.config_hash == service_hash(web.service)
    assert plan.warnings == ('provider "db" overrides the variable DB_OWN of service "web"',)


def test_a_plan_that_is_only_looked_at_says_what_it_cannot_know() -> None:
    plan = plan_up(SHOP, nothing(SHOP), ALL)
    steps = {step.id: step for step in plan.steps}
    assert steps["create:web-1"].after == {"network:default", "provider:db"}
    assert plan.warnings == (
        'what provider "account" tells db is known only when it has run',
        'what provider "db" tells web is known only when it has run',
    )


def test_containers_from_before_a_service_was_provided_go() -> None:
    plan = plan_up(SHOP, observed(SHOP, running("db-1")), replace(ALL, services=("account", "db")), provided=SAID)
    assert [step.id for step in plan.steps if "db" in step.id] == ["stop:db-1", "remove:db-1"]
    assert not [step for step in plan.steps if isinstance(step.action, CreateContainer) and "db" in step.id]


def test_down_ends_them_between_their_dependents_and_what_they_depend_on() -> None:
    plan = plan_down(SHOP, observed(SHOP, running("early-1"), running("web-1")), DownOptions())
    steps = {step.id: step for step in plan.steps}
    assert steps["provider:db"].after_any == {"remove:web-1"}
    assert steps["provider:account"].after_any == {"provider:db"}
    assert "provider:db" in steps["stop:early-1"].after_any
    assert not plan_down(SHOP, nothing(SHOP), DownOptions(services=("web",)))
