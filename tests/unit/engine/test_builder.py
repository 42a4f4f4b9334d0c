"""Which builder is asked, and what that means for a plan."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from composer.engine.builder import fitted, wants_classic
from composer.engine.fake import FakeEngine
from composer.engine.port import EngineInfo
from composer.errors import EngineUnreachable, UsageError
from composer.model.build import Build
from composer.plan.build import plan_build
from composer.plan.options import BuildOptions
from tests.support.build import project

BUILT = {"image": None, "build": Build(context="/srv/demo")}


@pytest.mark.parametrize(("told", "classic"), [("", False), ("1", False), ("true", False), ("0", True), ("F", True)])
def test_what_the_variable_says(told: str, classic: bool) -> None:
    assert wants_classic({"DOCKER_BUILDKIT": told}) is classic


def test_a_variable_that_says_neither() -> None:
    with pytest.raises(UsageError, match="DOCKER_BUILDKIT is 'maybe'"):
        wants_classic({"DOCKER_BUILDKIT": "maybe"})


class Old(FakeEngine):
    """Says that it has no BuildKit."""

    def info(self) -> EngineInfo:
        return EngineInfo("4.3.1", (1, 41), has_buildkit=False)


class Away(FakeEngine):
    def info(self) -> EngineInfo:
        raise EngineUnreachable("nobody there")


@pytest.mark.parametrize(
    ("engine", "environment", "waits"),
    [
        (FakeEngine(), {}, False),
        (FakeEngine(), {"DOCKER_BUILDKIT": "0"}, True),
        (Old(), {}, True),
        (Away(), {}, False),
    ],
)
def test_builds_are_put_in_order_for_the_classic_builder(
    engine: FakeEngine,
    environment: Mapping[str, str],
    waits: bool,
) -> None:
    shop = project("app -> base; base", app=BUILT, base=BUILT)
    plan = plan_build(shop, BuildOptions())
    made = fitted(plan, shop, environment=environment, engine=engine)
    assert ("build:base" in next(step for step in made.steps if step.id == "build:app").after) is waits


def test_one_build_asks_nobody() -> None:
    shop = project("app", app=BUILT)
    plan = plan_build(shop, BuildOptions())
    engine = FakeEngine()
    assert fitted(plan, shop, environment={}, engine=engine) is plan
    assert engine.calls == []
