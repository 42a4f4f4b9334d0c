"""`up` where containers differ from the file: what is recreated and why, numbers, scale, interrupted runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from composer import labels
from composer.errors import PlanError
from composer.model.mount import Mount
from composer.model.port import Port
from composer.plan.actions import CreateContainer, RenameContainer, StopContainer
from composer.plan.observed import ObservedImage, ObservedState
from composer.plan.options import UpOptions
from composer.plan.reasons import Cause
from composer.plan.up import plan_up
from tests.support.build import container_id, created, exited, image_id, observed, one_off, project, running, stale
from tests.support.golden import assert_plan, ids, lines

ALL = UpOptions()
WEB = project("web", web={"container_name": "www"})


def cause_of(plan: object, step: str) -> tuple[Cause, str]:
    found = next(each for each in plan.steps if each.id == step)  # type: ignore[attr-defined]
    return found.reason.cause, found.reason.detail


def test_a_recreate_makes_the_new_one_before_the_old_one_stops() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, stale("web-1")), UpOptions(timeout=3))
    assert [line.split("  ")[:2] for line in plan.to_text().splitlines()] == [
        ["create:web-1", f"config-changed: hash 000000000000 → {created_hash(plan)[:12]}"],
        ["stop:web-1", "[after create:web-1]"],
        ["remove:web-1", "[after create:web-1, stop:web-1]"],
        ["rename:web-1", "[after remove:web-1]"],
        ["start:web-1", "[after rename:web-1]"],
    ]
    create, stop, _, rename, _ = (step.action for step in plan.steps)
    assert isinstance(create, CreateContainer)
    assert create.replaces is not None
    assert create.replaces.name == "demo-web-1"
    assert create.spec.labels[labels.REPLACE] == "web-1"
    assert not create.renew_volumes
    assert isinstance(stop, StopContainer)
    assert stop.timeout == 3
    assert isinstance(rename, RenameContainer)
    assert (rename.name, rename.container) == ("demo-web-1", None)


def created_hash(plan: object) -> str:
    action = plan.steps[0].action  # type: ignore[attr-defined]
    return str(action.spec.config_hash)


def test_an_old_one_that_does_not_run_is_not_stopped() -> None:
    plan = plan_up(WEB, observed(WEB, exited("web-1", name="www", config_hash="")), ALL)
    assert ids(plan) == ["create:web-1", "remove:web-1", "rename:web-1", "start:web-1"]
    assert cause_of(plan, "create:web-1")[1].startswith("hash none → ")


def test_the_image_behind_the_tag_changed() -> None:
    plan = plan_up(WEB, observed(WEB, running("web-1", image_digest="sha256:" + "a" * 64)), ALL)
    assert cause_of(plan, "create:web-1") == (
        Cause.IMAGE_CHANGED,
        f"sha256:{'a' * 12} → {image_id('busybox')[:19]}",
    )


def test_the_image_behind_a_mounted_tag_changed() -> None:
    shop = project("web", web={"volumes": (Mount(type="image", source="tools", target="/tools"),)})
    images = {ref: ObservedImage(ref, image_id(ref)) for ref in ("busybox", "tools")}

    def seen(**marks: str) -> ObservedState:
        return observed(shop, running("web-1", labels=marks), images=images)

    same, other = (f"/tools={image_id(ref)}" for ref in ("tools", "other"))
    assert not plan_up(shop, seen(**{labels.IMAGE_VOLUMES: same}), ALL)
    assert not plan_up(shop, seen(), ALL)  # as docker compose 2.40 makes them
    detail = f"tools: {image_id('other')[:19]} → {image_id('tools')[:19]}"
    assert cause_of(plan_up(shop, seen(**{labels.IMAGE_VOLUMES: other}), ALL), "create:web-1") == (
        Cause.IMAGE_CHANGED,
        detail,
    )


def test_the_image_label_is_missing() -> None:
    plan = plan_up(WEB, observed(WEB, running("web-1", image_digest="")), ALL)
    assert cause_of(plan, "create:web-1")[1].startswith("unknown → sha256:")


@pytest.mark.parametrize(
    ("seen", "detail"),
    [
        (running("web-1", networks={}), "not attached to demo_default"),
        (running("web-1", networks={"demo_default": "old id"}), "attached to a former demo_default"),
        (exited("web-1", networks={"demo_default": "old id"}), "attached to a former demo_default"),
        (exited("web-1", networks={}), "not attached to demo_default"),
        (created("web-1", networks={}), "not attached to demo_default"),
    ],
)
def test_the_network_changed(seen: object, detail: str) -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, seen), ALL)  # type: ignore[arg-type]
    assert cause_of(plan, "create:web-1") == (Cause.NETWORK_CHANGED, detail)


def test_a_container_that_never_ran_has_networks_without_ids() -> None:
    shop = project("web")
    seen = observed(shop, created("web-1", networks={"demo_default": ""}))
    assert ids(plan_up(shop, seen, ALL)) == ["start:web-1"]


def test_a_lost_network_is_made_again_with_its_container() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, running("web-1"), networks={}), ALL)
    assert ids(plan)[:2] == ["network:default", "create:web-1"]
    assert cause_of(plan, "create:web-1") == (Cause.NETWORK_CHANGED, "attached to a former demo_default")


def test_a_volume_is_not_mounted() -> None:
    shop = project("web", web={"volumes": (Mount(type="volume", source="data", target="/data"),)})
    assert not plan_up(shop, observed(shop, running("web-1")), ALL)
    plan = plan_up(shop, observed(shop, running("web-1", volumes=("other",))), ALL)
    assert cause_of(plan, "create:web-1") == (Cause.VOLUME_CHANGED, "demo_data is not mounted")


@pytest.mark.parametrize("state", ["dead", "removing"])
def test_what_cannot_be_started_is_replaced(state: str) -> None:
    plan = plan_up(WEB, observed(WEB, running("web-1", state=state)), ALL)
    assert cause_of(plan, "create:web-1") == (Cause.NOT_RUNNING, state)


def test_what_the_engine_restarts_is_left_alone() -> None:
    assert not plan_up(WEB, observed(WEB, running("web-1", state="restarting")), ALL)


def test_force_recreates_named_services_and_not_their_dependencies() -> None:
    shop = project("web -> db; db")
    seen = observed(shop, running("db-1"), running("web-1"))
    assert "create:db-1" in ids(plan_up(shop, seen, UpOptions(recreate="force")))
    plan = plan_up(shop, seen, UpOptions(services=("web",), recreate="force"))
    assert ids(plan) == ["create:web-1", "stop:web-1", "remove:web-1", "rename:web-1", "start:web-1"]
    assert cause_of(plan, "create:web-1") == (Cause.FORCED, "")
    assert "create:db-1" in ids(plan_up(shop, seen, UpOptions(services=("web",), recreate_deps="force")))


def test_fresh_anonymous_volumes_need_fresh_containers() -> None:
    plan = plan_up(WEB, observed(WEB, running("web-1")), UpOptions(renew_volumes=True))
    create = plan.steps[0].action
    assert isinstance(create, CreateContainer)
    assert create.renew_volumes


def test_never_recreate() -> None:
    shop = project("web -> db; db")
    never = UpOptions(recreate="never", recreate_deps="never")
    assert ids(plan_up(shop, observed(shop, stale("web-1"), stale("db-1", state="exited")), never)) == ["start:db-1"]


def test_scale_up_takes_numbers_above_the_highest() -> None:
    shop = project("web*4")
    plan = plan_up(shop, observed(shop, running("web-2"), running("web-5")), ALL)
    assert lines(plan, "create") == "create:web-6  missing\ncreate:web-7  missing"


def test_scale_down_takes_obsolete_ones_then_the_highest() -> None:
    shop = project("web*2")
    plan = plan_up(shop, observed(shop, stale("web-1"), running("web-2"), running("web-3"), running("web-4")), ALL)
    assert_plan(
        plan,
        """
        stop:web-4  scale-down: 2 wanted
        remove:web-4  [after stop:web-4]  scale-down: 2 wanted
        stop:web-1  scale-down: 2 wanted
        remove:web-1  [after stop:web-1]  scale-down: 2 wanted
        """,
    )
    assert [str(replica) for replica in plan.unchanged] == ["web-2", "web-3"]


def test_scale_to_nothing_from_the_command_line() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, exited("web-1")), UpOptions(scale={"web": 0}))
    assert_plan(plan, "remove:web-1  scale-down: 0 wanted")


def test_several_replicas_need_names_of_their_own() -> None:
    with pytest.raises(PlanError, match='3 replicas under the one container name "www"'):
        plan_up(WEB, observed(WEB), UpOptions(scale={"web": 3}))


def test_an_interrupted_recreate_is_finished() -> None:
    """The new container was made, the old one still runs: the new one stays and gets its name."""
    shop = project("web")
    temporary = f"{container_id('demo-web-1')[:12]}_demo-web-1"
    seen = observed(shop, stale("web-1"), created("web-1", name=temporary))
    old = container_id("demo-web-1")[:12]
    assert_plan(
        plan_up(shop, seen, ALL),
        f"""
        stop:web-1@{old}  replaced: left by a run that was cut short
        remove:web-1@{old}  [after stop:web-1@{old}]  replaced: left by a run that was cut short
        rename:web-1  [after remove:web-1@{old}]  replaced: left under a temporary name
        start:web-1  [after rename:web-1; once ended stop:web-1@{old}]  not-running: created
        """,
    )


def test_a_temporary_name_is_mended_while_it_runs() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, running("web-1", name="0123456789ab_demo-web-1")), ALL)
    assert_plan(plan, "rename:web-1  replaced: left under a temporary name")
    rename = plan.steps[0].action
    assert isinstance(rename, RenameContainer)
    assert rename.container is not None


def test_of_two_with_one_number_the_running_one_stays() -> None:
    shop = project("web")
    twin = exited("web-1", name="0123456789ab_demo-web-1", created=99)
    plan = plan_up(shop, observed(shop, running("web-1"), twin), ALL)
    assert ids(plan) == [f"remove:web-1@{container_id('0123456789ab_demo-web-1')[:12]}"]


def test_a_container_without_a_number_gets_its_own() -> None:
    shop = project("web*2")
    plan = plan_up(shop, observed(shop, running("web-3"), stale("web-0", name="strange")), ALL)
    assert ids(plan)[0] == "create:web-4"
    create = plan.steps[0].action
    assert isinstance(create, CreateContainer)
    assert create.spec.name == "demo-web-4"


def test_restart_true_follows_a_recreated_dependency() -> None:
    shop = project("web -> db!; cron -> db; db; proxy -> web!")
    seen = observed(shop, running("web-1"), running("cron-1"), stale("db-1"), running("proxy-1"))
    plan = plan_up(shop, seen, ALL)
    assert lines(plan, "stop", "start:web", "start:proxy").splitlines() == [
        "stop:proxy-1  dependency-recreated: depends on web",
        "stop:web-1  [once ended stop:proxy-1]  dependency-recreated: depends on db",
        "stop:db-1  [after create:db-1; once ended stop:web-1]  replaced",
        "start:web-1  [after start:db-1, stop:web-1]  dependency-recreated: depends on db",
        "start:proxy-1  [after start:web-1, stop:proxy-1]  dependency-recreated: depends on web",
    ]
    assert [str(replica) for replica in plan.unchanged] == ["cron-1"]


def test_restart_true_follows_a_recreate_that_was_cut_short() -> None:
    """Before the dependent was stopped: the run that finishes it restarts it, as the first would have."""
    shop = project("web -> db!; db")
    temporary = f"{container_id('demo-db-1')[:12]}_demo-db-1"
    seen = observed(shop, running("web-1"), stale("db-1"), created("db-1", name=temporary))
    old = container_id("demo-db-1")[:12]
    assert lines(plan_up(shop, seen, ALL), "stop", "start").splitlines() == [
        "stop:web-1  dependency-recreated: depends on db",
        f"stop:db-1@{old}  [once ended stop:web-1]  replaced: left by a run that was cut short",
        f"start:db-1  [after rename:db-1; once ended stop:db-1@{old}]  not-running: created",
        "start:web-1  [after start:db-1, stop:web-1]  dependency-recreated: depends on db",
    ]


def test_restart_true_leaves_alone_what_does_not_run_or_will_not_be_started() -> None:
    shop = project("web -> db!; db")
    plan = plan_up(shop, observed(shop, exited("web-1"), stale("db-1")), ALL)
    assert "stop:web-1" not in ids(plan)
    plan = plan_up(shop, observed(shop, running("web-1"), stale("db-1")), UpOptions(start=False))
    assert "stop:web-1" not in ids(plan)
    assert not plan_up(shop, observed(shop, running("web-1"), running("db-1")), ALL)


def test_a_dependent_that_is_recreated_too_stops_first() -> None:
    shop = project("web -> db!; db")
    plan = plan_up(shop, observed(shop, stale("web-1"), stale("db-1")), ALL)
    assert lines(plan, "stop").splitlines() == [
        "stop:web-1  [after create:web-1]  replaced",
        "stop:db-1  [after create:db-1; once ended stop:web-1]  replaced",
    ]


def test_a_host_port_is_free_when_its_holder_has_stopped() -> None:
    port = Port(target=80, published="8080")
    shop = project("old; new", new={"ports": (port, Port(target=81))})
    held = ({"Type": "tcp", "PublicPort": 8080, "PrivatePort": 80}, {"Type": "tcp", "PrivatePort": 81})
    plan = plan_up(shop, observed(shop, stale("old-1", ports=held)), ALL)
    assert lines(plan, "start:new") == "start:new-1  [after create:new-1; once ended stop:old-1]  missing"
    udp = ({"Type": "udp", "PublicPort": 8080},)
    plan = plan_up(shop, observed(shop, stale("old-1", ports=udp)), ALL)
    assert lines(plan, "start:new") == "start:new-1  [after create:new-1]  missing"


def test_a_recreated_container_takes_over_its_own_port() -> None:
    shop = project("web", web={"ports": (Port(target=80, published="8080"),)})
    seen = observed(shop, stale("web-1", ports=({"Type": "tcp", "PublicPort": 8080},)))
    assert lines(plan_up(shop, seen, ALL), "start").startswith("start:web-1  [after rename:web-1]  config-changed")


def test_replicas_on_a_port_range_start_one_after_the_other() -> None:
    shop = project("web*3", web={"ports": (Port(target=80, published="8000-8009"),)})
    assert lines(plan_up(shop, observed(shop), ALL), "start").splitlines() == [
        "start:web-1  [after create:web-1]  missing",
        "start:web-2  [after create:web-2; once ended start:web-1]  missing",
        "start:web-3  [after create:web-3; once ended start:web-2]  missing",
    ]


def test_a_container_name_is_free_when_its_holder_is_removed() -> None:
    shop = project("old; new", new={"container_name": "www"}, old={"container_name": "old"})
    plan = plan_up(shop, observed(shop, stale("old-1", name="www")), ALL)
    assert lines(plan, "create:new") == "create:new-1  [after remove:old-1]  missing"
    swapped = plan_up(shop, observed(shop, stale("old-1", name="www"), stale("new-1", name="old")), ALL)
    assert lines(swapped, "rename").splitlines() == [
        "rename:old-1  [after remove:new-1, remove:old-1]  replaced",
        "rename:new-1  [after remove:new-1, remove:old-1]  replaced",
    ]


def test_one_offs_are_not_replicas() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, running("web-1"), one_off("web")), ALL)
    assert not plan
    assert plan.warnings == ()


def test_what_was_observed_is_not_changed() -> None:
    shop = project("web")
    seen = observed(shop, stale("web-1"))
    before = replace(seen)
    plan_up(shop, seen, ALL)
    assert seen == before
