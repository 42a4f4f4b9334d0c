"""A tiny pure model of the engine: what a snapshot is after a plan has been carried out.

Strict on purpose: an action on something that is not there, a name taken twice, a network removed under a running
container or started without its network is an error of the planner, and raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random

from composer import labels
from composer.plan.actions import (
    ContainerId,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    LeaveNetwork,
    PullImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    StopContainer,
    WaitFor,
)
from composer.plan.observed import (
    ObservedContainer,
    ObservedImage,
    ObservedNetwork,
    ObservedState,
    ObservedVolume,
)
from composer.plan.plan import Plan, Step
from composer.plan.sharing import with_parents
from tests.support.build import image_id


def carried_out(plan: Plan, state: ObservedState, random: Random | None = None) -> ObservedState:
    """The state after every step of `plan`: in plan order, or in any order that it allows, drawn from `random`.

    One-shots keep running: nothing ends by itself.
    """
    engine = _Engine(state)
    for step in plan.steps if random is None else _any_order(plan, random):
        engine.do(step)
    return engine.state()


def _any_order(plan: Plan, random: Random) -> Iterator[Step]:
    waiting = list(plan.steps)
    done: set[StepId] = set()
    while waiting:
        ready = [step for step in waiting if step.after | step.after_any <= done]
        step = random.choice(ready)
        waiting.remove(step)
        done.add(step.id)
        yield step


class _Engine:
    def __init__(self, state: ObservedState) -> None:
        self.project = state.project
        self.containers = {found.id: found for found in state.containers}
        self.networks = dict(state.networks)
        self.volumes = dict(state.volumes)
        self.images = dict(state.images)
        self.made: dict[ReplicaId, ContainerId] = {}
        self.namespaces: dict[ContainerId, set[ContainerId]] = {}  # whose a container joins when it starts
        self.clock = max((found.created for found in state.containers), default=0)

    def state(self) -> ObservedState:
        return ObservedState(self.project, tuple(self.containers.values()), self.networks, self.volumes, self.images)

    def do(self, step: Step) -> None:
        self.clock += 1
        match step.action:
            case PullImage(image=image):
                self.images[image] = ObservedImage(image, image_id(image))
            case CreateNetwork(key=key, network=network, labels=found):
                self._free(network.name, self.networks)
                self.networks[network.name] = ObservedNetwork(
                    f"{network.name}@{self.clock}", network.name, key, self.project, found[labels.CONFIG_HASH]
                )
            case RemoveNetwork(name=name, id=network_id):
                assert self.networks.pop(name).id == network_id
                holding = [one.name for one in self.containers.values() if one.is_running and name in one.networks]
                assert not holding, f"{name} is held by {holding}"
            case LeaveNetwork(container=container, network=name, id=network_id):
                left = self.containers[container.id]
                assert not left.is_running, f"{left.name} runs"
                assert left.networks[name] in ("", network_id)
                rest = {key: value for key, value in left.networks.items() if key != name}
                self.containers[container.id] = replace(left, networks=rest)
            case JoinNetwork(container=container, network=name):
                joining = self.containers[container.id]
                assert name not in joining.networks
                assert name in self.networks
                self.containers[container.id] = replace(joining, networks={**joining.networks, name: ""})
            case CreateVolume(key=key, volume=volume, labels=found):
                self._free(volume.name, self.volumes)
                self.volumes[volume.name] = ObservedVolume(volume.name, key, self.project, found[labels.CONFIG_HASH])
            case RemoveVolume(name=name):
                self.volumes.pop(name)
                assert not [one.name for one in self.containers.values() if name in one.volumes]
            case RemoveImage(image=image):
                self.images.pop(image, None)
            case CreateContainer() as action:
                self._create(action)
            case RenameContainer(replica=replica, name=name, container=container):
                self._free(name, {one.name for one in self.containers.values()})
                renamed = container.id if container else self.made[replica]
                self.containers[renamed] = replace(self.containers[renamed], name=name)
            case StartContainer(replica=replica, container=container):
                self._start(container.id if container else self.made[replica])
            case StopContainer(container=container):
                self.containers[container.id] = replace(self.containers[container.id], state="exited", exit_code=0)
            case RemoveContainer(container=container, force=force):
                assert force or not self.containers[container.id].is_running
                del self.containers[container.id]
            case WaitFor(replicas=replicas):
                present = {(one.service, one.number) for one in self.containers.values() if one.is_running}
                assert {(replica.service, replica.number) for replica in replicas} <= present
            case action:
                raise AssertionError(action)

    def _create(self, action: CreateContainer) -> None:
        spec, old = self._resolved(action.spec), action.replaces
        name = spec.name if old is None else f"{old.id[:12]}_{spec.name}"
        self._free(name, {one.name for one in self.containers.values()})
        assert old is None or old.id in self.containers
        container = ContainerId(f"{self.clock:012x}{'0' * 52}")
        self.made[spec.replica] = container
        modes = (spec.service.network_mode, spec.service.ipc, spec.service.pid)
        joined = {ContainerId((mode or "").partition("container:")[2]) for mode in modes}
        self.namespaces[container] = joined - {ContainerId("")}
        self.containers[container] = ObservedContainer(
            id=container,
            name=name,
            service=spec.replica.service,
            number=spec.replica.number,
            state="created",
            config_hash=spec.config_hash,
            image_digest=self.images[spec.image].id,
            image=spec.image,
            image_id=self.images[spec.image].id,
            depends_on=spec.labels[labels.DEPENDS_ON],
            labels=spec.labels,
            networks={network: "" for network, _ in spec.networks},
            volumes=tuple(volume for volume in spec.volume_names.values() if volume in self.volumes),
            created=self.clock,
        )

    def _resolved(self, spec: ReplicaSpec) -> ReplicaSpec:
        """With the ids of the containers that it is made with, which have to be there."""
        if not spec.parents:
            return spec
        parents = {one.replica.service: one.container or self.made[one.replica] for one in spec.parents}
        assert set(parents.values()) <= set(self.containers), f"{spec.name} is made with a container that is gone"
        return with_parents(spec, parents)

    def _start(self, container: ContainerId) -> None:
        found = self.containers[container]
        for other in self.namespaces.get(container, ()):
            assert self.containers[other].is_running, f"{found.name} joins {other}, which does not run"
        for name, network_id in found.networks.items():
            assert self.networks[name].id == network_id or not network_id, f"{found.name} is on a former {name}"
        health = "healthy" if found.service.endswith("h") else ""
        networks = {name: self.networks[name].id for name in found.networks}
        self.containers[container] = replace(found, state="running", health=health, exit_code=None, networks=networks)

    def _free(self, name: str, taken: Iterable[str]) -> None:
        assert name not in taken, f"{name} is taken"
