"""`up`, `create` and `scale`: from what is to what the file wants.

Composes the parts: images, networks, volumes, replicas, orphans, order. Pure. Raises `PlanError` for what
cannot be planned. Must not know: how steps run, how a plan is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from composer import __version__
from composer.graph.query import order
from composer.graph.sorting import topological
from composer.model.project import Project
from composer.model.service import Service
from composer.plan.actions import StepId
from composer.plan.ai_models import add_models, model_steps, model_warnings, with_models
from composer.plan.builds import add_builds, wanted_builds
from composer.plan.containers import (
    DIVERGED,
    FORCE,
    MADE,
    Decision,
    Rules,
    Verdict,
    decide_service,
    restarted_with,
)
from composer.plan.contents import Contents
from composer.plan.desired import DesiredState, desire, image_of, network_keys, select, volume_keys
from composer.plan.draft import Draft
from composer.plan.elsewhere import confirm_removal, warn_of_other_folders
from composer.plan.images import add_pulls, decisive, mounted_images, refuse_missing, wanted_pulls
from composer.plan.naming import refuse_taken_names
from composer.plan.networks import NetworkDecisions, add_networks, decide_networks, free_networks
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.options import UpOptions
from composer.plan.ordering import Waits, order_recreations, order_restarts, order_starts
from composer.plan.orphans import orphans, remove_orphans, warn_of_orphans
from composer.plan.plan import Plan
from composer.plan.prestart import add_pre_starts
from composer.plan.providers import (
    NOTHING,
    Provided,
    add_providers,
    provider_steps,
    provider_warnings,
    with_provided,
)
from composer.plan.relatives import with_relatives
from composer.plan.replicas import Handling, ReplicaSteps, make_room, serialise_ranges
from composer.plan.requirements import NEWEST, ApiVersion, dropped_by, refuse_contradictions, refuse_too_new
from composer.plan.sharing import linked_services, names_containers
from composer.plan.volumes import VolumeDecisions, add_volumes, decide_volumes, free_volumes

Decisions = Mapping[str, tuple[Decision, ...]]


def plan_up(
    project: Project,
    observed: ObservedState,
    options: UpOptions,
    *,
    version: str = __version__,
    pulled: Collection[str] = (),
    provided: Provided = NOTHING,
    served_at: str = "",
    api_version: ApiVersion = NEWEST,
    contents: Contents | None = None,
) -> Plan:
    """The steps of `up` (of `create` with `options.start` False); empty when all is as wanted.

    `observed` must hold the images of all services. `pulled`: images that were pulled already in this run
    (see `plan_refresh`); `provided`: what the programs of providers said in it. `served_at`: where containers reach
    language models. `version` goes into the version label. `api_version`: what the engine offers. `contents`: what
    stands behind secrets and configs (`load.contents`); without it no change of them is noticed.

        plan_up(project, observed, UpOptions()).to_text()
        network:default  missing
        create:web-1  [after network:default]  missing
        start:web-1  [after create:web-1]  missing
    """
    chosen = select(project, options.services, no_deps=options.no_deps)
    told = with_models(with_provided(chosen, provided), served_at)
    desired = desire(told, scale=options.scale, version=version, contents=contents)
    refuse_too_new(desired.project, api_version)
    refuse_contradictions(desired.project)
    wanted = wanted_pulls(desired, observed, asked=options.pull, build=options.build, pulled=pulled)
    networks = decide_networks(desired, observed)
    volumes = decide_volumes(desired, observed, options.declined)
    desired, decisions = _decide(desired, observed, options, networks, volumes)
    if options.start and any(found.state == "paused" for found in observed.containers):
        from composer.plan.pause import refuse_paused  # noqa: PLC0415 - rare

        refuse_paused(decisions)
    created = _created(decisions)
    draft = Draft(desired.project.services)
    add_providers(draft, desired.project, "up", but=provided)
    add_models(draft, desired.project)
    pulls = add_pulls(draft, desired, wanted, created)
    asked_for = wanted_builds(desired, observed, asked=options.build, pull=options.pull, done=pulled)
    builds = add_builds(draft, desired, asked_for, project=project, pulls=pulls, only=created)
    refuse_missing(desired, observed, {*pulls, *builds}, created)
    made_networks = add_networks(draft, desired, observed, networks)
    made_volumes = add_volumes(draft, desired, observed, volumes)
    draft.warnings.extend([*networks.warnings, *volumes.warnings, *_warnings(desired.project, created, api_version)])
    draft.warnings.extend([*provider_warnings(chosen, provided), *model_warnings(chosen)])
    handling = Handling(options.start, options.timeout, options.renew_volumes, networks.diverged)
    replicas = ReplicaSteps(draft, desired, observed, handling)
    for name, mine in decisions.items():
        needs = _needs(desired, desired.project.services[name], pulls, made_networks, made_volumes)
        needs += builds.get(image_of(desired.project, desired.project.services[name]), ())
        needs += provider_steps(draft, desired.project.services[name])
        needs += model_steps(draft, desired.project.services[name])
        needs += _made_before(draft, desired, decisions, desired.project.services[name])
        replicas.add(mine, needs)
        _start_on_new_networks(draft, mine, desired.project.services[name], networks.missing)
    _treat_orphans(draft, desired.project, observed, options)
    free_networks(draft, desired, observed, networks)
    free_volumes(draft, desired, observed, volumes)
    refuse_taken_names(draft, observed)
    _put_in_order(draft, desired, observed, decisions, options)
    # An empty plan must stay cheap: the plain pass gives the same order without loading networkx.
    return draft.finish(order(desired.project) if draft else _plain_order(desired.project))


def plan_refresh(
    project: Project,
    observed: ObservedState,
    options: UpOptions,
    *,
    provided: Provided = NOTHING,
    served_at: str = "",
) -> Plan:
    """The pulls and builds on which it depends whether existing containers are recreated (`--build`, a lost image),
    and the programs of providers: what they say goes into the containers of those who depend on them.

    Mostly empty. Else run it, observe again, and give the images to `plan_up` as `pulled`, what was said as
    `provided`: what a tag will mean is known only afterwards.
    """
    chosen = select(project, options.services, no_deps=options.no_deps)
    desired = desire(with_models(with_provided(chosen, provided), served_at), scale=options.scale)
    wanted = wanted_pulls(desired, observed, asked=options.pull, build=options.build)
    asked_for = wanted_builds(desired, observed, asked=options.build, pull=options.pull)
    draft = Draft()
    add_providers(draft, desired.project, "up", but=provided)
    pulls = add_pulls(draft, desired, decisive(desired, observed, wanted), desired.project.services)
    add_builds(draft, desired, decisive(desired, observed, asked_for), project=project, pulls=pulls)
    return draft.finish(_plain_order(desired.project))


def _decide(
    desired: DesiredState,
    observed: ObservedState,
    options: UpOptions,
    networks: NetworkDecisions,
    volumes: VolumeDecisions,
) -> tuple[DesiredState, dict[str, tuple[Decision, ...]]]:
    """Dependencies first: what becomes of a container also depends on the containers that it shares."""
    services = desired.project.services
    sequence = _plain_order(desired.project)
    existing: dict[str, list[ObservedContainer]] = {name: [] for name in services}
    for found in observed.containers:
        if found.service in existing and not found.oneoff:
            existing[found.service].append(found)
    decisions: dict[str, tuple[Decision, ...]] = {}
    lost = tuple(desired.project.volumes[key].name for key in volumes.diverged)
    for name in sequence:
        rules = Rules(_strategy(name, options), networks.diverged, lost, options.made)
        desired = with_relatives(desired, observed, services[name], decisions)
        decisions[name] = decide_service(desired, observed, services[name], existing[name], rules)
    return desired, restarted_with(decisions, services, sequence) if options.start else decisions


def _start_on_new_networks(
    draft: Draft, mine: tuple[Decision, ...], service: Service, missing: Collection[str]
) -> None:
    """A container that was never started may know a lost network by its name alone: then it can do with a new one."""
    for decision in mine:
        if decision.verdict is Verdict.START and (start := StepId(f"start:{decision.replica}")) in draft:
            draft.after(start, (StepId(f"network:{key}") for key in service.networks if key in missing))


def _made_before(draft: Draft, desired: DesiredState, decisions: Decisions, service: Service) -> tuple[StepId, ...]:
    """The creates whose containers this one is made with. Links outside a network of the project, and containers
    named by hand (which may be those of a dependency), need the final name at create."""
    names = [f"create:{parent.replica}" for parent in desired.parents.get(service.name, ())]
    others = (*linked_services(service), *service.depends_on) if names_containers(service) else ()
    if service.network_mode and not others:
        others = linked_services(service)
    made = (decision.replica for name in dict.fromkeys(others) for decision in decisions.get(name, ()))
    names += [f"{verb}:{replica}" for replica in made for verb in ("create", "rename")]
    return tuple(StepId(name) for name in names if StepId(name) in draft)


def _strategy(name: str, options: UpOptions) -> str:
    """Fresh anonymous volumes need fresh containers, but `--no-recreate` is stronger."""
    if options.services and name not in options.services:
        return options.recreate_deps
    return FORCE if options.renew_volumes and options.recreate == DIVERGED else options.recreate


def _created(decisions: Decisions) -> tuple[str, ...]:
    return tuple(name for name, mine in decisions.items() if any(decision.verdict in MADE for decision in mine))


def _needs(
    desired: DesiredState,
    service: Service,
    pulls: Mapping[str, StepId],
    networks: Mapping[str, StepId],
    volumes: Mapping[str, StepId],
) -> tuple[StepId, ...]:
    """What a container of the service is made from, as far as this plan makes it."""
    image = image_of(desired.project, service)
    return (
        *(pulls[name] for name in (image, *mounted_images(service)) if name in pulls),
        *(networks[key] for key in network_keys(service) if key in networks),
        *(volumes[key] for key in volume_keys(service) if key in volumes),
    )


def _warnings(project: Project, created: Collection[str], api_version: ApiVersion) -> Iterator[str]:
    """What new containers are made without, as the reference makes them."""
    if created:
        yield from dropped_by(project, api_version)
        for key, network in project.networks.items():
            if network.ipam.options:
                yield f"networks.{key}.ipam.options has no effect: docker compose leaves it out, and so do we"
    services = [project.services[name] for name in created]
    delivered = [service for service in services if service.secrets or service.configs]
    if delivered:
        from composer.plan.deliveries import delivery_warnings  # noqa: PLC0415 - rare

        yield from delivery_warnings(project, delivered)
    for service in services:
        if service.credential_spec is not None:
            yield f'service "{service.name}": credential_spec has no effect here: it is for Windows containers'


def _treat_orphans(draft: Draft, project: Project, observed: ObservedState, options: UpOptions) -> None:
    found = orphans(project, observed)
    warn_of_other_folders(draft, project, observed)
    if options.remove_orphans:
        agreed = confirm_removal(draft, project, found, options.declined)
        remove_orphans(draft, agreed, timeout=options.timeout)
    elif not options.ignore_orphans:
        warn_of_orphans(draft, project, found)


def _put_in_order(
    draft: Draft, desired: DesiredState, observed: ObservedState, decisions: Decisions, options: UpOptions
) -> None:
    edges = {name: service.depends_on for name, service in desired.project.services.items()}
    make_room(draft, observed, desired.project.services, decisions)
    serialise_ranges(draft, desired.project.services, decisions)
    order_restarts(draft, edges, decisions)
    order_recreations(draft, decisions)
    if options.start:
        order_starts(draft, edges, decisions, Waits(options.wait, options.wait_timeout))
        add_pre_starts(draft, desired, decisions)


def _plain_order(project: Project) -> tuple[str, ...]:
    return topological({name: tuple(service.depends_on) for name, service in project.services.items()})
