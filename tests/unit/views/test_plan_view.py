"""`--dry-run`: each step with its reason."""

from __future__ import annotations

from composer.plan.actions import RemoveContainer, RemoveVolume
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.views.plan import plan_object, plan_text
from tests.support.runs import PLAN, WEB1, ref, step


def test_a_plan_in_words() -> None:
    assert (
        plan_text(PLAN, verb="up", project="shop")
        == """\
Dry run: up of shop would do this:
  + create network shop_default      does not exist yet
  + create volume shop_data          does not exist yet
  ↓ pull image web:1 for web         the image is not here
  + create container shop-db-1       does not exist yet
  + create container shop-migrate-1  does not exist yet
  + create container shop-web-1      does not exist yet
  + create container shop-web-2      does not exist yet
  ~ recreate container shop-proxy-1  its configuration changed: hash 1111 → 2222
  ■ stop container shop-proxy-1      replaced by a new one
  - remove container shop-proxy-1    replaced by a new one
  ~ rename container shop-proxy-1    takes over the name
  ▸ start container shop-db-1
  … wait for db: healthy             needed by migrate, web
  ▸ start container shop-migrate-1   after db: healthy
  … wait for migrate: completed      needed by web
  ▸ start container shop-web-1       after db: healthy, migrate: completed
  ▸ start container shop-web-2       after db: healthy, migrate: completed
  ▸ start container shop-proxy-1     after web: started
6 to create, 1 to pull, 1 to recreate, 5 to start; 1 container unchanged. Nothing was changed.
"""
    )


LOSING = Plan(
    (
        step("remove:web-1", RemoveContainer(WEB1, ref("shop-web-1"), volumes=True), Reason(Cause.ORPHAN)),
        step("volume:data", RemoveVolume("shop_data"), Reason(Cause.REQUESTED), ("remove:web-1",)),
    )
)


def test_steps_that_lose_data_are_marked() -> None:
    assert (
        plan_text(LOSING, verb="down", project="shop")
        == """\
Dry run: down of shop would do this:
  - remove container shop-web-1  its service is not in the file  ! its anonymous volumes are lost
  - remove volume shop_data      asked for  ! its data is lost
2 to remove. Nothing was changed.
"""
    )


def test_nothing_to_do() -> None:
    assert plan_text(Plan(unchanged=PLAN.unchanged), verb="up", project="shop") == (
        "Dry run: up of shop would do nothing.\nnothing to do; 1 container unchanged. Nothing was changed.\n"
    )


def test_as_objects() -> None:
    assert list(plan_object(LOSING)) == [
        {
            "dry-run": True,
            "id": "Container shop-web-1",
            "step": "remove:web-1",
            "action": "remove",
            "reason": "orphan",
            "loses": "its anonymous volumes are lost",
        },
        {
            "dry-run": True,
            "id": "Volume shop_data",
            "step": "volume:data",
            "action": "remove",
            "reason": "requested",
            "loses": "its data is lost",
            "after": ["remove:web-1"],
        },
    ]
