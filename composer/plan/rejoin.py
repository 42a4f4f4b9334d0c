"""A network is made anew under a container that stays: it stops, leaves, joins the new one, and starts again.

The reference keeps such containers too. (It forgets the names under which they are found; here they join as a new
container would.) Pure. Must not know: why the network changed, who else holds it.
"""

from __future__ import annotations

from composer.plan.actions import JoinNetwork, LeaveNetwork, StepId
from composer.plan.containers import Decision
from composer.plan.desired import DesiredState, replica_spec
from composer.plan.draft import Draft
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.replicas import add_stop


def add_rejoin(
    draft: Draft,
    desired: DesiredState,
    observed: ObservedState,
    decision: Decision,
    found: ObservedContainer,
    *,
    timeout: int | None,
) -> None:
    """Everything but the start, which comes after the joins. `decision.rejoins`: keys of the networks."""
    replica, project = decision.replica, desired.project
    spec = replica_spec(desired, project.services[replica.service], replica.number)
    stopped: tuple[StepId, ...] = ()
    if found.is_running:
        stopped = (add_stop(draft, str(replica), found, decision.reason, timeout=timeout),)
    for key in decision.rejoins:
        network = project.networks[key].name
        leave = LeaveNetwork(replica, found.ref, network, observed.networks[network].id)
        left = draft.add(f"leave:{replica}:{key}", leave, decision.reason, after=stopped)
        draft.after(StepId(f"remove-network:{key}"), (left,))
        join = JoinNetwork(spec, found.ref, network)
        draft.add(f"join:{replica}:{key}", join, decision.reason, after=(StepId(f"network:{key}"),))
