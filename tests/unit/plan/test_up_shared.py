"""Services that share another's container, link to it, or get secrets and configs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from composer import labels
from composer.errors import PlanError
from composer.model.lifecycle import Hook
from composer.model.mount import BindOptions, Mount
from composer.model.project import Project
from composer.model.secret import Config, Sealed, Secret, ServiceConfig, ServiceSecret
from composer.plan.actions import CreateContainer, Delivery, Parent, ReplicaId, ReplicaSpec, StartContainer
from composer.plan.containers import FORCE
from composer.plan.down import plan_down
from composer.plan.options import DownOptions, StartOptions, StopOptions, UpOptions
from composer.plan.plan import Plan
from composer.plan.sharing import hash_of, links_of, resolved, with_parents
from composer.plan.start import plan_start
from composer.plan.stop import plan_stop
from composer.plan.up import plan_up
from tests.support.build import container_id, created, nothing, observed, one_off, project, running, stale
from tests.support.golden import assert_plan, ids

ALL = UpOptions()
BASE = container_id("demo-base-1")
SHARING = project(
    "base; side -> base!", side={"network_mode": "service:base", "networks": {}, "volumes_from": ("base:ro",)}
)
SIDE_HASH = hash_of(SHARING.services["side"], {"base": BASE})


def specs(plan: Plan) -> dict[str, ReplicaSpec]:
    actions = (step.action for step in plan.steps)
    return {str(action.spec.replica): action.spec for action in actions if isinstance(action, CreateContainer)}


def test_a_shared_container_is_made_first() -> None:
    plan = plan_up(SHARING, nothing(SHARING), ALL)
    assert_plan(
        plan,
        """
        network:default  missing
        create:base-1  [after network:default]  missing
        start:base-1  [after create:base-1]  missing
        create:side-1  [after create:base-1]  missing
        start:side-1  [after create:side-1, start:base-1]  missing
        """,
    )
    assert specs(plan)["side-1"].parents == (Parent(ReplicaId("base", 1)),)


@pytest.mark.parametrize(
    "how", [{"ipc": "container:demo-base-1"}, {"volumes_from": ("container:demo-base-1",)}, {"pid": "container:x"}]
)
def test_containers_named_by_hand_may_be_those_of_a_dependency_and_are_made_after_it(how: dict[str, Any]) -> None:
    shop = project("base; side -> base", side=how)
    plan = plan_up(shop, nothing(shop), UpOptions(start=False))
    assert_plan(
        plan,
        """
        network:default  missing
        create:base-1  [after network:default]  missing
        create:side-1  [after create:base-1, network:default]  missing
        """,
    )


def test_an_optional_dependency_that_is_not_there_stands_in_no_label() -> None:
    shop = project("web -> db, off?; db")
    label = specs(plan_up(shop, nothing(shop), ALL))["web-1"].labels[labels.DEPENDS_ON]
    assert label == "db:service_started:false"


def test_who_shares_a_container_that_stays_stays_too() -> None:
    state = observed(SHARING, running("base-1"), running("side-1", config_hash=SIDE_HASH))
    assert not plan_up(SHARING, state, ALL)


def test_the_id_of_the_shared_container_is_part_of_the_hash() -> None:
    state = observed(SHARING, running("base-1"), running("side-1", config_hash=hash_of(SHARING.services["side"])))
    plan = plan_up(SHARING, state, ALL)
    assert specs(plan)["side-1"].parents == (Parent(ReplicaId("base", 1), BASE),)
    assert specs(plan)["side-1"].config_hash == SIDE_HASH


def test_who_shares_a_replaced_container_is_replaced() -> None:
    state = observed(SHARING, stale("base-1"), running("side-1", config_hash=SIDE_HASH))
    plan = plan_up(SHARING, state, ALL)
    by_id = {step.id: step for step in plan.steps}
    assert "create:base-1" in by_id["create:side-1"].after
    assert by_id["create:side-1"].reason.detail == "uses the container of base-1"
    assert specs(plan)["side-1"].parents == (Parent(ReplicaId("base", 1)),)


def test_who_shares_a_container_that_must_stop_first_is_not_waited_for_by_it() -> None:
    """The network is made anew once `base` has stopped, `side` stops before `base`: so its successor comes later."""
    state = observed(SHARING, running("base-1"), running("side-1", config_hash=SIDE_HASH))
    network = replace(state.networks["demo_default"], config_hash="f" * 64)
    plan = plan_up(SHARING, replace(state, networks={network.name: network}), replace(ALL, recreate=FORCE))
    assert_plan(
        plan,
        """
        stop:side-1  replaced
        stop:base-1  [once ended stop:side-1]  replaced
        remove-network:default  [after stop:base-1]  config-changed: hash ffffffffffff → 9233c9210449
        network:default  [after remove-network:default]  config-changed: hash ffffffffffff → 9233c9210449
        create:base-1  [after network:default, stop:base-1]  forced
        remove:base-1  [after create:base-1, stop:base-1]  replaced
        rename:base-1  [after remove:base-1]  replaced
        start:base-1  [after rename:base-1]  forced
        create:side-1  [after create:base-1]  forced
        remove:side-1  [after create:side-1, stop:side-1]  replaced
        rename:side-1  [after remove:side-1]  replaced
        start:side-1  [after rename:side-1, start:base-1]  forced
        """,
    )


def test_who_shares_a_container_with_a_lost_volume_stops_before_it() -> None:
    data = (Mount(type="volume", source="data", target="/data"),)
    shop = project("base; side -> base!", base={"volumes": data}, side={"pid": "service:base"})
    hashed = hash_of(shop.services["side"], {"base": BASE})
    state = observed(shop, running("base-1"), running("side-1", config_hash=hashed))
    volume = replace(state.volumes["demo_data"], config_hash="f" * 64)
    assert_plan(
        plan_up(shop, replace(state, volumes={volume.name: volume}), ALL),
        """
        stop:side-1  replaced
        stop:base-1  [once ended stop:side-1]  volume-changed: demo_data is made anew
        remove:base-1  [after stop:base-1]  volume-changed: demo_data is made anew
        remove-volume:data  [after remove:base-1]  config-changed: hash ffffffffffff → 504ad458c80a
        volume:data  [after remove-volume:data]  config-changed: hash ffffffffffff → 504ad458c80a
        create:base-1  [after remove:base-1, volume:data]  volume-changed: demo_data is made anew
        start:base-1  [after create:base-1]  volume-changed: demo_data is made anew
        create:side-1  [after create:base-1]  dependency-recreated: uses the container of base-1
        remove:side-1  [after create:side-1, stop:side-1]  replaced
        rename:side-1  [after remove:side-1]  replaced
        start:side-1  [after rename:side-1, start:base-1]  dependency-recreated: uses the container of base-1
        """,
    )


def test_a_container_that_leaves_a_changed_network_to_share_one_on_it_stops_first() -> None:
    shop = project("base; side -> base!", side={"ipc": "service:base", "networks": {}, "network_mode": "none"})
    state = observed(shop, running("base-1"), stale("side-1", networks={"demo_default": "id-of-demo_default"}))
    network = replace(state.networks["demo_default"], config_hash="f" * 64)
    assert_plan(
        plan_up(shop, replace(state, networks={network.name: network}), replace(ALL, recreate=FORCE)),
        """
        stop:side-1  replaced
        stop:base-1  [once ended stop:side-1]  replaced
        remove-network:default  [after stop:base-1, stop:side-1]  config-changed: hash ffffffffffff → 9233c9210449
        network:default  [after remove-network:default]  config-changed: hash ffffffffffff → 9233c9210449
        create:base-1  [after network:default, stop:base-1]  forced
        remove:base-1  [after create:base-1, stop:base-1]  replaced
        rename:base-1  [after remove:base-1]  replaced
        start:base-1  [after rename:base-1]  forced
        create:side-1  [after create:base-1]  forced
        remove:side-1  [after create:side-1, stop:side-1]  replaced
        rename:side-1  [after remove:side-1]  replaced
        start:side-1  [after rename:side-1, start:base-1]  forced
        """,
    )


def test_the_first_replica_by_name_is_meant() -> None:
    shop = project("base*2; side -> base", side={"pid": "service:base"})
    plan = plan_up(shop, observed(shop, running("base-2"), running("base-10")), ALL)
    assert specs(plan)["side-1"].parents == (Parent(ReplicaId("base", 10), container_id("demo-base-10")),)


def test_without_dependencies_the_container_that_is_there_is_meant() -> None:
    options = replace(ALL, services=("side",), no_deps=True)
    plan = plan_up(SHARING, observed(SHARING, created("base-1")), options)
    assert specs(plan)["side-1"].parents == (Parent(ReplicaId("base", 1), BASE),)
    with pytest.raises(PlanError, match='"side" cannot share network namespace with service base: container missing'):
        plan_up(SHARING, nothing(SHARING), options)


def test_references_become_ids() -> None:
    side = SHARING.services["side"]
    found = resolved(side, {"base": "abc"})
    assert (found.network_mode, found.volumes_from) == ("container:abc", ("abc:ro",))
    # As the reference hashes it: the mode of volumes_from is lost.
    plain = replace(side, network_mode="container:abc", volumes_from=("abc",))
    assert hash_of(side, {"base": "abc"}) == hash_of(plain)


def test_a_spec_with_its_parents_at_hand() -> None:
    spec = ReplicaSpec(ReplicaId("side", 1), SHARING.services["side"], "s", "i", "0", labels={labels.CONFIG_HASH: "0"})
    ready = with_parents(replace(spec, parents=(Parent(ReplicaId("base", 1)),)), {"base": BASE})
    assert ready.service.network_mode == f"container:{BASE}"
    assert ready.labels[labels.CONFIG_HASH] == ready.config_hash == SIDE_HASH
    assert ready.parents == ()


def test_links_name_every_container_of_the_service() -> None:
    shop = project("db*2; web -> db", web={"links": ("db:store",), "external_links": ("other:o", "more")})
    plan = plan_up(shop, nothing(shop), ALL)
    assert specs(plan)["web-1"].links == (
        "demo-db-1:store",
        "demo-db-1:db-1",
        "demo-db-1:demo-db-1",
        "demo-db-2:store",
        "demo-db-2:db-1",
        "demo-db-2:demo-db-1",
        "other:o",
        "more:more",
    )
    assert links_of(shop.services["web"], 3, "demo", {})[0] == "other:o"


def test_links_outside_the_projects_networks_need_the_container() -> None:
    web = {"links": ("db",), "network_mode": "bridge", "networks": {}}
    shop = project("db; web -> db", web=web)
    steps = {step.id: step for step in plan_up(shop, nothing(shop), ALL).steps}
    assert steps["create:web-1"].after == {"create:db-1"}


# ---- secrets and configs -------------------------------------------------------------------------
def secretive(**changes: Any) -> Project:
    web = {
        "secrets": (ServiceSecret(source="file"), ServiceSecret(source="env", target="deep/e", uid="5", mode=0o400)),
        "configs": (ServiceConfig(source="text"), ServiceConfig(source="conf", target="/etc/c", mode=0o400)),
    }
    return replace(
        project("web", web={**web, **changes}),
        secrets={"file": Secret(name="file", file="/s"), "env": Secret(name="env", environment="TOKEN")},
        configs={"text": Config(name="text", content="hello"), "conf": Config(name="conf", file="/c")},
        variables={"TOKEN": Sealed("hunter2")},
    )


DELIVERED = (
    Delivery("/run/secrets/deep/e", Sealed("hunter2"), uid=5, mode=0o400),
    Delivery("/text", Sealed("hello")),
)


def test_files_are_mounted_and_the_rest_is_put_in_before_each_start() -> None:
    shop = secretive()
    plan = plan_up(shop, nothing(shop), ALL)
    assert specs(plan)["web-1"].files == (
        Mount(type="bind", source="/s", target="/run/secrets/file", read_only=True, bind=BindOptions()),
        Mount(type="bind", source="/c", target="/etc/c", read_only=True),
    )
    starts = [step.action for step in plan.steps if isinstance(step.action, StartContainer)]
    assert starts == [StartContainer(ReplicaId("web", 1), None, DELIVERED)]
    assert plan.warnings == ('service "web": config "conf": uid, gid and mode do not apply to a mounted file',)
    again = plan_start(shop, observed(shop, created("web-1")), StartOptions())
    assert [getattr(step.action, "deliveries", None) for step in again.steps] == [DELIVERED]


def test_no_text_of_a_plan_shows_a_secret() -> None:
    shop = secretive()
    plan = plan_up(shop, nothing(shop), ALL)
    assert ids(plan)
    assert "hunter2" not in repr(plan)
    assert "hunter2" not in plan.to_text()
    assert "hunter2" not in repr(shop)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"variables": {}}, 'secret "env" needs the environment variable "TOKEN", which is not set'),
        ({"secrets": {"file": Secret(name="f", external=True)}}, 'secret "file" is external'),
        ({"secrets": {"file": Secret(name="f", driver="d")}}, 'secret "file" has a driver'),
        ({"configs": {"text": Config(name="t", template_driver="d")}}, 'config "text" has a template_driver'),
    ],
)
def test_what_cannot_be_delivered(change: dict[str, Any], message: str) -> None:
    shop = secretive()
    sections = {
        key: {**getattr(shop, key), **value} if key != "variables" else value  # type: ignore[dict-item]
        for key, value in change.items()
    }
    with pytest.raises(PlanError, match=message):
        plan_up(replace(shop, **sections), nothing(shop), ALL)


def test_nothing_is_copied_into_a_read_only_container() -> None:
    shop = secretive(read_only=True)
    with pytest.raises(PlanError, match='secret "env" cannot be copied into a container that is read_only'):
        plan_up(shop, nothing(shop), ALL)
    user = secretive(secrets=(ServiceSecret(source="env", uid="root"),))
    with pytest.raises(PlanError, match='uid must be a number, not "root"'):
        plan_up(user, nothing(user), ALL)


# ---- hooks ---------------------------------------------------------------------------------------
BEGUN, ENDING = Hook(command=("begun",)), Hook(command=("ending",))
HOOKED = project("web", web={"post_start": (BEGUN,), "pre_stop": (ENDING,)})


def hooks(plan: Plan) -> dict[str, tuple[Hook, ...]]:
    return {step.id: found for step in plan.steps if (found := getattr(step.action, "hooks", ()))}


def test_hooks_run_with_the_start_and_the_stop() -> None:
    up = observed(HOOKED, running("web-1"))
    assert hooks(plan_up(HOOKED, nothing(HOOKED), ALL)) == {"start:web-1": (BEGUN,)}
    assert hooks(plan_up(HOOKED, observed(HOOKED, stale("web-1")), ALL)) == {
        "stop:web-1": (ENDING,),
        "start:web-1": (BEGUN,),
    }
    assert hooks(plan_start(HOOKED, observed(HOOKED, created("web-1")), StartOptions())) == {"start:web-1": (BEGUN,)}
    assert hooks(plan_stop(HOOKED, up, StopOptions())) == {"stop:web-1": (ENDING,)}
    assert hooks(plan_down(HOOKED, up, DownOptions())) == {"stop:web-1": (ENDING,)}


def test_without_a_file_or_in_a_paused_container_no_hook_runs() -> None:
    assert hooks(plan_down(None, observed(HOOKED, running("web-1")), DownOptions())) == {}
    assert hooks(plan_stop(HOOKED, observed(HOOKED, running("web-1", state="paused")), StopOptions())) == {}
    assert hooks(plan_down(HOOKED, observed(HOOKED, one_off("web")), DownOptions())) == {}
