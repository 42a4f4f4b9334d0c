"""For any project and any state of the engine: one `up` makes it as wanted, `down` leaves nothing of it, and
nobody else's things are touched.

The plans are carried out on a strict model of the engine (`support.effects`), which refuses what a real one would.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from composer import labels
from composer.errors import PlanError
from composer.graph.sorting import reach
from composer.model.mount import Mount
from composer.model.port import Port
from composer.model.project import Project
from composer.plan.actions import (
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    RemoveContainer,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    StartContainer,
    StopContainer,
)
from composer.plan.confirmation import Risk
from composer.plan.down import plan_down
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import DownOptions, RestartOptions, StartOptions, StopOptions, UpOptions
from composer.plan.plan import Plan, check
from composer.plan.restart import plan_restart
from composer.plan.sharing import hash_of, shared_services
from composer.plan.start import plan_start
from composer.plan.stop import plan_stop
from composer.plan.up import plan_refresh, plan_up
from tests.support.build import Seen, observed, project
from tests.support.effects import carried_out

NAMES = ("a", "bh", "c", "dh")  # services with an h at the end are healthy once they run
# How a service may use another's container.
SHARED: tuple[Callable[[str], dict[str, object]], ...] = (
    lambda parent: {"network_mode": f"service:{parent}", "networks": {}, "ports": ()},
    lambda parent: {"ipc": f"service:{parent}", "pid": f"service:{parent}"},
    lambda parent: {"volumes_from": (parent,)},
    lambda parent: {"volumes_from": (f"{parent}:ro",), "pid": f"service:{parent}"},
)
RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def projects(draw: st.DrawFn) -> Project:
    declarations = []
    changes: dict[str, dict[str, object]] = {}
    scales: dict[str, int] = {}
    for index, name in enumerate(NAMES[: draw(st.integers(1, len(NAMES)))]):
        needed = draw(st.lists(st.sampled_from(NAMES[:index]), unique=True)) if index else []
        edges = []
        for other in needed:
            conditions = ["", ":completed"] + ([":healthy"] if other.endswith("h") else [])
            edges.append(other + draw(st.sampled_from(conditions)) + draw(st.sampled_from(["", "!", "?", "?!"])))
        scales[name] = draw(st.integers(0, 3))
        parent = draw(st.sampled_from([None, *(other for other in NAMES[:index] if scales[other])]))
        if parent is not None:  # as the loader does for those who share
            edges = [edge for edge in edges if edge.rstrip("?!").partition(":")[0] != parent] + [f"{parent}!"]
        declarations.append(f"{name}*{scales[name]} -> {', '.join(edges)}")
        networks = draw(st.lists(st.sampled_from(["default", "back"]), unique=True))
        volumes = draw(st.lists(st.sampled_from(["data", "cache"]), unique=True))
        changes[name] = {
            "networks": dict.fromkeys(networks),
            "volumes": tuple(Mount(type="volume", source=key, target=f"/{key}") for key in volumes),
            "ports": (Port(target=80, published=draw(st.sampled_from(["8080", "8080-8082"]))),),
        }
        if parent is not None:
            changes[name] |= draw(st.sampled_from(SHARED))(parent)
    return project("; ".join(declarations), **changes)


@st.composite
def states(draw: st.DrawFn, of: Project) -> ObservedState:
    """Any mixture: containers as wanted, stale, dead, twins of a run cut short, orphans; lost and changed objects."""
    seen: dict[str, Seen] = {}
    for _ in range(draw(st.integers(0, 6))):
        replica = f"{draw(st.sampled_from([*NAMES, 'orphan']))}-{draw(st.integers(1, 4))}"
        state = draw(st.sampled_from(["running", "exited", "created", "paused", "restarting", "dead"]))
        changes: dict[str, object] = {}
        if draw(st.booleans()) and replica in seen:
            changes["name"] = f"0123456789ab_demo-{replica}"
            replica = f"{replica} twin"
        if draw(st.integers(0, 4)) == 0:
            changes["image_digest"] = "sha256:old"
        if draw(st.integers(0, 4)) == 0:
            changes["ports"] = ({"Type": "tcp", "PublicPort": 8080},)
        seen[replica] = Seen(replica.removesuffix(" twin"), state=state, stale=draw(st.booleans()), changes=changes)
    found = with_hashes_of_shared(of, observed(of, *seen.values()))
    if draw(st.booleans()):  # as the 20.10 engine tells of networks before the first start
        found = replace(found, containers=tuple(map(with_names_of_networks_alone, found.containers)))
    networks = {
        name: replace(network, config_hash=draw(st.sampled_from([network.config_hash, "f" * 64, ""])))
        for name, network in found.networks.items()
        if draw(st.integers(0, 3))
    }
    volumes = {
        name: replace(volume, config_hash=draw(st.sampled_from([volume.config_hash, "f" * 64, ""])))
        for name, volume in found.volumes.items()
        if draw(st.integers(0, 3))
    }
    images = found.images if draw(st.booleans()) else {}
    return replace(found, networks=networks, volumes=volumes, images=images)


def with_names_of_networks_alone(found: ObservedContainer) -> ObservedContainer:
    return found if found.state != "created" else replace(found, networks=dict.fromkeys(found.networks, ""))


def with_hashes_of_shared(of: Project, state: ObservedState) -> ObservedState:
    """Containers that share another are as wanted only with the id of that one in their hash."""
    first = {one.service: one.id for one in sorted(state.containers, key=lambda one: one.name, reverse=True)}

    def as_made(found: ObservedContainer) -> ObservedContainer:
        service = of.services.get(found.service)
        shared = shared_services(service) if service is not None else ()
        if service is None or found.config_hash == "0" * 64 or not set(shared) <= set(first) or not shared:
            return found
        return replace(found, config_hash=hash_of(service, {other: first[other] for other in shared}))

    return replace(state, containers=tuple(map(as_made, state.containers)))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Project, ObservedState]:
    of = draw(projects())
    return of, draw(states(of))


def with_what_is_refused_unpaused(of: Project, state: ObservedState, options: UpOptions) -> ObservedState:
    """Does what the refusal of a paused container says."""
    try:
        plan_up(of, state, options, pulled=state.images)
    except PlanError as refused:
        if "paused" in refused.message:
            awake = (replace(it, state="running") if it.state == "paused" else it for it in state.containers)
            return replace(state, containers=tuple(awake))
    return state


def is_in_the_way(of: Project, state: ObservedState) -> bool:
    """An orphan runs on a network that has to be recreated."""
    changed = {name for name, network in state.networks.items() if network.config_hash == "f" * 64}
    orphans = (found for found in state.containers if found.service not in of.services and found.is_running)
    return any(changed.intersection(found.networks) for found in orphans)


@RELAXED
@given(situations(), st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_after_up_there_is_nothing_left_to_do(
    situation: tuple[Project, ObservedState], orphans: bool, wait: bool, random: Random
) -> None:
    of, before = situation
    options = UpOptions(remove_orphans=orphans, wait=wait)
    before = with_what_is_refused_unpaused(of, before, options)
    if not orphans and is_in_the_way(of, before):
        with pytest.raises(PlanError, match="is not part of this command"):
            plan_up(of, before, options)
        return
    before = carried_out(plan_refresh(of, before, options), before)
    before = with_what_is_refused_unpaused(of, before, options)  # now that it is known what the images are
    plan = plan_up(of, before, options, pulled=before.images)
    assert check(plan.steps) == plan.steps
    assert_data_is_lost_only_as_confirmed(plan)
    after = carried_out(plan, before, random)
    again = plan_up(of, after, options)
    assert [step.id for step in again.steps if not step.id.startswith("wait:")] == []
    assert again.confirmations == ()
    running = [found for found in after.containers if found.is_running and not found.oneoff]
    for name, service in of.services.items():
        assert len([found for found in running if found.service == name]) == service.replicas


def assert_data_is_lost_only_as_confirmed(plan: Plan) -> None:
    lost = {step.action.name for step in plan.steps if isinstance(step.action, RemoveVolume)}
    assert lost == {asked.subject for asked in plan.confirmations if asked.risk is Risk.VOLUME_DATA}


@RELAXED
@given(situations(), st.randoms(use_true_random=False))
def test_what_is_declined_is_kept(situation: tuple[Project, ObservedState], random: Random) -> None:
    of, before = situation
    before = replace(before, containers=tuple(map(from_elsewhere, before.containers)))
    options = UpOptions(remove_orphans=True)
    before = carried_out(plan_refresh(of, before, options), before)
    before = with_what_is_refused_unpaused(of, before, options)
    asked = plan_up(of, before, options, pulled=before.images).confirmations
    declining = replace(options, declined=asked)
    before = with_what_is_refused_unpaused(of, before, declining)  # more is kept now
    if is_in_the_way(of, before):
        with pytest.raises(PlanError, match="is not part of this command"):
            plan_up(of, before, declining, pulled=before.images)
        return
    plan = plan_up(of, before, declining, pulled=before.images)
    assert plan.confirmations == ()
    after = carried_out(plan, before, random)
    assert set(before.volumes) <= set(after.volumes)
    orphans = {found.id for found in before.containers if found.service == "orphan"}
    assert orphans <= {found.id for found in after.containers}


def from_elsewhere(found: ObservedContainer) -> ObservedContainer:
    return replace(found, labels={**found.labels, labels.WORKING_DIR: "/srv/elsewhere"})


@RELAXED
@given(situations(), st.sampled_from([None, 0]), st.booleans(), st.randoms(use_true_random=False))
def test_down_leaves_nothing(
    situation: tuple[Project, ObservedState], timeout: int | None, with_file: bool, random: Random
) -> None:
    of, before = situation
    options = DownOptions(volumes=True, remove_orphans=True, timeout=timeout)
    after = carried_out(plan_down(of if with_file else None, before, options), before, random)
    assert after.containers == ()
    assert after.networks == {}
    assert after.volumes == {}


@RELAXED
@given(situations(), st.data())
def test_what_is_not_ours_stays(situation: tuple[Project, ObservedState], data: st.DataObject) -> None:
    of, before = situation
    foreign = {name for name in (*before.networks, *before.volumes) if data.draw(st.booleans())}
    owner = data.draw(st.sampled_from(["", "other"]))
    before = replace(
        before,
        networks={
            name: replace(network, project=owner) if name in foreign else network
            for name, network in before.networks.items()
        },
        volumes={
            name: replace(volume, project=owner) if name in foreign else volume
            for name, volume in before.volumes.items()
        },
    )
    plans = [plan_down(of, before, DownOptions(volumes=True)), plan_down(None, before, DownOptions(volumes=True))]
    try:
        plans.append(plan_up(of, before, UpOptions()))
    except PlanError:
        assume(False)
    for plan in plans:
        assert_touches_only(plan, before, foreign)


def assert_touches_only(plan: Plan, before: ObservedState, foreign: set[str]) -> None:
    ours = {found.id for found in before.containers}
    for step in plan.steps:
        match step.action:
            case RemoveNetwork(name=name) | RemoveVolume(name=name):
                assert name not in foreign
            case (
                StopContainer(container=container)
                | RemoveContainer(container=container)
                | JoinNetwork(container=container)
            ):
                assert container.id in ours
            case LeaveNetwork(container=container, network=name):
                assert container.id in ours
                assert name not in foreign
            case StartContainer(container=existing) | RenameContainer(container=existing):
                assert existing is None or existing.id in ours
            case KillContainer():
                raise AssertionError(step.id)
            case _:
                pass


@RELAXED
@given(situations(), st.booleans())
def test_stop_start_and_restart_hold_together(situation: tuple[Project, ObservedState], with_file: bool) -> None:
    of, before = situation
    there = observed(of).networks  # all of them, and nothing that cannot be started
    before = replace(
        before,
        networks=there,
        containers=tuple(
            replace(found, networks={name: there[name].id for name in found.networks if name in there})
            for found in before.containers
            if found.state != "dead"
        ),
    )
    file = of if with_file else None
    restarted = carried_out(plan_restart(file, before, RestartOptions()), before)
    stopped = carried_out(plan_stop(file, restarted, StopOptions()), restarted)
    known = of.services if with_file else {found.service for found in before.containers}
    assert not [found.name for found in stopped.containers if found.is_running and found.service in known]
    created = {found.service for found in stopped.containers if not found.oneoff} & set(known)
    if not with_file and not created:
        with pytest.raises(PlanError, match="no container found"):
            plan_start(None, stopped, StartOptions())
    if created:  # a service of the file that has no container to start is an error
        edges = {name: tuple(service.depends_on) for name, service in of.services.items()}
        there_or_none = {name for name, service in of.services.items() if name in created or not service.replicas}
        names = tuple(sorted(name for name in created if reach(edges, [name]) <= there_or_none))
        assume(names or not with_file)
        started = carried_out(plan_start(file, stopped, StartOptions(services=names, wait=True)), stopped)
        again = plan_start(file, started, StartOptions(services=names))
        assert not [step.id for step in again.steps if step.kind == "start"]
