"""Builds in the order of their services' dependencies, for builders that need it."""

from __future__ import annotations

from dataclasses import replace

from composer.model.build import Build
from composer.plan.build import plan_build
from composer.plan.build_order import in_dependency_order
from composer.plan.options import BuildOptions, UpOptions
from composer.plan.up import plan_up
from tests.support.build import nothing, project
from tests.support.golden import assert_plan

BUILT = {"image": None, "build": Build(context="/srv/demo")}


def test_a_build_comes_after_those_of_all_that_its_service_depends_on() -> None:
    shop = project("app -> tool; tool -> base; base; other", app=BUILT, base=BUILT, other=BUILT)
    plan = plan_build(shop, BuildOptions())
    assert {step.id: step.after for step in plan.steps} == {
        "build:app": frozenset(),
        "build:base": frozenset(),
        "build:other": frozenset(),
    }
    assert_plan(
        in_dependency_order(plan, shop),
        """
        build:base  requested
        build:app  [after build:base]  requested
        build:other  requested
        """,
    )


def test_a_circle_by_a_shared_build_is_left_open() -> None:
    """`first` and `last` are one build; that of `middle` comes after it, and so cannot come before."""
    one = {"image": "one", "build": Build(context="/srv/one")}
    shop = project("last -> middle; middle -> first; first", last=one, first=one, middle=BUILT)
    assert_plan(
        in_dependency_order(plan_build(shop, BuildOptions()), shop),
        """
        build:middle  requested
        build:last  [after build:middle]  requested
        """,
    )


def test_what_is_in_order_stays_as_it_is() -> None:
    shop = project("app -> db; db", app=BUILT)
    state = replace(nothing(shop), images={})
    for plan in (plan_build(shop, BuildOptions()), plan_up(shop, state, UpOptions())):
        assert in_dependency_order(plan, shop) is plan
