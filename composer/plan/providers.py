"""Services that a program provides: when the program runs, and what it tells those who depend on it.

Owns that such a service has no container, and that what it says decides about other containers: so the programs run
before anything else is planned (see `up.plan_refresh`). Pure. Must not know: how programs are found and run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.plan.actions import RunProvider, StepId
from composer.plan.reasons import Cause, Reason

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.secret import Sealed
    from composer.model.service import Service
    from composer.plan.draft import Draft

Provided = Mapping[str, Mapping[str, "Sealed"]]  # provider service → variables
NOTHING: Provided = {}


def provider_services(project: Project) -> tuple[Service, ...]:
    return tuple(service for service in project.services.values() if service.provider is not None)


def with_provided(project: Project, provided: Provided) -> Project:
    """Without containers for the providers; those who depend on one get its variables, over their own."""
    providers = provider_services(project)
    if not providers:
        return project
    services = {name: _told(service, provided) for name, service in project.services.items()}
    return replace(project, services={**services, **{found.name: replace(found, scale=0) for found in providers}})


def provider_warnings(project: Project, provided: Provided) -> Iterator[str]:
    """Providers that have said nothing yet (a plan made to be looked at); variables that the file sets too."""
    for service in provider_services(project):
        users = [other.name for other in project.services.values() if service.name in other.depends_on]
        if service.name not in provided and users:
            yield f'what provider "{service.name}" tells {", ".join(users)} is known only when it has run'
    for service in project.services.values():
        for provider in _sources(service, provided):
            for name in provided[provider]:
                if name in service.environment:
                    yield f'provider "{provider}" overrides the variable {name} of service "{service.name}"'


def add_providers(draft: Draft, project: Project, verb: str, *, but: Collection[str] = ()) -> None:
    """A step for each provider that is not in `but`: up behind the providers it depends on, down before them."""
    for service in provider_services(project):
        if service.provider is None or service.name in but:
            continue
        run = RunProvider(service.name, service.provider, verb, project.name, project.variables)
        draft.add(f"provider:{service.name}", run, Reason(Cause.REQUESTED))
    for service in provider_services(project):
        if (step := StepId(f"provider:{service.name}")) not in draft:
            continue
        needed = provider_steps(draft, service)
        if verb == "up":
            draft.after(step, needed)
        for one in needed if verb == "down" else ():
            draft.after_any(one, (step,))


def provider_steps(draft: Draft, service: Service) -> tuple[StepId, ...]:
    """The steps of this plan by whose programs the service is provided for."""
    steps = (StepId(f"provider:{name}") for name in service.depends_on)
    return tuple(step for step in steps if step in draft)


def _told(service: Service, provided: Provided) -> Service:
    said = {name: text.reveal() for source in _sources(service, provided) for name, text in provided[source].items()}
    return replace(service, environment={**service.environment, **said}) if said else service


def _sources(service: Service, provided: Provided) -> tuple[str, ...]:
    return tuple(name for name in service.depends_on if name in provided)
