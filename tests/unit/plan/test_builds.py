"""When images are built, why, in which order, and what waits for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import PlanError
from composer.model.build import Build
from composer.model.project import Project
from composer.plan.actions import BuildImage
from composer.plan.build import NOTHING, plan_build
from composer.plan.observed import ObservedState
from composer.plan.options import BuildOptions, UpOptions
from composer.plan.plan import Plan
from composer.plan.recipe import BuildWishes
from composer.plan.up import plan_refresh, plan_up
from tests.support.build import nothing, observed, project, running
from tests.support.golden import assert_plan, ids, lines

HERE = Build(context="/srv/demo")


def built(text: str = "web", **services: object) -> Project:
    """`web` is built, without an image's name, unless `services` says more."""
    changes = {"web": {"image": None, "build": HERE}} | services
    return project(text, **changes)  # type: ignore[arg-type]


def without_images(state: ObservedState, *kept: str) -> ObservedState:
    return replace(state, images={ref: image for ref, image in state.images.items() if ref in kept})


def action(plan: Plan, step: str) -> BuildImage:
    found = next(each.action for each in plan.steps if each.id == step)
    assert isinstance(found, BuildImage)
    return found


def test_a_missing_image_is_built_while_the_rest_goes_on() -> None:
    shop = built("web -> db:healthy; db")
    assert_plan(
        plan_up(shop, without_images(nothing(shop), "busybox"), UpOptions()),
        """
        build:web  image-missing
        network:default  missing
        create:db-1  [after network:default]  missing
        start:db-1  [after create:db-1]  missing
        create:web-1  [after build:web, network:default]  missing
        wait:db:healthy  [after start:db-1]  depended-on: needed by web
        start:web-1  [after create:web-1, wait:db:healthy]  missing
        """,
    )


def test_an_image_that_is_there_is_not_built() -> None:
    shop = built()
    assert "build:web" not in ids(plan_up(shop, nothing(shop), UpOptions()))


@pytest.mark.parametrize(
    ("options", "policy", "expected"),
    [
        (UpOptions(build="always"), None, "build:web  build-requested"),
        (UpOptions(), "build", "build:web  build-requested: pull_policy"),
        (UpOptions(pull="build"), None, "build:web  build-requested"),
        (UpOptions(build="never"), "build", ""),
        (UpOptions(), "never", ""),
    ],
)
def test_who_may_ask_for_a_build(options: UpOptions, policy: str | None, expected: str) -> None:
    shop = built(web={"image": None, "build": HERE, "pull_policy": policy})
    assert lines(plan_up(shop, nothing(shop), options), "build") == expected


def test_a_named_image_is_tried_to_be_had_first_and_built_if_that_fails() -> None:
    shop = built(web={"image": "shop/web:1", "build": HERE})
    plan = plan_up(shop, without_images(nothing(shop)), UpOptions())
    assert lines(plan, "pull", "build", "create") == (
        "pull:shop/web:1  image-missing\n"
        "build:web  [once ended pull:shop/web:1]  image-missing\n"
        "create:web-1  [after build:web, network:default, pull:shop/web:1]  missing"
    )
    assert action(plan, "build:web").only_if_missing


@pytest.mark.parametrize("options", [UpOptions(pull="never"), UpOptions(build="always")])
def test_a_named_image_is_only_built(options: UpOptions) -> None:
    shop = built(web={"image": "shop/web:1", "build": HERE})
    plan = plan_up(shop, without_images(nothing(shop)), options)
    assert [step for step in ids(plan) if step.startswith(("pull", "build"))] == ["build:web"]
    assert not action(plan, "build:web").only_if_missing


def test_no_build_refuses_a_container_without_an_image() -> None:
    shop = built()
    with pytest.raises(PlanError, match='"demo-web" does not exist, and --no-build was given') as caught:
        plan_up(shop, without_images(nothing(shop)), UpOptions(build="never"))
    assert caught.value.hint == "build it first: composer build web"


def test_what_exists_is_decided_on_after_the_build() -> None:
    shop = built("web; db")
    state = observed(shop, running("web-1"), running("db-1"))
    options = UpOptions(build="always")
    refresh = plan_refresh(shop, state, options)
    assert_plan(refresh, "build:web  build-requested")
    assert ids(plan_up(shop, state, options, pulled={"demo-web"})) == []


def test_services_that_share_image_and_build_are_built_once() -> None:
    same = {"image": "shop/all", "build": HERE}
    shop = project(
        "web; worker; other", web=same, worker=same, other={"image": "shop/all", "build": Build(context="/x")}
    )
    plan = plan_build(shop, BuildOptions())
    assert_plan(
        plan,
        """
        build:web  requested
        build:other  [once ended build:web]  requested
        """,
    )
    assert action(plan, "build:web").services == ("web", "worker")


def test_an_image_that_another_is_built_from_comes_first_though_nobody_runs_it() -> None:
    contexts = Build(context="/srv/demo", additional_contexts={"base": "service:base", "other": "/srv/other"})
    whole = project("web; base", web={"image": None, "build": contexts}, base={"image": None, "build": HERE})
    services = dict(whole.services)
    only_web = replace(whole, disabled={"base": services.pop("base")}, services=services)
    plan = plan_up(only_web, without_images(nothing(only_web)), UpOptions())
    assert lines(plan, "build") == (
        "build:base  depended-on: context of web\nbuild:web  [after build:base]  image-missing"
    )
    assert action(plan, "build:web").recipe.contexts == {"base": "built-image://demo-base", "other": "/srv/other"}


def test_builds_that_wait_for_each_other_are_refused() -> None:
    def needs(name: str) -> dict[str, object]:
        return {"image": None, "build": Build(context="/x", additional_contexts={"c": f"service:{name}"})}

    shop = project("a; b", a=needs("b"), b=needs("a"))  # type: ignore[arg-type]
    with pytest.raises(PlanError, match="builds wait for each other: a → b → a"):
        plan_build(shop, BuildOptions())


def test_build_takes_the_services_named_and_with_a_flag_what_they_depend_on() -> None:
    mine = {"image": None, "build": HERE}
    shop = project("web -> db; db; other", web=mine, db=mine, other=mine)
    assert ids(plan_build(shop, BuildOptions(services=("web",)))) == ["build:web"]
    assert ids(plan_build(shop, BuildOptions(services=("web",), with_dependencies=True))) == ["build:web", "build:db"]
    assert ids(plan_build(shop, BuildOptions())) == ["build:web", "build:db", "build:other"]


def test_build_with_nothing_to_build_says_so() -> None:
    plan = plan_build(project("web"), BuildOptions())
    assert (ids(plan), plan.warnings) == ([], (NOTHING,))
    with pytest.raises(PlanError, match="no such service: nobody"):
        plan_build(project("web"), BuildOptions(services=("nobody",)))


def test_only_images_with_a_name_of_their_own_are_pushed_each_name_of_them() -> None:
    tagged = Build(context="/srv/demo", tags=("registry/c",))
    shop = project("a; b", a={"image": None, "build": HERE}, b={"image": "registry/b", "build": tagged})
    plan = plan_build(shop, BuildOptions(wishes=BuildWishes(push=True)))
    assert_plan(
        plan,
        """
        build:a  requested
        build:b  requested
        push:registry/c  [after build:b]  requested
        push:registry/b  [after build:b]  requested
        """,
    )
    assert {step: action(plan, step).recipe.push for step in ("build:a", "build:b")} == {
        "build:a": False,
        "build:b": True,
    }


def test_a_repository_takes_one_push_at_a_time() -> None:
    tagged = Build(context="/srv/demo", tags=("h/app:2",))
    shop = project("a; b", a={"image": "h/app:1", "build": tagged}, b={"image": "h/other", "build": HERE})
    assert_plan(
        plan_build(shop, BuildOptions(wishes=BuildWishes(push=True))),
        """
        build:a  requested
        build:b  requested
        push:h/app:2  [after build:a]  requested
        push:h/app:1  [after build:a; once ended push:h/app:2]  requested
        push:h/other  [after build:b]  requested
        """,
    )


def test_a_build_that_is_handed_over_pushes_by_itself() -> None:
    several = Build(context="/srv/demo", platforms=("linux/amd64", "linux/arm64"))
    shop = project("b", b={"image": "registry/b", "build": several})
    assert ids(plan_build(shop, BuildOptions(wishes=BuildWishes(push=True)))) == ["build:b"]
