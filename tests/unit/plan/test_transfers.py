"""`pull` and `push`: one step an image, and why a service is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer.errors import PlanError
from composer.model.build import Build
from composer.plan.actions import PullImage, PushImage
from composer.plan.observed import ObservedImage, ObservedState
from composer.plan.options import PullOptions, PushOptions
from composer.plan.transfers import plan_pull, plan_push
from tests.support.build import nothing, project

BUILD = Build(context="/srv/demo")
SHOP = project(
    "web -> db; api; db; job",
    web={"image": "app:1"},
    api={"image": "app:1"},
    db={"image": "postgres", "pull_policy": "missing"},
    job={"image": None, "build": BUILD},
)


def held(*images: ObservedImage) -> ObservedState:
    return replace(nothing(SHOP), images={image.ref: image for image in images})


def test_one_pull_an_image() -> None:
    plan = plan_pull(SHOP, held(), PullOptions())
    assert plan.to_text() == "pull:app:1  requested\npull:postgres  image-missing"
    assert plan.steps[0].action == PullImage("app:1", None, ("web", "api"))
    assert plan.skipped == {"job": "No image to be pulled"}


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (PullOptions(services=("web",)), ["pull:app:1"]),
        (PullOptions(services=("web",), include_deps=True), ["pull:postgres", "pull:app:1"]),
        (PullOptions(services=("job",)), []),
    ],
)
def test_named_services(options: PullOptions, ids: list[str]) -> None:
    assert sorted(step.id for step in plan_pull(SHOP, nothing(SHOP), options).steps) == sorted(ids)


def test_a_name_that_is_none() -> None:
    with pytest.raises(PlanError, match=r"^no such service: nobody$"):
        plan_pull(SHOP, nothing(SHOP), PullOptions(services=("nobody",)))
    with pytest.raises(PlanError, match=r"^no such service: nobody$"):
        plan_push(SHOP, PushOptions(services=("nobody",)))


@pytest.mark.parametrize(
    ("policy", "asked", "image", "skipped"),
    [
        ("never", "", "app:1", ""),
        ("build", "", "app:1", ""),
        ("never", "always", "app:1", None),
        ("never", "missing", "app:1", "Image is already present locally"),
        ("missing", "", "app:1", "Image is already present locally"),
        ("missing", "always", "app:1", None),
        ("missing", "", "app", None),  # a tag that is meant to move
        ("missing", "", "app:latest", None),
        ("missing", "", "other:1", None),
        (None, "missing", "app:1", "Image is already present locally"),
        (None, "", "app:1", None),
        ("always", "", "app:1", None),
        ("daily", "", "app:1", None),
        ("every_2h", "", "app:1", None),
        ("refresh", "", "app:1", None),
    ],
)
def test_policies(policy: str | None, asked: str, image: str, skipped: str | None) -> None:
    shop = project("web", web={"image": image, "pull_policy": policy})
    seen = held(*(ObservedImage(ref, "sha256:1") for ref in ("app:1", "app", "app:latest")))
    plan = plan_pull(shop, seen, PullOptions(policy=asked))
    assert plan.skipped.get("web") == skipped
    assert bool(plan) is (skipped is None)


def test_an_image_of_another_platform_is_not_present() -> None:
    shop = project("web", web={"image": "app:1", "pull_policy": "missing", "platform": "linux/arm64"})
    seen = held(ObservedImage("app:1", "sha256:1", platform="linux/amd64"))
    (step,) = plan_pull(shop, seen, PullOptions()).steps
    assert step.action == PullImage("app:1", "linux/arm64", ("web",))
    fitting = held(ObservedImage("app:1", "sha256:1", platform="linux/arm64/v8"))
    assert not plan_pull(shop, fitting, PullOptions())


def test_one_image_for_two_platforms_is_pulled_one_after_the_other() -> None:
    shop = project(
        "a; b; c", a={"platform": "linux/arm64"}, b={"platform": "linux/amd64"}, c={"platform": "linux/arm64"}
    )
    assert plan_pull(shop, nothing(shop), PullOptions()).to_text() == (
        "pull:busybox  requested\npull:busybox (linux/amd64)  [after pull:busybox]  requested"
    )


def test_the_default_platform_is_that_of_services_without_one() -> None:
    shop = replace(project("a; b", b={"image": "b", "platform": "linux/386"}), default_platform="linux/arm64")
    actions = [step.action for step in plan_pull(shop, nothing(shop), PullOptions()).steps]
    assert actions == [PullImage("busybox", "linux/arm64", ("a",)), PullImage("b", "linux/386", ("b",))]


def test_images_that_can_be_built() -> None:
    shop = project("web; api", web={"image": "app:1", "build": BUILD}, api={"image": "app:1"})
    (step,) = plan_pull(shop, nothing(shop), PullOptions(ignore_failures=True)).steps
    assert step.action == PullImage("app:1", None, ("web", "api"), optional=True, buildable=("web",))
    plan = plan_pull(shop, nothing(shop), PullOptions(ignore_buildable=True))
    assert (plan.skipped, [step.action for step in plan.steps]) == (
        {"web": "Image can be built"},
        [PullImage("app:1", None, ("api",))],
    )


def test_what_is_built_is_pushed_with_all_its_tags() -> None:
    shop = project(
        "web -> db; api; db; job",
        web={"image": "h/app:1", "build": replace(BUILD, tags=("h/app:2", "h/app:1"))},
        api={"image": "h/app:1", "build": BUILD},
        db={"image": "h/db:1", "build": BUILD},
        job={"image": None, "build": BUILD},
    )
    plan = plan_push(shop, PushOptions(services=("web", "api", "job"), ignore_failures=True))
    assert plan.skipped == {"job": ""}
    assert [step.action for step in plan.steps] == [
        PushImage("h/app:1", ("web", "api"), optional=True),
        PushImage("h/app:2", ("web",), optional=True),
    ]
    assert {step.id for step in plan_push(shop, PushOptions(services=("web",), include_deps=True)).steps} == {
        "push:h/app:1",
        "push:h/app:2",
        "push:h/db:1",
    }


def test_a_repository_takes_one_push_at_a_time_whatever_becomes_of_the_one_before() -> None:
    shop = project(
        "web; db",
        web={"image": "h/app:1", "build": replace(BUILD, tags=("h/app:2", "h/app:3"))},
        db={"image": "h/db:1", "build": BUILD},
    )
    plan = plan_push(shop, PushOptions())
    assert {step.id: (step.after, step.after_any) for step in plan.steps} == {
        "push:h/app:1": (frozenset(), frozenset()),
        "push:h/app:2": (frozenset(), {"push:h/app:1"}),
        "push:h/app:3": (frozenset(), {"push:h/app:2"}),
        "push:h/db:1": (frozenset(), frozenset()),
    }


def test_images_of_others_are_not_pushed() -> None:
    assert plan_push(project("web"), PushOptions()).skipped == {"web": ""}
