"""What is known of the project's containers, from the snapshot, events, inspections and own probes.

Rule: good news (started, healthy, exited 0) counts at once; bad news (ended, unhealthy) first has to be
confirmed by an inspection, since events may be older than what we know and a restart may be due.
Must not know: the plan's steps, conditions, threads.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from composer import labels
from composer.plan.actions import ContainerId, ReplicaId
from composer.values import entity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.engine.port import ContainerDetail, EngineEvent, ProbeOutput
    from composer.plan.actions import ContainerRef
    from composer.plan.observed import ObservedContainer

_KEPT_PROBES = 5


@entity()
class ContainerFacts:
    """One container. `state` as in `ObservedContainer.state`, or `gone`.

    `settled`: state and health are no unconfirmed bad news. `has_check`: None while unknown. `life` counts the
    starts seen; `completed`: it exited with 0 in this life. `own_healthy`: our own probe succeeded in this
    life. `wants_look`: an inspection is due; `looking`: one is under way; `stale`: an event came
    meanwhile. `start_due`: our start call is out and its event not seen yet.
    """

    id: ContainerId
    name: str
    replica: ReplicaId | None
    state: str = "created"
    health: str = ""
    exit_code: int | None = None
    oom_killed: bool = False
    settled: bool = True
    has_check: bool | None = None
    life: int = 0
    completed: bool = False
    own_healthy: bool = False
    own_probes: list[ProbeOutput] = field(default_factory=list)
    own_count: int = 0
    detail: ContainerDetail | None = None
    engine_probes: list[ProbeOutput] = field(default_factory=list)
    engine_count: int = 0
    wants_look: bool = True
    looking: bool = False
    stale: bool = False
    start_due: bool = False

    @property
    def shown(self) -> tuple[str, str, int | None]:
        """What a view is told of."""
        early = self.own_healthy and self.health == "starting"
        return self.state, "healthy" if early else self.health, self.exit_code

    @property
    def restart_policy(self) -> str:
        return self.detail.restart_policy if self.detail else ""

    @property
    def is_up(self) -> bool:
        return self.state in ("running", "restarting", "paused")

    def begin_life(self) -> None:
        """It was started: what was known of its last run is void."""
        self.life += 1
        self.state = "running"
        self.health = "starting" if self.has_check else ""
        self.exit_code = None
        self.oom_killed = self.completed = self.own_healthy = False
        self.own_probes.clear()
        self.own_count = 0
        self.settled = self.wants_look = True

    def hear(self, event: EngineEvent) -> None:
        """Take in an event about this container."""
        if self._is_echo(event):
            return
        if self.looking:
            self.stale = True
        match event.action:
            case "start":
                self.begin_life()
            case "die":
                self._hear_die(event.exit_code)
            case "health_status":
                self._hear_health(event.health)
            case "pause":
                self.state = "paused"
            case "unpause":
                self.state = "running"
            case "oom":
                self.oom_killed = True
            case "destroy":
                self.lose()
            case "rename":
                self.name = event.name or self.name
            case _:
                pass

    def learn(self, detail: ContainerDetail) -> list[ProbeOutput]:
        """Take in an inspection; answers the engine's probes not seen before."""
        self.looking = False
        self.detail = detail
        self.has_check = detail.healthprobe is not None
        if self.stale:
            self.stale, self.wants_look = False, True
        else:
            self._apply(detail)
        fresh = [probe for probe in detail.health_log if probe not in self.engine_probes]
        self.engine_probes = list(detail.health_log)
        self.engine_count += len(fresh)
        return fresh

    def probed(self, output: ProbeOutput) -> None:
        """Take in the outcome of an own probe of the present life."""
        self.own_count += 1
        self.own_probes.append(output)
        del self.own_probes[:-_KEPT_PROBES]
        if output.exit_code == 0:
            self.own_healthy = True

    def lose(self) -> None:
        self.state, self.health, self.settled = "gone", "", True
        self.looking = self.wants_look = self.stale = self.own_healthy = False

    def ended(self) -> None:
        """Our own stop or kill call came back."""
        if self.is_up:
            self.state, self.health, self.own_healthy = "exited", "", False

    def _is_echo(self, event: EngineEvent) -> bool:
        """A start event whose call was answered first: that life has begun already."""
        if event.action != "start":
            return False
        awaited, self.start_due = self.start_due, False
        return awaited and self.state == "running"

    def _hear_die(self, exit_code: int | None) -> None:
        self.state, self.exit_code = "exited", exit_code
        self.health, self.own_healthy = "", False
        self.completed = exit_code == 0
        self.settled, self.wants_look = False, True

    def _hear_health(self, health: str) -> None:
        self.health = health
        self.has_check = True
        if health == "unhealthy":
            self.settled, self.wants_look = False, True

    def _apply(self, detail: ContainerDetail) -> None:
        self.name = detail.name or self.name
        self.state = "restarting" if detail.restarting else detail.state
        self.health = detail.health if self.state in ("running", "paused") else ""
        self.settled, self.wants_look = True, False
        if self.state in ("exited", "dead", "restarting"):
            self.exit_code = detail.exit_code
            self.completed = self.completed or (detail.exit_code == 0 and self.state == "exited")
            self.own_healthy = False
        self.oom_killed = self.oom_killed or detail.oom_killed


class Roster:
    """All containers by id, and which one each replica has now."""

    def __init__(self) -> None:
        self._by_id: dict[str, ContainerFacts] = {}
        self._current: dict[ReplicaId, ContainerFacts] = {}

    def observe(self, container: ObservedContainer) -> None:
        """From the snapshot. The list text says health only of running containers."""
        if container.oneoff:
            return
        running = container.state == "running"
        facts = self.adopt(ReplicaId(container.service, container.number), container.ref)
        facts.state, facts.exit_code = container.state, container.exit_code
        facts.health = container.health if running else ""
        facts.has_check = bool(container.health) if running else None
        facts.settled = running and container.health != "unhealthy"
        facts.completed = container.state == "exited" and container.exit_code == 0

    def adopt(self, replica: ReplicaId, ref: ContainerRef) -> ContainerFacts:
        """The container is the replica's from now on."""
        facts = self._by_id.get(ref.id)
        if facts is None:
            facts = self._by_id[ref.id] = ContainerFacts(ref.id, ref.name, replica)
        facts.replica = replica
        self._current[replica] = facts
        return facts

    def get(self, container: str) -> ContainerFacts | None:
        return self._by_id.get(container)

    def of(self, replica: ReplicaId) -> ContainerFacts | None:
        return self._current.get(replica)

    def is_current(self, facts: ContainerFacts) -> bool:
        return facts.replica is not None and self._current.get(facts.replica) is facts

    def names_up(self) -> tuple[str, ...]:
        return tuple(sorted(facts.name for facts in self._by_id.values() if facts.is_up))

    def meet(self, event: EngineEvent) -> ContainerFacts | None:
        """Whom an event is about; a newcomer is registered by its labels. None: not a replica."""
        facts = self._by_id.get(event.container)
        if facts is not None:
            return facts
        replica = _replica(event.attributes)
        if replica is None or event.action == "destroy":
            return None
        facts = self._by_id[event.container] = ContainerFacts(event.container, event.name, replica)
        self._current.setdefault(replica, facts)
        return facts


def _replica(attributes: Mapping[str, str]) -> ReplicaId | None:
    number = attributes.get(labels.NUMBER, "")
    if attributes.get(labels.ONEOFF) == "True" or not number.isdecimal():
        return None
    return ReplicaId(attributes.get(labels.SERVICE, ""), int(number))
