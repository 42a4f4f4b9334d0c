"""`down`: order, what goes and what stays, with and without a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer import labels
from composer.errors import PlanError
from composer.model.lifecycle import Hook
from composer.model.mount import Mount
from composer.plan.actions import RemoveContainer
from composer.plan.down import plan_down
from composer.plan.observed import ObservedImage
from composer.plan.options import DownOptions
from tests.support.build import (
    container_id,
    exited,
    healthy,
    image_id,
    nothing,
    observed,
    one_off,
    project,
    running,
)
from tests.support.golden import assert_plan, ids, lines

ALL = DownOptions()
SHOP = project("web -> db:healthy; db; batch")
STORE = project(
    "web; db",
    db={"image": "postgres", "volumes": (Mount(type="volume", source="data", target="/data"),)},
)


def test_dependents_first_and_the_network_with_its_last_container() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), exited("batch-1"))
    assert_plan(
        plan_down(SHOP, seen, ALL),
        """
        remove:batch-1  requested
        stop:web-1  requested
        remove:web-1  [after stop:web-1]  requested
        stop:db-1  [once ended stop:web-1]  requested
        remove:db-1  [after stop:db-1]  requested
        remove-network:default  [after remove:batch-1, remove:db-1, remove:web-1]  requested
        """,
    )


def test_without_a_file_the_labels_give_services_and_order() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), exited("batch-1"))
    assert plan_down(None, seen, ALL).to_text() != ""
    assert lines(plan_down(None, seen, ALL), "stop") == lines(plan_down(SHOP, seen, ALL), "stop")
    assert set(ids(plan_down(None, seen, ALL))) == set(ids(plan_down(SHOP, seen, ALL)))


def test_order_carries_through_a_service_that_does_not_run() -> None:
    shop = project("web -> api; api -> db; db")
    plan = plan_down(shop, observed(shop, running("web-1"), exited("api-1"), running("db-1")), ALL)
    assert lines(plan, "stop:db") == "stop:db-1  [once ended stop:web-1]  requested"


def test_labels_that_contradict_each_other_give_no_order() -> None:
    shop = project("a; b; c")
    seen = observed(
        shop,
        running("a-1", depends_on="b:service_started:false"),
        running("b-1", depends_on="a"),
        running("c-1", depends_on="a:strange:true,gone:service_healthy:false"),
    )
    assert lines(plan_down(None, seen, ALL), "stop").splitlines() == [
        "stop:c-1  requested",
        "stop:b-1  requested",
        "stop:a-1  requested",
    ]


def test_no_time_to_end_makes_one_forced_step_each() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"))
    plan = plan_down(SHOP, seen, DownOptions(timeout=0, volumes=True))
    assert_plan(
        plan,
        """
        remove:web-1  requested
        remove:db-1  requested
        remove-network:default  [after remove:db-1, remove:web-1]  requested
        """,
    )
    removals = [step.action for step in plan.steps if isinstance(step.action, RemoveContainer)]
    assert [removal.force for removal in removals] == [True, True]


def test_hooks_before_the_stop_run_however_little_time_there_is() -> None:
    hooked = project("web", web={"pre_stop": (Hook(command=("true",)),)})
    plan = plan_down(hooked, observed(hooked, running("web-1")), DownOptions(timeout=0))
    assert ids(plan)[:2] == ["stop:web-1", "remove:web-1"]


def test_anonymous_volumes_go_with_the_containers_that_have_some() -> None:
    seen = observed(SHOP, running("web-1", volumes=("0f" * 32, "named")), healthy("db-1", volumes=("demo_data",)))
    for timeout in (None, 0):
        plan = plan_down(SHOP, seen, DownOptions(timeout=timeout, volumes=True))
        removals = [step.action for step in plan.steps if isinstance(step.action, RemoveContainer)]
        assert {str(removal.replica): removal.volumes for removal in removals} == {"web-1": True, "db-1": False}


def test_two_containers_with_one_number_both_go() -> None:
    twin = running("web-1", name="0123456789ab_demo-web-1")
    web = project("web")
    other = container_id("demo-web-1")[:12]
    for timeout in (None, 0):
        plan = plan_down(web, observed(web, running("web-1"), twin), DownOptions(timeout=timeout))
        assert sorted(step for step in ids(plan) if step.startswith("remove:")) == [
            "remove:web-1",
            f"remove:web-1@{other}",
        ]


def test_named_services_only() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), running("batch-1"))
    plan = plan_down(SHOP, seen, DownOptions(services=("db",)))
    assert ids(plan) == ["stop:db-1", "remove:db-1"]
    assert plan.warnings == ()
    with pytest.raises(PlanError, match="no such service: dbb"):
        plan_down(SHOP, seen, DownOptions(services=("dbb",)))


def test_named_services_without_a_file_take_their_dependents_along() -> None:
    seen = observed(SHOP, running("web-1"), healthy("db-1"), running("batch-1"))
    plan = plan_down(None, seen, DownOptions(services=("db",)))
    assert ids(plan) == ["stop:web-1", "remove:web-1", "stop:db-1", "remove:db-1"]
    gone = plan_down(None, seen, DownOptions(services=("gone",)))
    assert not gone
    assert gone.warnings == ('nothing to remove for project "demo"',)


def test_a_named_service_takes_what_only_it_uses() -> None:
    shop = project(
        "web; db", db={"networks": {"back": None}, "volumes": (Mount(type="volume", source="data", target="/data"),)}
    )
    seen = observed(shop, running("web-1"), exited("db-1"))
    only_db = DownOptions(services=("db",), volumes=True)
    for file in (shop, None):
        assert ids(plan_down(file, seen, only_db)) == ["remove:db-1", "remove-network:back", "remove-volume:data"]
    assert ids(plan_down(shop, seen, DownOptions(services=("web",), volumes=True))) == [
        "stop:web-1",
        "remove:web-1",
        "remove-network:default",
    ]


def test_orphans_stay_unless_asked_for() -> None:
    seen = observed(SHOP, running("web-1"), running("old-1"), one_off("web", "exited"))
    plan = plan_down(SHOP, seen, ALL)
    assert ids(plan) == ["stop:web-1", "remove:web-1"]
    assert plan.warnings == (
        "orphan containers (demo-old-1) stay; --remove-orphans removes them",
        "network demo_default stays: it is in use by demo-old-1",
    )
    assert ids(plan_down(SHOP, seen, DownOptions(remove_orphans=True))) == [
        "remove:demo-web-run",
        "stop:web-1",
        "remove:web-1",
        "stop:demo-old-1",
        "remove:demo-old-1",
        "remove-network:default",
    ]


def test_one_offs_of_labels_go_on_demand() -> None:
    seen = observed(SHOP, one_off("web"))
    assert ids(plan_down(None, seen, ALL)) == []
    assert plan_down(None, seen, ALL).warnings == ("network demo_default stays: it is in use by demo-web-run",)
    web = observed(SHOP, running("web-1"), one_off("web"))
    assert "remove:demo-web-run" in ids(plan_down(None, web, DownOptions(remove_orphans=True)))


def test_services_of_inactive_profiles_keep_running_and_keep_the_network() -> None:
    shop = replace(SHOP, disabled={"debug": SHOP.services["web"]})
    plan = plan_down(shop, observed(SHOP, running("debug-1"), running("batch-1")), ALL)
    assert ids(plan) == ["stop:batch-1", "remove:batch-1"]
    assert plan.warnings == ("network demo_default stays: it is in use by demo-debug-1",)


def test_a_stopped_leftover_holds_no_network() -> None:
    plan = plan_down(SHOP, observed(SHOP, exited("old-1")), ALL)
    assert ids(plan) == ["remove-network:default"]


def test_volumes_go_on_demand_and_only_our_own() -> None:
    seen = observed(STORE, running("db-1"))
    assert "remove-volume:data" not in ids(plan_down(STORE, seen, ALL))
    plan = plan_down(STORE, seen, DownOptions(volumes=True))
    assert lines(plan, "remove-volume") == "remove-volume:data  [after remove:db-1]  requested"
    mine = seen.volumes["demo_data"]
    for volume in (replace(mine, project=""), replace(mine, project="other")):
        stays = replace(seen, volumes={"demo_data": volume})
        assert "remove-volume:data" not in ids(plan_down(STORE, stays, DownOptions(volumes=True)))


def test_a_volume_the_file_does_not_declare_stays_but_goes_without_a_file() -> None:
    seen = observed(STORE)
    forgotten = replace(seen.volumes["demo_data"], name="demo_old", key="")
    seen = replace(seen, volumes={"demo_old": forgotten}, networks={})
    assert ids(plan_down(STORE, seen, DownOptions(volumes=True))) == []
    assert ids(plan_down(None, seen, DownOptions(volumes=True))) == ["remove-volume:demo_old"]


def test_a_volume_in_use_stays() -> None:
    seen = observed(STORE, one_off("db", "exited", volumes=("demo_data",)))
    plan = plan_down(STORE, seen, DownOptions(volumes=True))
    assert ids(plan) == ["remove-network:default"]
    assert plan.warnings == ("volume demo_data stays: it is in use by demo-db-run",)


def test_external_and_foreign_objects_are_never_removed() -> None:
    shop = replace(
        STORE,
        networks={key: replace(network, external=True) for key, network in STORE.networks.items()},
        volumes={key: replace(volume, external=True) for key, volume in STORE.volumes.items()},
    )
    assert ids(plan_down(shop, observed(shop), DownOptions(volumes=True))) == []
    seen = observed(STORE)
    foreign = replace(seen.networks["demo_default"], project="other")
    assert ids(plan_down(STORE, replace(seen, networks={"demo_default": foreign}), ALL)) == []


def test_a_network_the_file_does_not_know_any_more_goes_too() -> None:
    seen = observed(SHOP)
    old = replace(seen.networks["demo_default"], name="demo_old", key="old")
    assert ids(plan_down(SHOP, replace(seen, networks={"demo_old": old}), ALL)) == ["remove-network:old"]


def test_images_all() -> None:
    seen = observed(STORE, running("web-1"), running("db-1"))
    plan = plan_down(STORE, seen, DownOptions(images="all"))
    assert lines(plan, "remove-image").splitlines() == [
        "remove-image:busybox  [after remove:web-1]  requested",
        "remove-image:postgres  [after remove:db-1]  requested",
    ]
    without = replace(observed(STORE, running("db-1")), images={})
    assert lines(plan_down(None, without, DownOptions(images="all")), "remove-image") == (
        "remove-image:postgres  [after remove:db-1]  requested"
    )


def test_images_local_are_those_built_for_the_project() -> None:
    shop = project("web; db", web={"image": None})
    seen = observed(shop, running("web-1"), running("db-1"))
    built = ObservedImage("extra", image_id("extra"), labels={labels.PROJECT: "demo"})
    seen = replace(seen, images={**seen.images, "extra": built})
    assert lines(plan_down(shop, seen, DownOptions(images="local")), "remove-image").splitlines() == [
        "remove-image:demo-web  [after remove:web-1]  requested",
        "remove-image:extra  requested",
    ]


def test_an_image_in_use_stays() -> None:
    shop = project("web; db")
    plan = plan_down(
        shop, observed(shop, running("web-1"), running("db-1")), DownOptions(services=("web",), images="all")
    )
    assert plan.warnings == ("image busybox stays: it is in use by demo-db-1",)


def test_nothing_there() -> None:
    plan = plan_down(SHOP, nothing(SHOP), ALL)
    assert not plan
    assert plan.warnings == ('nothing to remove for project "demo"',)


def test_containers_of_another_folder_are_told_and_its_orphans_go_only_when_agreed_to() -> None:
    elsewhere = {labels.WORKING_DIR: "/srv/other/demo"}
    seen = observed(SHOP, exited("web-1", labels=elsewhere), exited("old-1", labels=elsewhere), networks={})
    plan = plan_down(SHOP, seen, DownOptions(remove_orphans=True))
    assert [one.subject for one in plan.confirmations] == ["/srv/other/demo"]
    assert plan.warnings[0].startswith('project "demo" has containers that were started from /srv/other/demo')
    assert ids(plan) == ["remove:web-1", "remove:demo-old-1"]
    declined = DownOptions(remove_orphans=True, declined=plan.confirmations)
    assert ids(plan_down(SHOP, seen, declined)) == ["remove:web-1"]
    assert plan_down(None, seen, DownOptions()).confirmations == ()  # without a file there is no folder of its own
