"""A plan as plain values, for JSON. The shape is a contract: `version` grows when it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from composer.plan.actions import (
    Action,
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    RunPreStart,
    RunProvider,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    WaitFor,
)

if TYPE_CHECKING:
    from composer.plan.plan import Plan, Step

Document = dict[str, object]


def plan_document(plan: Plan) -> Document:
    return {
        "version": 1,
        "steps": [_step(step) for step in plan.steps],
        "unchanged": {str(replica): container.name for replica, container in plan.unchanged.items()},
        "warnings": list(plan.warnings),
        "confirmations": [
            {"risk": one.risk.value, "subject": one.subject, "containers": list(one.containers)}
            for one in plan.confirmations
        ],
        "summary": plan.summary(),
    }


def _step(step: Step) -> Document:
    document: Document = {
        "id": step.id,
        "action": step.kind,
        **_details(step.action),
        "cause": step.reason.cause.value,
        "detail": step.reason.detail,
        "after": sorted(step.after),
    }
    if step.reason.changes:
        document["changes"] = [
            {"path": change.path, "before": change.before, "after": change.after, "hidden": change.hidden}
            for change in step.reason.changes
        ]
    if step.after_any:
        document["after_any"] = sorted(step.after_any)
    return document


def _details(action: Action) -> Document:  # noqa: PLR0911, PLR0912 - one case an action, checked by mypy
    match action:
        case PullImage(image=image, services=services):
            return {"image": image, "services": list(services)}
        case BuildImage(image=image, services=services):
            return {"image": image, "services": list(services)}
        case PushImage(image=image, services=services):
            return {"image": image, "services": list(services)}
        case CreateNetwork(network=network):
            return {"network": network.name}
        case RemoveNetwork(name=name):
            return {"network": name}
        case LeaveNetwork(replica=replica, container=container, network=name):
            return {**_existing(replica.service, container.name), "network": name}
        case JoinNetwork(spec=spec, container=container, network=name):
            return {**_existing(spec.replica.service, container.name), "network": name}
        case CreateVolume(volume=volume):
            return {"volume": volume.name}
        case RemoveVolume(name=name):
            return {"volume": name}
        case RemoveImage(image=image):
            return {"image": image}
        case RunProvider(service=service, provider=provider, verb=verb):
            return {"service": service, "provider": provider.type, "verb": verb}
        case PrepareModel(name=name, model=model, services=services):
            return {"name": name, "model": model.model, "services": list(services)}
        case CreateContainer(spec=spec, replaces=replaces):
            created: Document = {"service": spec.replica.service, "container": spec.name, "image": spec.image}
            return created if replaces is None else {**created, "replaces": replaces.name}
        case RunPreStart(replica=replica, name=name, image=image):
            return {"service": replica.service, "container": name, "image": image}
        case RenameContainer(replica=replica, name=name):
            return {"service": replica.service, "container": name}
        case StartContainer(replica=replica, container=container):
            return {"service": replica.service} if container is None else _existing(replica.service, container.name)
        case StopContainer(replica=replica, container=container) | KillContainer(replica=replica, container=container):
            return _existing(replica.service, container.name)
        case PauseContainer(replica, container) | UnpauseContainer(replica, container):
            return _existing(replica.service, container.name)
        case RemoveContainer(replica=replica, container=container, volumes=volumes):
            return {**_existing(replica.service, container.name), "anonymous_volumes": volumes}
        case WaitFor(service=service, condition=condition, required=required, needed_by=needed_by):
            wanted = "ready" if condition is None else condition.value
            return {"service": service, "condition": wanted, "required": required, "needed_by": list(needed_by)}
        case _:  # pragma: no cover - mypy sees that every action has its case
            assert_never(action)


def _existing(service: str, container: str) -> Document:
    return {"service": service, "container": container}
