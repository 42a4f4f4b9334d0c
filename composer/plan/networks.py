"""Networks: which are missing, which differ from the file, and the steps that cure it.

Owns the decision per network: use, create, or recreate (its containers then stop, leave it, and join the new one,
see `rejoin`). Pure. Must not know: how containers are recreated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer import labels
from composer.errors import PlanError
from composer.model.dump import network_document
from composer.model.network import Network
from composer.plan.actions import CreateNetwork, RemoveNetwork, StepId
from composer.plan.desired import DesiredState, network_labels
from composer.plan.draft import Draft
from composer.plan.grounds import resource_changed
from composer.plan.observed import ObservedContainer, ObservedNetwork, ObservedState
from composer.plan.reasons import Cause, Reason
from composer.values import value


@value()
class NetworkDecisions:
    """By key of the file. `missing` are created; `diverged` recreated, with the reason."""

    missing: tuple[str, ...] = ()
    diverged: Mapping[str, Reason] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def decide_networks(desired: DesiredState, observed: ObservedState) -> NetworkDecisions:
    """Raises `PlanError` for an external network that does not exist."""
    missing: list[str] = []
    diverged: dict[str, Reason] = {}
    warnings: list[str] = []
    for key, network in desired.project.networks.items():
        found = observed.networks.get(network.name)
        if found is None:
            if network.external:
                raise PlanError(
                    f"network {network.name} declared as external, but could not be found",
                    hint=f"create it first: docker network create {network.name}",
                )
            missing.append(key)
        elif network.external:
            continue
        elif found.project != desired.project.name:
            warnings.append(_stranger(desired, network, found))
        elif (reason := _difference(desired, key, network, found)) is not None:
            diverged[key] = reason
    return NetworkDecisions(tuple(missing), diverged, tuple(warnings))


def add_networks(
    draft: Draft, desired: DesiredState, observed: ObservedState, decisions: NetworkDecisions
) -> dict[str, StepId]:
    """Key → the step that makes the network. Recreation is completed by `free_networks`."""
    made: dict[str, StepId] = {}
    for key, network in desired.project.networks.items():
        create = CreateNetwork(key, network, network_labels(desired, key, network))
        if key in decisions.missing:
            made[key] = draft.add(f"network:{key}", create, Reason(Cause.MISSING))
        elif key in decisions.diverged:
            reason = decisions.diverged[key]
            remove = RemoveNetwork(network.name, observed.networks[network.name].id, recreated=True)
            removed = draft.add(f"remove-network:{key}", remove, reason)
            made[key] = draft.add(f"network:{key}", create, reason, after=(removed,))
    return made


def free_networks(draft: Draft, desired: DesiredState, observed: ObservedState, decisions: NetworkDecisions) -> None:
    """A diverged network is removed once the containers on it have stopped.

    Raises `PlanError` when a running container that this plan does not stop holds it.
    """
    for key in decisions.diverged:
        name = desired.project.networks[key].name
        for container in observed.containers:
            if name not in container.networks or not container.is_running:
                continue  # a container that does not run holds no network
            if container.id not in draft.stops:
                raise _held(name, container)
            draft.after(StepId(f"remove-network:{key}"), (draft.stops[container.id],))


def _difference(desired: DesiredState, key: str, network: Network, found: ObservedNetwork) -> Reason | None:
    expected = network_labels(desired, key, network)[labels.CONFIG_HASH]
    if found.config_hash in ("", expected):
        return None
    return resource_changed(network_document(network), found, expected)


def _stranger(desired: DesiredState, network: Network, found: ObservedNetwork) -> str:
    maker = f'was created for project "{found.project}"' if found.project else "was not created by Compose"
    return (
        f"network {network.name} exists but {maker}, not for {desired.project.name}; it is used as it is. "
        "Set `external: true` to say that this is meant"
    )


def _held(name: str, container: ObservedContainer) -> PlanError:
    return PlanError(
        f"network {name} has changed and must be recreated, but container {container.name} runs on it "
        "and is not part of this command",
        hint=f"stop {container.name} first, or run the command for all services",
    )
