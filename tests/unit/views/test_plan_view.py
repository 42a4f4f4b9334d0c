"""`--dry-run`: each step with its reason."""

from __future__ import annotations

from composer.diagnostics import Span
from composer.model.network import Network
from composer.plan.actions import (
    CreateContainer,
    CreateNetwork,
    RemoveContainer,
    RemoveVolume,
    StartContainer,
    StopContainer,
)
from composer.plan.change import Change
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.views.plan import plan_document, plan_object, plan_text
from tests.support.runs import PLAN, PROXY, WEB1, ref, spec, step


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


CHANGED = Plan(
    (
        step(
            "network:front",
            CreateNetwork("front", Network(name="shop_front"), {}),
            Reason(Cause.CONFIG_CHANGED, changes=(Change("internal", "false", "true"),)),
        ),
        step(
            "create:proxy-1",
            CreateContainer(spec(PROXY), replaces=ref("shop-proxy-1")),
            Reason(
                Cause.CONFIG_CHANGED,
                "made by docker compose",
                (
                    Change("environment.LOG", "info", "debug"),
                    Change("command", "sleep 1", f"sh -c 'echo a\n{'b' * 80}'"),
                    Change("environment.TOKEN", hidden=True),
                ),
            ),
            ("network:front",),
        ),
        step("stop:proxy-1", StopContainer(PROXY, ref("shop-proxy-1")), Reason(Cause.REPLACED), ("create:proxy-1",)),
        step("start:proxy-1", StartContainer(PROXY), Reason(Cause.CONFIG_CHANGED), ("stop:proxy-1",)),
    )
)
ORIGINS = {
    "services.proxy.environment.LOG": Span("compose.yaml", 4, 7),
    "services.proxy.command": Span("override.yaml", 12, 7),
    "networks.front.internal": Span("compose.yaml", 20, 7),
}


def test_a_line_a_changed_key_with_its_place() -> None:
    assert (
        plan_text(CHANGED, verb="up", project="shop", origins=ORIGINS, brief=True)
        == f"""\
Plan: up of shop would do this:
  + create network shop_front        its configuration changed
      internal false → true  compose.yaml:20
  ~ recreate container shop-proxy-1  its configuration changed: made by docker compose
      environment.LOG info → debug{" " * 52}compose.yaml:4
      command sleep 1 → sh -c 'echo a {"b" * 45}…  override.yaml:12
      environment.TOKEN (changed)
1 to create, 1 to recreate, 1 to start. Nothing was changed.
"""
    )
    assert "  ■ stop container shop-proxy-1      replaced by a new one\n" in plan_text(CHANGED)


def test_changed_keys_in_json() -> None:
    document = plan_document(CHANGED, verb="up", project="shop", origins=ORIGINS)
    steps = document["steps"]
    assert isinstance(steps, list)
    assert steps[0]["changes"] == [
        {"path": "internal", "before": "false", "after": "true", "hidden": False}
        | {"file": "compose.yaml", "line": 20, "column": 7}
    ]
    assert steps[1]["changes"][2] == {"path": "environment.TOKEN", "before": None, "after": None, "hidden": True}
    assert "changes" not in steps[2]
    told = list(plan_object(CHANGED))
    assert told[0]["changes"] == [{"path": "internal", "before": "false", "after": "true", "hidden": False}]


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
