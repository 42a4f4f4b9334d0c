"""The plan's check, text, JSON and sum; the draft that makes it."""

from __future__ import annotations

import json

import pytest

from composer.model.mount import Mount
from composer.plan.actions import ContainerId, ContainerRef, ReplicaId, StartContainer, StepId
from composer.plan.document import plan_document
from composer.plan.down import plan_down
from composer.plan.draft import Draft
from composer.plan.kill import plan_kill
from composer.plan.options import DownOptions, KillOptions, UpOptions
from composer.plan.plan import Plan, Step, check
from composer.plan.reasons import Cause, Reason
from composer.plan.up import plan_up
from tests.support.build import nothing, observed, project, running, stale, starting

MISSING = Reason(Cause.MISSING)


def step(name: str, *after: str, any_of: tuple[str, ...] = ()) -> Step:
    action = StartContainer(ReplicaId(name, 1))
    return Step(StepId(name), action, MISSING, frozenset(map(StepId, after)), frozenset(map(StepId, any_of)))


def test_check_sorts_and_keeps_the_given_order_where_it_can() -> None:
    given = [step("c", "a"), step("b"), step("a", any_of=("d",)), step("d")]
    assert [each.id for each in check(given)] == ["b", "d", "a", "c"]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([step("a"), step("a")], "step a is planned twice"),
        ([step("a", "z", any_of=("y",))], "step a comes after unknown y, z"),
        ([step("a", "b"), step("b", any_of=("a",)), step("c")], "steps wait for each other: a, b"),
    ],
)
def test_check_refuses_what_is_a_defect(steps: list[Step], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check(steps)


def test_the_text_of_a_step() -> None:
    assert step("a").to_text() == "a  missing"
    assert step("a", "z", "b").to_text() == "a  [after b, z]  missing"
    assert step("a", any_of=("c",)).to_text() == "a  [once ended c]  missing"
    assert step("a", "b", any_of=("c",)).to_text() == "a  [after b; once ended c]  missing"
    assert step("a").kind == "a"


def test_the_draft_refuses_a_step_twice_and_prefers_success_over_end() -> None:
    draft = Draft()
    assert not draft
    first = draft.add("first", StartContainer(ReplicaId("a", 1)), MISSING)
    with pytest.raises(ValueError, match="step first is planned twice"):
        draft.add("first", StartContainer(ReplicaId("a", 1)), MISSING)
    second = draft.add("second", StartContainer(ReplicaId("a", 2)), MISSING, after=(first,))
    draft.after_any(second, (first,))
    assert draft
    assert draft.finish(("a",)).to_text() == "first  missing\nsecond  [after first]  missing"


def test_the_sum() -> None:
    shop = project("web*2 -> db:healthy; db")
    plan = plan_up(shop, nothing(shop), UpOptions())
    assert plan.summary() == {"network": 1, "create": 3, "start": 3, "wait": 1}
    assert plan
    assert not Plan()
    assert Plan().summary() == {}


def test_the_document_says_all_in_plain_values() -> None:
    volume = Mount(type="volume", source="data", target="/data")
    shop = project("web -> db?, job:completed; db; job; old", db={"volumes": (volume,)}, job={"image": "worker"})
    seen = observed(shop, stale("db-1"), running("old-1"), running("gone-1"), images={}, volumes={})
    document = plan_up(shop, seen, UpOptions(wait=True, remove_orphans=True)).to_json()
    steps = {each["id"]: each for each in json.loads(json.dumps(document))["steps"]}
    assert steps["pull:worker"] == {
        "id": "pull:worker",
        "action": "pull",
        "image": "worker",
        "services": ["job"],
        "cause": "image-missing",
        "detail": "",
        "after": [],
    }
    assert steps["volume:data"]["volume"] == "demo_data"
    created = steps["create:db-1"]
    assert (created["container"], created["image"], created["replaces"]) == ("demo-db-1", "busybox", "demo-db-1")
    assert "replaces" not in steps["create:web-1"]
    assert steps["rename:db-1"]["container"] == "demo-db-1"
    assert steps["start:web-1"]["after_any"] == ["start:db-1"]
    assert steps["stop:demo-gone-1"] == {
        "id": "stop:demo-gone-1",
        "action": "stop",
        "service": "gone",
        "container": "demo-gone-1",
        "cause": "orphan",
        "detail": 'service "gone" is not in the files',
        "after": [],
    }
    assert steps["remove:demo-gone-1"]["anonymous_volumes"] is False
    assert (steps["wait:job:completed"]["condition"], steps["wait:job:completed"]["needed_by"]) == (
        "service_completed_successfully",
        ["web"],
    )
    assert steps["wait:web:ready"]["condition"] == "ready"
    assert document["unchanged"] == {"old-1": "demo-old-1"}
    assert document["warnings"] == []
    assert document["version"] == 1


def test_the_document_of_removals_and_kills() -> None:
    volume = Mount(type="volume", source="data", target="/data")
    shop = project("db", db={"volumes": (volume,)})
    down = plan_down(shop, observed(shop, running("db-1")), DownOptions(volumes=True, images="all"))
    details = {each["action"]: each for each in plan_document(down)["steps"]}  # type: ignore[attr-defined]
    assert details["remove-network"]["network"] == "demo_default"
    assert details["remove-volume"]["volume"] == "demo_data"
    assert details["remove-image"]["image"] == "busybox"
    kill = plan_document(plan_kill(shop, observed(shop, running("db-1")), KillOptions()))
    assert kill["summary"] == {"kill": 1}
    start = Step(StepId("start:db-1"), StartContainer(ReplicaId("db", 1), ContainerRef(ContainerId("1"), "x")), MISSING)
    assert plan_document(Plan((start,)))["steps"][0]["container"] == "x"  # type: ignore[index]
    network = plan_document(plan_up(project("web"), nothing(project("web")), UpOptions()))
    assert network["steps"][0]["network"] == "demo_default"  # type: ignore[index]


def test_only_looking_is_no_change() -> None:
    shop = project("web")
    waiting = plan_up(shop, observed(shop, starting("web-1")), UpOptions(wait=True))
    assert not Plan().changes_something
    assert [step.kind for step in waiting.steps] == ["wait"]
    assert not waiting.changes_something
    assert plan_up(shop, observed(shop), UpOptions()).changes_something
