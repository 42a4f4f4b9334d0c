"""What waits for what: starts behind the starts and conditions of their dependencies, stops in reverse.

Owns `depends_on` as order between steps, and the `WaitFor` steps. A step waits only for what its own
service needs, so that independent parts of a project never hold each other up. Works on plain
dictionaries. Pure. Must not know: how a condition is met (`execute.readiness`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composer.graph.sorting import backwards, topological
from composer.model.dependency import Condition, Dependency
from composer.plan.actions import ReplicaId, StepId, WaitFor
from composer.plan.containers import Decision, Verdict
from composer.plan.draft import Draft
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import starts_of, stops_of
from composer.values import value

Edges = Mapping[str, Mapping[str, Dependency]]  # service → what it depends on, and how
Decisions = Mapping[str, tuple[Decision, ...]]

_WORDS = {Condition.HEALTHY: "healthy", Condition.COMPLETED: "completed"}


@value()
class Waits:
    """`everything`: also wait until each service is ready (`--wait`). `timeout`: seconds, None = for ever."""

    everything: bool = False
    timeout: float | None = None


def order_starts(draft: Draft, edges: Edges, decisions: Decisions, waits: Waits) -> None:
    """Puts every start behind the conditions of its service's dependencies, adding the waits for them.

    A dependency without replicas, or one that is not part of this command, is not waited for. One that
    this plan starts is waited for even if those who need it run already, so that its failure is told.
    """
    conditions = _Conditions(draft, edges, decisions, waits)
    for name, mine in decisions.items():
        starts = starts_of(draft, mine)
        for dependency, edge in edges.get(name, {}).items():
            needed = conditions.needed(dependency, edge, is_starting=bool(starts))
            for start in starts:
                (draft.after if edge.required else draft.after_any)(start, needed)
    if waits.everything:
        for name in decisions:
            conditions.wait_until_ready(name)


class _Conditions:
    """Finds or makes the steps that stand for "this dependency is as needed": one wait per service,
    condition and `required`, shared by all who need it."""

    def __init__(self, draft: Draft, edges: Edges, decisions: Decisions, waits: Waits) -> None:
        self._draft = draft
        self._decisions = decisions
        self._waits = waits
        self._uses: dict[str, list[tuple[str, Dependency]]] = {}
        for name, needed in edges.items():
            for dependency, edge in needed.items():
                self._uses.setdefault(dependency, []).append((name, edge))

    def needed(self, service: str, edge: Dependency, *, is_starting: bool) -> tuple[StepId, ...]:
        starts = starts_of(self._draft, self._decisions.get(service, ()))
        if edge.condition is Condition.STARTED:
            return starts
        if not self._replicas(service) or (not starts and (not is_starting or self._is_met(service, edge.condition))):
            return ()
        users = ", ".join(self._users(service, edge))
        return (self._wait(service, edge.condition, edge.required, Reason(Cause.DEPENDED_ON, f"needed by {users}")),)

    def wait_until_ready(self, service: str) -> None:
        """`--wait`: one-shots that somebody needs completed, completed; others healthy, else running."""
        if not self._replicas(service):
            return
        uses = [edge.condition for _, edge in self._uses.get(service, ())]
        if Condition.COMPLETED in uses:
            self._wait(service, Condition.COMPLETED, True, Reason(Cause.WAIT_REQUESTED))
        elif not self._is_ready(service) and StepId(f"wait:{service}:healthy") not in self._draft:
            self._wait(service, None, True, Reason(Cause.WAIT_REQUESTED))

    def _wait(self, service: str, condition: Condition | None, required: bool, reason: Reason) -> StepId:
        word = "ready" if condition is None else _WORDS[condition]
        step = StepId(f"wait:{service}:{word}{'' if required else ':optional'}")
        if step not in self._draft:
            edge = None if condition is None else Dependency(condition=condition, required=required)
            wait = WaitFor(
                service,
                condition,
                self._replicas(service),
                required=required,
                needed_by=() if edge is None else self._users(service, edge),
                timeout=self._waits.timeout,
            )
            self._draft.add(step, wait, reason, after=starts_of(self._draft, self._decisions[service]))
        return step

    def _replicas(self, service: str) -> tuple[ReplicaId, ...]:
        mine = self._decisions.get(service, ())
        return tuple(decision.replica for decision in mine if decision.verdict is not Verdict.REMOVE)

    def _users(self, service: str, edge: Dependency) -> tuple[str, ...]:
        wanted = (edge.condition, edge.required)
        return tuple(name for name, use in self._uses.get(service, ()) if (use.condition, use.required) == wanted)

    def _is_met(self, service: str, condition: Condition) -> bool:
        """In the snapshot. What should complete and still runs has not."""
        return condition is Condition.HEALTHY and all(health == "healthy" for health in self._health(service))

    def _is_ready(self, service: str) -> bool:
        return all(health in ("healthy", "") for health in self._health(service))

    def _health(self, service: str) -> Iterable[str]:
        """Of each replica that stays; "absent" for one that this plan starts or that does not quite run."""
        for decision in self._decisions[service]:
            if decision.verdict is Verdict.KEEP and decision.container is not None:
                yield decision.container.health if decision.container.state == "running" else "absent"
            elif decision.verdict is not Verdict.REMOVE:
                yield "absent"


def order_restarts(draft: Draft, edges: Edges, decisions: Decisions) -> None:
    """Those that depend with `restart: true` on a service stop before its containers are stopped."""
    for name, mine in decisions.items():
        stops = stops_of(draft, mine)
        for dependency, edge in edges.get(name, {}).items():
            if edge.restart:
                for stop in stops_of(draft, decisions.get(dependency, ())):
                    draft.after_any(stop, stops)


def order_recreations(draft: Draft, decisions: Decisions) -> None:
    """The new container is made before the old one stops, but where its making waits for that: what it is made with (a
    network, a volume, the container it shares) is made anew only once the old one, or whoever stops after it, has
    stopped."""
    for mine in decisions.values():
        for decision in mine:
            create, stop = StepId(f"create:{decision.replica}"), StepId(f"stop:{decision.replica}")
            if decision.verdict is Verdict.RECREATE and stop in draft and draft.waits_for(create, stop):
                draft.not_after(stop, create)


def order_stops(draft: Draft, edges: Mapping[str, Iterable[str]], stops: Mapping[str, tuple[StepId, ...]]) -> None:
    """Dependents stop first. `stops`: service → its stop steps. A service without any passes on what it
    would wait for. A failed stop does not hold up the rest: `after_any`."""
    needed = {name: tuple(dependencies) for name, dependencies in edges.items()}
    dependents = backwards(needed)
    ahead: dict[str, set[StepId]] = {}
    for name in reversed(topological(needed)):
        later = dependents[name]
        ahead[name] = {step for each in later for step in (stops.get(each) or ahead.get(each) or ())}
        for stop in stops.get(name, ()):
            draft.after_any(stop, ahead[name])
