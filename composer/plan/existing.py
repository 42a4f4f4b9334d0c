"""The project as its containers tell it, for verbs that work without a file.

Owns: which services there are, how they depend on each other (from the file when there is one, else from
the label that every container carries) and which containers a verb is about. Pure. Must not know: steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from composer.graph.sorting import reach, topological
from composer.model.dependency import Condition, Dependency
from composer.model.project import Project
from composer.plan.actions import ReplicaId
from composer.plan.desired import no_such_service
from composer.plan.observed import ObservedContainer, ObservedState
from composer.values import value

Edges = Mapping[str, Mapping[str, Dependency]]


@value()
class Existing:
    """`edges`: every service with its dependencies; `containers`: by service, in number order."""

    edges: Edges
    containers: Mapping[str, tuple[ObservedContainer, ...]]

    @property
    def order(self) -> tuple[str, ...]:
        """Dependencies first."""
        return topological({name: tuple(needed) for name, needed in self.edges.items()})


def existing(
    project: Project | None,
    observed: ObservedState,
    names: Collection[str] = (),
    *,
    oneoffs: bool = False,
) -> Existing:
    """The services of the project (without one: those seen in labels) and the containers of the named ones.

    () names all. Raises `PlanError` for an unknown name when there is a file; without one an unknown name may
    just be gone, and is left out.
    """
    project = with_named(project, names)
    edges = edges_of(project, observed)
    wanted = tuple(names) or tuple(edges)
    if project is not None:
        check_known(wanted, edges)
    return Existing(edges, {name: containers_of(observed, name, oneoffs=oneoffs) for name in edges if name in wanted})


def check_known(names: Iterable[str], edges: Collection[str]) -> None:
    """Raises `PlanError` for the first name that is none of the services."""
    for name in names:
        if name not in edges:
            raise no_such_service(name, edges)


def with_dependencies(project: Project | None, observed: ObservedState, names: Collection[str]) -> tuple[str, ...]:
    """The named services and all that they depend on, however far; () stays (), which means all.

    A dependency that is not required counts only if it has a container.
    """
    there = {found.service for found in observed.containers if not found.oneoff}
    edges = {
        name: [other for other, edge in needed.items() if edge.required or other in there]
        for name, needed in edges_of(project, observed).items()
    }
    return (*names, *sorted(reach(edges, names).difference(names)))


def with_named(project: Project | None, names: Iterable[str]) -> Project | None:
    """`project` with those of `names` enabled whose profiles are not active: naming a service is asking for it."""
    asked = {name: project.disabled[name] for name in names if name in project.disabled} if project else {}
    if project is None or not asked:
        return project
    left = {name: service for name, service in project.disabled.items() if name not in asked}
    return replace(project, services={**project.services, **asked}, disabled=left)


def containers_of(observed: ObservedState, service: str, *, oneoffs: bool = False) -> tuple[ObservedContainer, ...]:
    mine = (found for found in observed.containers if found.service == service and (oneoffs or not found.oneoff))
    return tuple(sorted(mine, key=lambda found: (found.number, found.name)))


def replicas_of(containers: Iterable[ObservedContainer]) -> tuple[ObservedContainer, ...]:
    """One container a number, the running one first choice: a run that was cut short may have left two."""
    chosen: dict[int, ObservedContainer] = {}
    for container in containers:
        rival = chosen.setdefault(container.number, container)
        if container.is_running and not rival.is_running:
            chosen[container.number] = container
    return tuple(chosen.values())


def replica_of(container: ObservedContainer) -> ReplicaId:
    return ReplicaId(container.service, container.number)


def step_label(container: ObservedContainer) -> str:
    """How steps name it: `web-1`; one-offs have no number and go by their own name."""
    return container.name if container.oneoff else str(replica_of(container))


def edges_of(project: Project | None, observed: ObservedState) -> dict[str, Mapping[str, Dependency]]:
    if project is not None:
        return {name: service.depends_on for name, service in project.services.items()}
    numbered = sorted(
        (found for found in observed.containers if not found.oneoff), key=lambda it: (it.service, it.number)
    )
    edges: dict[str, Mapping[str, Dependency]] = {}
    for container in numbered:
        edges.setdefault(container.service, parse_depends_on(container.depends_on))
    return _without_cycles(edges)


def parse_depends_on(label: str) -> dict[str, Dependency]:
    """`db:service_healthy:true,…` → edges, none of them required: what they name may be gone.

    Old labels lack the condition or the restart flag: then started, and restarted along.
    """
    edges: dict[str, Dependency] = {}
    for entry in filter(None, label.split(",")):
        name, _, rest = entry.partition(":")
        condition, _, restart = rest.partition(":")
        known = Condition(condition) if condition in tuple(Condition) else Condition.STARTED
        edges[name] = Dependency(condition=known, restart=restart != "false", required=False)
    return edges


def _without_cycles(edges: dict[str, Mapping[str, Dependency]]) -> dict[str, Mapping[str, Dependency]]:
    """Labels of different ages can contradict each other; services caught in a cycle lose their edges."""
    sound: Collection[str] = set(topological({name: tuple(needed) for name, needed in edges.items()}))
    return {name: needed if name in sound else {} for name, needed in edges.items()}
