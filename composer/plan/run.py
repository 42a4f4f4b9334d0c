"""`run`: one container of a service, besides its replicas, with what it depends on up before it is made.

The service is changed as the flags say and planned like any other, as if it had no containers yet; the one that
comes out of that is then marked as a one-off. Pure: the slug comes from outside. Must not know: how its output is
shown, or who waits for its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, replace

from composer import __version__, labels
from composer.errors import PlanError
from composer.model.mount import Mount
from composer.model.port import Port
from composer.model.project import Project
from composer.model.service import Service
from composer.plan.actions import CreateContainer, OneOff, ReplicaId, ReplicaSpec, StartContainer, StepId
from composer.plan.contents import Contents
from composer.plan.desired import no_such_service
from composer.plan.observed import ObservedState
from composer.plan.options import UpOptions
from composer.plan.plan import Plan, Step, check
from composer.plan.providers import NOTHING, Provided
from composer.plan.requirements import NEWEST, ApiVersion
from composer.plan.up import plan_up
from composer.values import value


@value(kw_only=True)
class RunOptions:
    """`command` and `entrypoint`: None leaves the service's own. `ports`: in place of the service's, unless
    `service_ports`. `start`: the plan starts it too; else that is left to whoever attaches to it first. `up`: how
    its dependencies are brought up (its `services` do not matter)."""

    service: str
    oneoff: OneOff
    name: str = ""
    command: tuple[str, ...] | None = None
    entrypoint: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    working_dir: str = ""
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    volumes: tuple[Mount, ...] = ()
    ports: tuple[Port, ...] = ()
    service_ports: bool = False
    tty: bool = False
    start: bool = False
    up: UpOptions = field(default_factory=UpOptions)


def with_one_off(project: Project, options: RunOptions) -> Project:
    """The project in which the service is what is to be run. Raises `PlanError` for an unknown one."""
    if options.service not in project.services:
        raise no_such_service(options.service, project.services)
    service = one_off(project, project.services[options.service], options)
    return replace(project, services={**project.services, service.name: service})


def one_off(project: Project, service: Service, options: RunOptions) -> Service:
    """The service with the flags applied, as the reference does (its config hash tells)."""
    if options.working_dir and not options.working_dir.startswith("/"):
        raise PlanError(f"the working directory '{options.working_dir}' is invalid: it must be an absolute path")
    name = options.name or f"{project.name}-{service.name}-run-{options.oneoff.slug[:12]}"
    command = options.command
    if options.entrypoint is not None and command is None:
        command = ()  # the service's command was made for its own entrypoint
    changed = replace(
        service,
        container_name=name,
        scale=1,
        restart=None,
        deploy=replace(service.deploy, restart_policy=None) if service.deploy is not None else None,
        tty=options.tty or None,
        stdin_open=options.oneoff.stdin or None,
        command=service.command if command is None else command,
        entrypoint=service.entrypoint if options.entrypoint is None else options.entrypoint,
        user=options.user or service.user,
        working_dir=options.working_dir or service.working_dir,
        environment={**service.environment, **options.environment},
        labels={**service.labels, **options.labels},
        ports=service.ports if options.service_ports else options.ports,
        volumes=(*service.volumes, *options.volumes),
        pre_start=(),  # they prepare what the replicas run on, once
    )
    return _with_capabilities(changed, options)


def _with_capabilities(service: Service, options: RunOptions) -> Service:
    """What is given is not taken away any more, and the other way round."""
    added, dropped = service.cap_add, service.cap_drop
    if options.cap_add:
        added, dropped = (*added, *options.cap_add), _without(dropped, options.cap_add)
    if options.cap_drop:
        added, dropped = _without(added, options.cap_drop), (*dropped, *options.cap_drop)
    return replace(service, cap_add=added, cap_drop=dropped)


def _without(names: Iterable[str], gone: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in gone)


def without_replicas(observed: ObservedState, service: str) -> ObservedState:
    """As if the service had no containers: its replicas are not to be touched."""
    rest = tuple(found for found in observed.containers if found.service != service or found.oneoff)
    return replace(observed, containers=rest)


@value()
class RunPlan:
    """`start`: what is left to do by whoever attaches, None when the plan starts it. `name`: the container's."""

    plan: Plan
    name: str
    start: StartContainer | None


def plan_run(
    project: Project,
    observed: ObservedState,
    options: RunOptions,
    *,
    version: str = __version__,
    pulled: Collection[str] = (),
    provided: Provided = NOTHING,
    served_at: str = "",
    contents: Contents | None = None,
    api_version: ApiVersion = NEWEST,
) -> RunPlan:
    """`project`: from `with_one_off`. The container is made when its dependencies are as it needs them; the rest is
    as for `plan_up`.

    Raises `PlanError` for what cannot be done.
    """
    service = project.services[options.service]
    up = replace(options.up, services=(service.name,), start=True, scale={})
    seen = without_replicas(observed, service.name)
    plan = plan_up(
        project,
        seen,
        up,
        version=version,
        pulled=pulled,
        provided=provided,
        served_at=served_at,
        contents=contents,
        api_version=api_version,
    )
    replica = ReplicaId(service.name, 1)
    steps = {step.id: step for step in plan.steps}
    create, start = steps[StepId(f"create:{replica}")], steps[StepId(f"start:{replica}")]
    made = _made_last(create, start, options)
    begin = start.action
    if not (isinstance(made.action, CreateContainer) and isinstance(begin, StartContainer)):
        raise TypeError("a plan's create and start steps create and start")
    kept = [made if step.id == create.id else step for step in plan.steps if options.start or step.id != start.id]
    waits = {step.id for step in kept}
    kept = [replace(step, after=step.after & waits, after_any=step.after_any & waits) for step in kept]
    left = None if options.start else begin
    return RunPlan(replace(plan, steps=check(kept)), made.action.spec.name, left)


def _made_last(create: Step, start: Step, options: RunOptions) -> Step:
    """The create step behind everything that the start would wait for, of a container marked as a one-off."""
    if not isinstance(create.action, CreateContainer):
        raise TypeError("a create step creates")
    spec = _marked(create.action.spec, options)
    return replace(
        create,
        action=replace(create.action, spec=spec),
        after=create.after | start.after - {create.id},
        after_any=create.after_any | start.after_any,
    )


def _marked(spec: ReplicaSpec, options: RunOptions) -> ReplicaSpec:
    marks = {name: text for name, text in spec.labels.items() if name != labels.NUMBER}
    marks |= {labels.ONEOFF: "True", labels.SLUG: options.oneoff.slug}
    return replace(spec, labels=marks, oneoff=options.oneoff)
