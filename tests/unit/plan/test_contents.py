"""Changed contents behind secrets and configs, told from a label."""

from __future__ import annotations

import json
from dataclasses import replace

from composer import labels
from composer.model.secret import Config, Sealed, Secret, ServiceConfig, ServiceSecret
from composer.plan.change import Change
from composer.plan.contents import content_changes, content_label
from composer.plan.desired import desire, replica_spec
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import observed, project, running, stale
from tests.support.golden import assert_plan, lines

SHOP = replace(
    project(
        "web; db",
        web={
            "configs": (ServiceConfig(source="app"), ServiceConfig(source="app", target="/again")),
            "secrets": (ServiceSecret(source="key"),),
        },
    ),
    configs={"app": Config(name="demo_app", content="one")},
    secrets={"key": Secret(name="demo_key", environment="KEY")},
    variables={"KEY": Sealed("word")},
)
BEFORE = {"configs.app": Sealed("text 1"), "secrets.key": Sealed("text 2")}
AFTER = {**BEFORE, "configs.app": Sealed("text 3")}
WEB = SHOP.services["web"]


def test_the_label_holds_salted_digests() -> None:
    label = content_label(SHOP, WEB, BEFORE)
    recorded = json.loads(label)
    assert list(recorded) == ["salt", "secrets.key", "configs.app"]
    assert "text" not in label
    assert content_label(replace(SHOP, name="other"), WEB, BEFORE) != label
    assert content_label(SHOP, SHOP.services["db"], BEFORE) == ""
    assert content_label(SHOP, WEB, {}) == ""


def test_what_changed_since() -> None:
    label = content_label(SHOP, WEB, BEFORE)
    assert content_changes(WEB, label, BEFORE) == ()
    assert content_changes(WEB, label, AFTER) == (Change("configs.app", hidden=True),)
    assert content_changes(WEB, label, {"configs.app": BEFORE["configs.app"]}) == ()


def test_without_a_record_nothing_has_changed() -> None:
    partly = content_label(SHOP, WEB, {"secrets.key": Sealed("text 2")})
    for label in ("", "{", "[]", "1", '{"salt":1}', '{"configs.app":"x"}', partly):
        assert content_changes(WEB, label, AFTER) == ()


def marked() -> dict[str, str]:
    return dict(replica_spec(desire(SHOP, contents=BEFORE), WEB, 1).labels)


def test_a_changed_content_recreates() -> None:
    seen = observed(SHOP, running("web-1", labels=marked()), running("db-1"))
    assert_plan(plan_up(SHOP, seen, UpOptions(), contents=BEFORE), "")
    assert_plan(plan_up(SHOP, seen, UpOptions()), "")
    plan = plan_up(SHOP, seen, UpOptions(), contents=AFTER)
    assert lines(plan, "create") == "create:web-1  content-changed: configs.app (changed)"
    create = next(step.action for step in plan.steps if step.id == "create:web-1")
    assert create.spec.labels[labels.CONTENT] == content_label(SHOP, WEB, AFTER)  # type: ignore[union-attr]
    assert_plan(plan_up(SHOP, seen, UpOptions(recreate="never"), contents=AFTER), "")


def test_a_changed_content_is_told_with_what_else_has_changed() -> None:
    verbose = replace(WEB, environment={"LOG": "info"})
    before = replace(SHOP, services={**SHOP.services, "web": verbose})
    old = replica_spec(desire(before, contents=BEFORE), verbose, 1)
    seen = observed(SHOP, stale("web-1", labels=dict(old.labels)), running("db-1"))
    plan = plan_up(SHOP, seen, UpOptions(), contents=AFTER)
    assert lines(plan, "create") == "create:web-1  config-changed: environment.LOG removed; configs.app (changed)"


def test_containers_of_others_stay() -> None:
    seen = observed(SHOP, running("web-1"), running("db-1"))
    assert_plan(plan_up(SHOP, seen, UpOptions(), contents=AFTER), "")
