"""Why a configuration counts as changed: from the record, from the engine, or only by the hash."""

from __future__ import annotations

from dataclasses import replace

from composer import labels
from composer.model.dump import network_document, volume_document
from composer.model.network import Ipam, Network, Pool
from composer.model.project import Project
from composer.model.volume import Volume
from composer.plan.actions import CreateContainer
from composer.plan.change import Change
from composer.plan.desired import desire, network_labels, replica_spec, volume_labels
from composer.plan.grounds import Answer, answered, questions, resource_changed
from composer.plan.observed import ObservedNetwork, ObservedVolume
from composer.plan.options import UpOptions
from composer.plan.plan import Plan
from composer.plan.reasons import Cause, Reason
from composer.plan.up import plan_up
from tests.support.build import Seen, container_id, observed, project, running
from tests.support.golden import lines

OLD = project("web*2", web={"environment": {"LOG": "info", "URL": "pg://u:word@db", "TOKEN": "a"}, "command": ("a",)})
NEW = project("web*2", web={"environment": {"LOG": "debug", "URL": "x", "TOKEN": "b"}, "command": ("b",)})


def made_of(of: Project, replica: str, **more: str) -> Seen:
    """A running container as `of` made it."""
    name, _, number = replica.rpartition("-")
    desired = desire(of)
    spec = replica_spec(desired, of.services[name], int(number))
    return running(replica, config_hash=desired.hashes[name], labels={**spec.labels, **more})


def planned(*containers: Seen) -> Plan:
    return plan_up(NEW, observed(NEW, *containers), UpOptions())


def test_the_record_tells_the_keys() -> None:
    plan = planned(made_of(OLD, "web-1"), made_of(OLD, "web-2"))
    changes = (
        Change("command", "a", "b"),
        Change("environment.LOG", None, "debug", is_open=True),
        Change("environment.TOKEN", hidden=True),
        Change("environment.URL", None, "x", is_open=True),
    )
    found = [step.reason for step in plan.steps if isinstance(step.action, CreateContainer)]
    assert found == [Reason(Cause.CONFIG_CHANGED, changes=changes)] * 2


def test_open_questions_are_asked_once_a_service_and_answered_for_all() -> None:
    plan = planned(made_of(OLD, "web-1"), made_of(OLD, "web-2"))
    [question] = questions(plan)
    assert (question.container.id, question.spec.replica.service) == (container_id("demo-web-1"), "web")
    told = answered(plan, {question.about: Answer({"LOG": "info", "URL": "pg://u:word@db"})})
    text = "command a → b; environment.LOG info → debug; environment.TOKEN (changed); environment.URL (changed)"
    assert lines(told, "create") == f"create:web-1  config-changed: {text}\ncreate:web-2  config-changed: {text}"
    assert questions(told) == ()
    assert answered(plan, {}) is plan


def test_what_the_engine_does_not_know_stays_open() -> None:
    plan = planned(made_of(OLD, "web-1"))
    [question] = questions(plan)
    told = answered(plan, {question.about: Answer({})})
    assert "environment.LOG → debug" in lines(told, "create:web-1")


def test_without_a_record_the_engine_is_asked() -> None:
    plan = planned(made_of(OLD, "web-1", **{labels.DEFINITION: ""}))
    [question] = questions(plan)
    assert question.reason.detail.startswith("hash ")
    changed = answered(plan, {question.about: Answer({}, (Change("command", "a", "b"),))})
    assert lines(changed, "create:web-1") == "create:web-1  config-changed: made by docker compose; command a → b"
    assert "config-changed: made by docker compose; command a → b" in lines(changed, "start:web-1")
    unseen = answered(plan, {question.about: Answer({})})
    assert lines(unseen, "create:web-1").startswith("create:web-1  config-changed: made by docker compose; hash ")


def test_a_record_of_another_version_is_not_guessed_at() -> None:
    plan = planned(made_of(OLD, "web-1", **{labels.DEFINITION: "9.x"}))
    assert questions(plan) == ()
    assert lines(plan, "create:web-1").startswith("create:web-1  config-changed: made by another Composer; hash ")


def test_another_container_to_share() -> None:
    shop = project("web; side", side={"network_mode": "service:web", "networks": {}})
    seen = observed(shop, made_of(shop, "web-1"), made_of(shop, "side-1"))
    plan = plan_up(shop, seen, UpOptions())
    assert lines(plan, "create") == "create:side-1  config-changed: it shares another container of web now"


def test_recreates_for_other_reasons_ask_nothing() -> None:
    plan = plan_up(NEW, observed(NEW, made_of(OLD, "web-1")), UpOptions(recreate="force"))
    assert questions(plan) == ()


FRONT = Network(
    name="demo_front", internal=True, driver_opts={"mtu": "1400"}, ipam=Ipam(config=(Pool(subnet="10.5.0.0/24"),))
)


def test_a_network_from_its_record() -> None:
    made = replace(FRONT, internal=False, labels={"team": "a"})
    label = desire(replace(NEW, networks={"front": made}))
    found = ObservedNetwork("n", "demo_front", definition=network_labels(label, "front", made)[labels.DEFINITION])
    reason = resource_changed(network_document(FRONT), found, "f" * 64)
    assert reason == Reason(
        Cause.CONFIG_CHANGED, "", (Change("internal", "false", "true"), Change("labels.team", "a", None))
    )


def test_a_network_as_the_engine_tells_it() -> None:
    settings = {
        "driver": "bridge",
        "driver_opts": {"mtu": "1500"},
        "ipam": {"config": [{"subnet": "10.6.0.0/24", "gateway": "10.6.0.1"}]},
    }
    found = ObservedNetwork("n", "demo_front", settings=settings)
    assert [change.text for change in resource_changed(network_document(FRONT), found, "f" * 64).changes] == [
        "driver_opts.mtu 1500 → 1400",
        "internal false → true",
        'ipam.config - {"subnet": "10.6.0.0/24"}',
        'ipam.config + {"subnet": "10.5.0.0/24"}',
    ]
    plain = Network(name="demo_front")
    same = ObservedNetwork("n", "demo_front", config_hash="a" * 64, settings={**settings, "driver_opts": {}})
    assert resource_changed(network_document(plain), same, "f" * 64) == Reason(
        Cause.CONFIG_CHANGED, "hash aaaaaaaaaaaa → ffffffffffff"
    )
    overlay = resource_changed(network_document(replace(plain, driver="overlay")), same, "f" * 64)
    assert overlay.changes == (Change("driver", None, "overlay"),)


def test_a_volume() -> None:
    made = Volume(name="demo_data", driver_opts={"o": "username=me,password=word", "type": "cifs"})
    wanted = replace(made, driver_opts={"o": "username=me,password=other", "type": "nfs"})
    label = volume_labels(desire(NEW), "data", made)[labels.DEFINITION]
    for found in (
        ObservedVolume("demo_data", definition=label),
        ObservedVolume("demo_data", settings={"driver": "local", "driver_opts": made.driver_opts}),
    ):
        assert resource_changed(volume_document(wanted), found, "f" * 64).changes == (
            Change("driver_opts.o", hidden=True),
            Change("driver_opts.type", "cifs", "nfs"),
        )
