"""`up` and images, networks, volumes, orphans."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from composer import labels
from composer.errors import PlanError
from composer.model.mount import Mount
from composer.model.project import Project
from composer.plan.actions import CreateNetwork, CreateVolume, PullImage, RemoveContainer
from composer.plan.confirmation import Confirmation, Risk
from composer.plan.fingerprint import network_hash, volume_hash
from composer.plan.observed import ObservedImage, ObservedNetwork, ObservedState, ObservedVolume
from composer.plan.options import UpOptions
from composer.plan.up import plan_refresh, plan_up
from tests.support.build import (
    container_id,
    created,
    exited,
    image_id,
    nothing,
    observed,
    one_off,
    project,
    running,
    stale,
)
from tests.support.golden import assert_plan, ids, lines

ALL = UpOptions()
STORE = project("db", db={"volumes": (Mount(type="volume", source="data", target="/data"),)})


# ---- images --------------------------------------------------------------------------------------
def without_images(of: Project, *seen: object) -> ObservedState:
    return observed(of, *seen, images={})  # type: ignore[arg-type]


def test_one_pull_per_image() -> None:
    shop = project("web; api; db", db={"image": "postgres"})
    plan = plan_up(shop, replace(nothing(shop), images={}), ALL)
    pulls = [step.action for step in plan.steps if isinstance(step.action, PullImage)]
    assert pulls == [PullImage("busybox", None, ("web", "api")), PullImage("postgres", None, ("db",))]


@pytest.mark.parametrize(
    ("own", "asked", "there", "cause"),
    [
        (None, "policy", False, "image-missing"),
        (None, "policy", True, None),
        ("missing", "policy", False, "image-missing"),
        ("if_not_present", "policy", True, None),
        ("always", "policy", True, "pull-requested"),
        ("always", "policy", False, "image-missing"),
        ("always", "missing", True, None),
        ("never", "always", True, "pull-requested"),
        ("never", "policy", True, None),
    ],
)
def test_pull_policy(own: str | None, asked: str, there: bool, cause: str | None) -> None:
    shop = project("web", web={"pull_policy": own})
    seen = nothing(shop) if there else replace(nothing(shop), images={})
    expected = "" if cause is None else f"pull:busybox  {cause}"
    assert lines(plan_up(shop, seen, UpOptions(pull=asked)), "pull") == expected


def test_a_missing_image_that_may_not_be_pulled() -> None:
    shop = project("web", web={"pull_policy": "never"})
    with pytest.raises(PlanError, match=r'service "web": image "busybox" is not on the engine.*"never"') as caught:
        plan_up(shop, replace(nothing(shop), images={}), ALL)
    assert "docker pull busybox" in caught.value.hint
    assert not plan_up(shop, without_images(shop, running("web-1")), ALL)


def test_an_image_another_service_pulls_is_enough() -> None:
    shop = project("web; api", web={"pull_policy": "never"})
    plan = plan_up(shop, replace(nothing(shop), images={}), ALL)
    assert lines(plan, "create:web") == "create:web-1  [after network:default, pull:busybox]  missing"


def test_an_image_that_has_to_be_built() -> None:
    shop = project("web", web={"image": None})
    with pytest.raises(PlanError, match='service "web" has no image: "demo-web"'):
        plan_up(shop, replace(nothing(shop), images={}), ALL)


@pytest.mark.parametrize(
    ("policy", "age", "pulled"),
    [
        ("daily", 23, False),
        ("daily", 25, True),
        ("weekly", 25, False),
        ("weekly", 169, True),
        ("every_1d12h", 35, False),
        ("every_1d12h", 37, True),
        ("refresh", 1000, False),
        ("build", 1000, False),
    ],
)
def test_a_policy_with_a_time_pulls_an_old_image(policy: str, age: int, pulled: bool) -> None:
    shop = project("web", web={"pull_policy": policy})
    tagged = "2026-03-01T00:00:00.123456789Z"
    image = ObservedImage("busybox", image_id("busybox"), tagged=tagged)
    now = datetime.fromisoformat(tagged).timestamp() + age * 3600
    state = observed(shop, running("web-1"), images={"busybox": image}, at=now)
    assert [step.id for step in plan_refresh(shop, state, ALL).steps] == (["pull:busybox"] if pulled else [])


def test_a_policy_with_no_time_at_all() -> None:
    shop = project("web", web={"pull_policy": "every_now_and_then"})
    image = ObservedImage("busybox", image_id("busybox"), tagged="2026-03-01T00:00:00Z")
    with pytest.raises(PlanError, match='service "web": pull_policy "every_now_and_then": '):
        plan_refresh(shop, observed(shop, running("web-1"), images={"busybox": image}), ALL)


def test_pulls_that_decide_about_containers_come_first() -> None:
    shop = project("web; api", web={"image": "nginx"})
    seen = observed(shop, running("web-1"), images={})
    first = plan_refresh(shop, seen, ALL)
    assert_plan(first, "pull:nginx  image-missing")
    assert first.service_order == ("web", "api")
    assert lines(plan_up(shop, seen, ALL, pulled={"nginx"}), "pull", "create") == (
        "pull:busybox  image-missing\ncreate:api-1  [after pull:busybox]  missing"
    )
    assert not plan_refresh(shop, nothing(shop), ALL)


def test_a_pull_that_was_asked_for_happens_even_if_nothing_else_does() -> None:
    shop = project("web")
    assert ids(plan_up(shop, observed(shop, running("web-1")), UpOptions(pull="always"))) == ["pull:busybox"]
    assert not plan_up(shop, without_images(shop, running("web-1")), ALL)


def test_a_service_without_replicas_needs_no_image() -> None:
    shop = project("web*0")
    assert ids(plan_up(shop, replace(nothing(shop), images={}), UpOptions(pull="always"))) == ["network:default"]


# ---- networks ------------------------------------------------------------------------------------
def with_network(state: ObservedState, **changes: object) -> ObservedState:
    network = replace(state.networks["demo_default"], **changes)  # type: ignore[arg-type]
    return replace(state, networks={"demo_default": network})


def test_a_network_carries_the_labels() -> None:
    shop = project("web")
    action = plan_up(shop, nothing(shop), ALL, version="9.9").steps[0].action
    assert isinstance(action, CreateNetwork)
    assert action.labels[labels.NETWORK] == "default"
    assert action.labels[labels.PROJECT] == "demo"
    assert action.labels[labels.VERSION] == "9.9"
    assert len(action.labels[labels.CONFIG_HASH]) == 64


def test_a_changed_network_is_made_anew_under_containers_that_stay() -> None:
    shop = project("web -> db; db")
    seen = with_network(observed(shop, running("web-1"), exited("db-1")), config_hash="f" * 64)
    changed = f"config-changed: hash ffffffffffff → {own_hash(shop)}"
    joins = "network-changed: network default is recreated"
    assert_plan(
        plan_up(shop, seen, ALL),
        f"""
        leave:db-1:default  {joins}
        stop:web-1  {joins}
        leave:web-1:default  [after stop:web-1]  {joins}
        remove-network:default  [after leave:db-1:default, leave:web-1:default, stop:web-1]  {changed}
        network:default  [after remove-network:default]  {changed}
        join:db-1:default  [after network:default]  {joins}
        start:db-1  [after join:db-1:default]  {joins}
        join:web-1:default  [after network:default]  {joins}
        start:web-1  [after join:web-1:default, start:db-1]  {joins}
        """,
    )


def own_hash(of: Project) -> str:
    return network_hash(of.networks["default"])[:12]


def test_a_container_that_waits_for_its_first_start_does_so_until_a_lost_network_is_made_again() -> None:
    """The 20.10 engine names its networks only, so that it can do with a new one."""
    shop = project("web")
    state = observed(shop, created("web-1", networks={"demo_default": ""}), networks={})
    assert_plan(
        plan_up(shop, state, ALL),
        """
        network:default  missing
        start:web-1  [after network:default]  not-running: created
        """,
    )


def test_what_runs_on_a_changed_network_outside_of_the_command_is_in_the_way() -> None:
    shop = project("web; db")
    seen = with_network(observed(shop, running("web-1"), running("db-1")), config_hash="f" * 64)
    with pytest.raises(PlanError, match="container demo-db-1 runs on it and is not part of this command"):
        plan_up(shop, seen, UpOptions(services=("web",)))
    seen = with_network(observed(shop, running("web-1"), exited("db-1")), config_hash="f" * 64)
    assert "network:default" in ids(plan_up(shop, seen, UpOptions(services=("web",))))


def test_an_orphan_leaves_a_changed_network_before_it_is_removed() -> None:
    shop = project("web")
    seen = with_network(observed(shop, running("gone-1")), config_hash="f" * 64)
    plan = plan_up(shop, seen, UpOptions(remove_orphans=True))
    assert lines(plan, "remove-network").startswith("remove-network:default  [after stop:demo-gone-1]")


def test_a_container_off_the_changed_network_is_not_waited_for() -> None:
    shop = project("web; side", side={"networks": {"aside": None}})
    seen = observed(shop, running("web-1"), running("side-1"))
    changed = replace(seen.networks["demo_default"], config_hash="f" * 64)
    plan = plan_up(shop, replace(seen, networks={**seen.networks, "demo_default": changed}), ALL)
    assert (
        lines(plan, "leave") == "leave:web-1:default  [after stop:web-1]  network-changed: network default is recreated"
    )
    assert [str(replica) for replica in plan.unchanged] == ["side-1"]


def test_never_recreate_does_not_keep_a_container_off_its_changed_network() -> None:
    shop = project("web")
    seen = with_network(observed(shop, stale("web-1")), config_hash="f" * 64)
    plan = plan_up(shop, seen, UpOptions(recreate="never"))
    assert "create:web-1" not in ids(plan)
    assert "join:web-1:default" in ids(plan)


def test_create_leaves_what_joined_a_new_network_stopped() -> None:
    shop = project("web")
    seen = with_network(observed(shop, running("web-1")), config_hash="f" * 64)
    assert ids(plan_up(shop, seen, UpOptions(start=False)))[-1] == "join:web-1:default"


def test_a_container_that_is_replaced_joins_the_new_network_by_being_made() -> None:
    shop = project("web")
    seen = with_network(observed(shop, stale("web-1")), config_hash="f" * 64)
    plan = plan_up(shop, seen, ALL)
    assert lines(plan, "remove-network").startswith("remove-network:default  [after stop:web-1]")
    assert lines(plan, "create").startswith("create:web-1  [after network:default, stop:web-1]")


def test_a_network_without_a_hash_is_taken_as_it_is() -> None:
    shop = project("web")
    plan = plan_up(shop, with_network(observed(shop, running("web-1")), config_hash=""), ALL)
    assert not plan
    assert plan.warnings == ()


@pytest.mark.parametrize(
    ("owner", "words"), [("", "was not created by Compose"), ("other", 'was created for project "other"')]
)
def test_a_network_of_somebody_else_is_used_with_a_warning(owner: str, words: str) -> None:
    shop = project("web")
    plan = plan_up(shop, with_network(observed(shop), project=owner, key="", config_hash="f"), ALL)
    assert ids(plan) == ["create:web-1", "start:web-1"]
    assert [words in warning for warning in plan.warnings] == [True]


def external(of: Project) -> Project:
    networks = {key: replace(network, external=True) for key, network in of.networks.items()}
    volumes = {key: replace(volume, external=True) for key, volume in of.volumes.items()}
    return replace(of, networks=networks, volumes=volumes)


def test_external_objects_must_exist() -> None:
    shop = external(STORE)
    network = ObservedNetwork("1", "demo_default")
    with pytest.raises(PlanError, match="network demo_default declared as external, but could not be found"):
        plan_up(shop, nothing(shop), ALL)
    with pytest.raises(PlanError, match='external volume "demo_data" not found'):
        plan_up(shop, replace(nothing(shop), networks={"demo_default": network}), ALL)


def test_external_objects_are_used_as_they_are() -> None:
    shop = external(STORE)
    seen = replace(
        nothing(shop),
        networks={"demo_default": ObservedNetwork("1", "demo_default", config_hash="f")},
        volumes={"demo_data": ObservedVolume("demo_data", config_hash="f")},
    )
    plan = plan_up(shop, seen, ALL)
    assert ids(plan) == ["create:db-1", "start:db-1"]
    assert plan.warnings == ()


def test_an_external_network_may_be_given_by_its_id() -> None:
    shop = external(project("web"))
    seen = observed(
        shop, running("web-1", networks={"lan": "abc"}), networks={"demo_default": ObservedNetwork("abc", "lan")}
    )
    assert not plan_up(shop, seen, ALL)


# ---- volumes -------------------------------------------------------------------------------------
def test_a_volume_is_made_before_its_container() -> None:
    plan = plan_up(STORE, nothing(STORE), ALL)
    assert lines(plan, "volume", "create") == (
        "volume:data  missing\ncreate:db-1  [after network:default, volume:data]  missing"
    )
    action = next(step.action for step in plan.steps if step.id == "volume:data")
    assert isinstance(action, CreateVolume)
    assert action.labels[labels.VOLUME] == "data"


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"project": ""}, "was not created by Compose"), ({"project": "other"}, 'was created for project "other"')],
)
def test_a_volume_of_somebody_else_is_used_with_a_warning(changes: dict[str, str], words: str) -> None:
    plan = plan_up(STORE, with_volume(observed(STORE, running("db-1")), **changes), ALL)
    assert not plan
    assert [words in warning for warning in plan.warnings] == [True]


def with_volume(state: ObservedState, **changes: str) -> ObservedState:
    return replace(state, volumes={"demo_data": replace(state.volumes["demo_data"], **changes)})


def test_a_changed_volume_is_made_anew_once_its_users_are_gone_and_that_was_agreed_to() -> None:
    both = project("web; db", db={"volumes": STORE.services["db"].volumes})
    plan = plan_up(both, with_volume(observed(both, running("web-1"), running("db-1")), config_hash="f" * 64), ALL)
    changed = f"config-changed: hash ffffffffffff → {volume_hash(both.volumes['data'])[:12]}"
    lost = "volume-changed: demo_data is made anew"
    assert_plan(
        plan,
        f"""
        stop:db-1  {lost}
        remove:db-1  [after stop:db-1]  {lost}
        remove-volume:data  [after remove:db-1]  {changed}
        volume:data  [after remove-volume:data]  {changed}
        create:db-1  [after remove:db-1, volume:data]  {lost}
        start:db-1  [after create:db-1]  {lost}
        """,
    )
    assert plan.confirmations == (Confirmation(Risk.VOLUME_DATA, "demo_data", ("demo-db-1",)),)


def test_a_changed_volume_is_kept_when_its_loss_is_declined() -> None:
    seen = with_volume(observed(STORE, running("db-1")), config_hash="f" * 64)
    declined = plan_up(STORE, seen, ALL).confirmations
    plan = plan_up(STORE, seen, UpOptions(declined=declined))
    assert (plan.steps, plan.confirmations) == ((), ())
    assert plan.warnings == ("volume demo_data does not match its definition any more; it is kept as it is",)


@pytest.mark.parametrize("options", [UpOptions(recreate="never"), UpOptions(recreate="force")])
def test_whoever_mounts_a_changed_volume_has_to_go_first_whatever_was_asked_for(options: UpOptions) -> None:
    seen = with_volume(observed(STORE, running("db-1")), config_hash="f" * 64)
    assert lines(plan_up(STORE, seen, options), "create") == (
        "create:db-1  [after remove:db-1, volume:data]  volume-changed: demo_data is made anew"
    )


def test_its_successor_takes_over_anonymous_volumes_unless_fresh_ones_are_wanted() -> None:
    seen = with_volume(observed(STORE, exited("db-1")), config_hash="f" * 64)
    handed = {
        renew: next(step.action for step in plan_up(STORE, seen, UpOptions(renew_volumes=renew)).steps)
        for renew in (False, True)
    }
    assert {renew: isinstance(it, RemoveContainer) and it.hands_over for renew, it in handed.items()} == {
        False: True,
        True: False,
    }


def test_a_changed_volume_mounted_outside_of_the_command_is_in_the_way() -> None:
    both = project(
        "web; db", web={"volumes": STORE.services["db"].volumes}, db={"volumes": STORE.services["db"].volumes}
    )
    seen = with_volume(observed(both, running("web-1"), exited("db-1")), config_hash="f" * 64)
    with pytest.raises(PlanError, match="container demo-db-1 mounts it and is not part of this command"):
        plan_up(both, seen, UpOptions(services=("web",)))


# ---- orphans -------------------------------------------------------------------------------------
def test_orphans_are_told_once() -> None:
    shop = project("web")
    seen = observed(
        shop, running("web-1"), running("old-1"), exited("older-1"), one_off("web"), one_off("db", "exited")
    )
    plan = plan_up(shop, seen, ALL)
    assert not plan
    assert "\n".join(plan.warnings) == (
        'orphan containers (demo-db-run, demo-old-1, demo-older-1) of project "demo": '
        "their services are not in the files, or `run` made them and they have ended; --remove-orphans removes them"
    )
    assert plan_up(shop, seen, UpOptions(ignore_orphans=True)).warnings == ()


def test_a_one_off_that_has_ended_is_told_as_such() -> None:
    shop = project("web")
    seen = observed(shop, running("web-1"), one_off("web", "exited"))
    assert "\n".join(plan_up(shop, seen, ALL).warnings) == (
        'orphan containers (demo-web-run) of project "demo": '
        "`run` made them and they have ended; --remove-orphans removes them"
    )


ELSEWHERE = {labels.WORKING_DIR: "/srv/other/demo"}


def test_containers_of_another_folder_are_told_as_such() -> None:
    shop = project("web")
    seen = observed(shop, running("web-1", labels=ELSEWHERE), running("old-1", labels=ELSEWHERE), running("gone-1"))
    assert "\n".join(plan_up(shop, seen, ALL).warnings) == (
        'project "demo" has containers that were started from /srv/other/demo, not from /srv/demo: demo-old-1, '
        "demo-web-1. If these are two projects, give one of them another name (`name:` in the file, or -p)\n"
        'orphan containers (demo-gone-1) of project "demo": their services are not in the files; '
        "--remove-orphans removes them"
    )


def test_orphans_of_another_folder_go_only_when_that_is_agreed_to() -> None:
    shop = project("web")
    seen = observed(shop, running("web-1"), exited("old-1", labels=ELSEWHERE), exited("gone-1"))
    plan = plan_up(shop, seen, UpOptions(remove_orphans=True))
    assert plan.confirmations == (
        Confirmation(Risk.OTHER_FOLDER, "/srv/other/demo", ("demo-old-1",), detail="/srv/demo"),
    )
    assert ids(plan) == ["remove:demo-gone-1", "remove:demo-old-1"]
    declined = plan_up(shop, seen, UpOptions(remove_orphans=True, declined=plan.confirmations))
    assert ids(declined) == ["remove:demo-gone-1"]
    assert declined.confirmations == ()


def test_orphans_are_removed_on_demand() -> None:
    shop = project("web")
    seen = observed(shop, running("web-1"), running("old-1"), exited("older-1"), one_off("db", "exited"))
    assert_plan(
        plan_up(shop, seen, UpOptions(remove_orphans=True)),
        """
        remove:demo-db-run  orphan: one-off container
        stop:demo-old-1  orphan: service "old" is not in the files
        remove:demo-old-1  [after stop:demo-old-1]  orphan: service "old" is not in the files
        remove:demo-older-1  orphan: service "older" is not in the files
        """,
    )


def test_services_left_out_or_switched_off_are_no_orphans() -> None:
    shop = project("web; db; debug")
    seen = observed(shop, running("web-1"), running("db-1"), running("debug-1"))
    only_web = UpOptions(services=("web",), remove_orphans=True)
    assert not plan_up(replace(shop, disabled={"debug": shop.services["debug"]}), seen, only_web)


def test_an_orphan_named_like_a_replica_is_told_apart() -> None:
    shop = project("web")
    plan = plan_up(shop, observed(shop, stale("web-1"), running("old-1", name="web-1")), UpOptions(remove_orphans=True))
    stops = [step for step in ids(plan) if step.startswith("stop")]
    assert stops == ["stop:web-1", f"stop:web-1@{container_id('web-1')[:12]}"]


def test_an_image_for_another_platform_is_no_image() -> None:
    shop = project("web; api", web={"platform": "linux/arm64"})
    held = ObservedImage("busybox", image_id("busybox"), platform="linux/amd64")
    plan = plan_up(shop, replace(nothing(shop), images={"busybox": held}), ALL)
    assert plan.to_text().splitlines()[0] == "pull:busybox  image-missing: linux/amd64 is here, linux/arm64 is wanted"
    fitting = replace(nothing(shop), images={"busybox": replace(held, platform="linux/arm64/v8")})
    assert "pull:busybox" not in ids(plan_up(shop, fitting, ALL))


def test_containers_are_made_for_the_default_platform() -> None:
    shop = replace(project("web; api", web={"platform": "linux/386"}), default_platform="linux/arm64")
    specs = [step.action.spec for step in plan_up(shop, nothing(shop), ALL).steps if step.kind == "create"]
    assert [(spec.replica.service, spec.platform) for spec in specs] == [("web", "linux/386"), ("api", "linux/arm64")]


def test_what_is_to_be_built_is_not_pulled() -> None:
    shop = project("web", web={"pull_policy": "build"})
    with pytest.raises(PlanError, match='image "busybox" is not on the engine, and its pull policy is "build"'):
        plan_up(shop, replace(nothing(shop), images={}), ALL)


def test_an_image_that_is_mounted_is_pulled_too() -> None:
    mounts = tuple(Mount(type="image", source="tools", target=target) for target in ("/a", "/b"))
    shop = project("web; api", web={"volumes": mounts})
    plan = plan_up(shop, nothing(shop), ALL)
    assert [step.action for step in plan.steps if isinstance(step.action, PullImage)] == [
        PullImage("tools", None, ("web",))
    ]
    assert "pull:tools" in next(step for step in plan.steps if step.id == "create:web-1").after
    there = replace(nothing(shop), images={name: ObservedImage(name, image_id(name)) for name in ("busybox", "tools")})
    assert "pull:tools" not in ids(plan_up(shop, there, ALL))
    with pytest.raises(PlanError, match='image "tools" is not on the engine'):
        plan_up(shop, nothing(shop), replace(ALL, pull="never"))
