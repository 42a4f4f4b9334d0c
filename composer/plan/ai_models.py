"""Language models that services use: prepared before their containers, which learn of them by variables.

Owns the names of these variables (Compose Specification, `models` of a service). Where models are served is asked
before anything is planned, since it decides about containers. Pure. Must not know: which program serves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from composer.plan.actions import PrepareModel, StepId
from composer.plan.reasons import Cause, Reason

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.plan.draft import Draft


def with_models(project: Project, served_at: str) -> Project:
    """Those who use a model get its name and address, over what the file sets. `served_at`: "" if it is not known."""
    if not project.models:
        return project
    services = {name: _told(service, project, served_at) for name, service in project.services.items()}
    return replace(project, services=services)


def model_warnings(project: Project) -> Iterator[str]:
    """Variables that the file sets too. `project`: as it was before `with_models`."""
    for service in project.services.values():
        for model in service.models:
            for name in _names(service, model):
                if name in service.environment:
                    yield f'model "{model}" overrides the variable {name} of service "{service.name}"'


def add_models(draft: Draft, project: Project) -> None:
    """A step for each model that a service uses."""
    for name, model in project.models.items():
        users = tuple(service.name for service in project.services.values() if name in service.models)
        if users:
            action = PrepareModel(model.name or name, model, users, project.variables)
            draft.add(f"model:{name}", action, Reason(Cause.REQUESTED))


def model_steps(draft: Draft, service: Service) -> tuple[StepId, ...]:
    """The steps of this plan that prepare the models of the service."""
    steps = (StepId(f"model:{name}") for name in service.models)
    return tuple(step for step in steps if step in draft)


def _told(service: Service, project: Project, served_at: str) -> Service:
    if not service.models:
        return service
    said: dict[str, str | None] = {}
    for model in service.models:
        name_variable, address_variable = _names(service, model)
        said |= {name_variable: project.models[model].model, address_variable: served_at}
    return replace(service, environment={**service.environment, **said})


def _names(service: Service, model: str) -> tuple[str, str]:
    """Of the variables for its name and its address."""
    chosen, prefix = service.models[model], model.upper().replace("-", "_")
    name = chosen.model_var if chosen is not None else None
    address = chosen.endpoint_var if chosen is not None else None
    return name or f"{prefix}_MODEL", address or f"{prefix}_URL"
