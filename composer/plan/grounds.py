"""Why an object's configuration counts as changed: which keys differ, from what is recorded of the old one.

Owns the reasons of `config-changed`, and which of them the engine must be asked about before they can be told in
full (`questions`, `answered`). Pure. Must not know: whether anything has changed (the hashes say so), engine JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composer import labels
from composer.plan.actions import CreateContainer
from composer.plan.change import Change, Changes
from composer.plan.definition import read_definition
from composer.plan.differences import differences, partial_differences
from composer.plan.fingerprint import hashed_document
from composer.plan.reasons import Cause, Reason
from composer.values import value

if TYPE_CHECKING:
    from composer.model.service import Service
    from composer.plan.actions import ContainerRef, ReplicaSpec
    from composer.plan.desired import DesiredState
    from composer.plan.observed import ObservedContainer, ObservedNetwork, ObservedVolume
    from composer.plan.plan import Plan

_UNSET = dict.fromkeys(("driver_opts", "internal", "attachable", "enable_ipv6", "labels"))
FOREIGN = "made by docker compose"


@value()
class Question:
    """A container about which the engine knows more than its labels tell. `spec`: of the one that replaces it."""

    container: ContainerRef
    spec: ReplicaSpec
    reason: Reason

    @property
    def about(self) -> tuple[str, Reason]:
        return self.spec.replica.service, self.reason


@value()
class Answer:
    """`environment`: the variables the container was made with. `changes`: how it differs from the new one, as far
    as its inspection shows."""

    environment: Mapping[str, str]
    changes: Changes = ()


def service_changed(desired: DesiredState, service: Service, found: ObservedContainer) -> Reason:
    """The container's hash is another than its service's. Without a record: only the hashes, and who made it."""
    expected = desired.hashes[service.name]
    hashes = f"hash {found.config_hash[:12] or 'none'} → {expected[:12]}"
    label = found.labels.get(labels.DEFINITION, "")
    recorded = read_definition(label)
    if recorded is None:
        return Reason(Cause.CONFIG_CHANGED, f"made by another Composer; {hashes}" if label else hashes)
    changes = differences(recorded, hashed_document(service))
    if changes:
        return Reason(Cause.CONFIG_CHANGED, changes=changes)
    parents = ", ".join(parent.replica.service for parent in desired.parents.get(service.name, ()))
    return Reason(Cause.CONFIG_CHANGED, f"it shares another container of {parents} now" if parents else hashes)


def resource_changed(document: Mapping[str, Any], found: ObservedNetwork | ObservedVolume, expected: str) -> Reason:
    """A network's or volume's hash is not `expected`, that of `document`."""
    recorded = read_definition(found.definition)
    changes = _from_engine(found.settings, document) if recorded is None else differences(recorded, document)
    hashes = "" if changes else f"hash {found.config_hash[:12]} → {expected[:12]}"
    return Reason(Cause.CONFIG_CHANGED, hashes, changes)


def _from_engine(settings: Mapping[str, Any], document: Mapping[str, Any]) -> Changes:
    """Of address ranges only what the file says: the engine fills in the rest."""
    if not settings:
        return ()
    old, new = ({**_UNSET, **side, "driver": _driver(side)} for side in (settings, document))
    wanted = (document.get("ipam") or {}).get("config") or []
    pools = (settings.get("ipam") or {}).get("config") or []
    if len(pools) == len(wanted):
        pairs = zip(pools, wanted, strict=True)
        pools = [{key: text for key, text in pool.items() if key in asked} for pool, asked in pairs]
    for side, ranges in ((old, pools), (new, wanted)):
        side["ipam"] = {"config": ranges} if wanted else {}
    return partial_differences(old, new)


def _driver(side: Mapping[str, Any]) -> str:
    """Empty for what the engine takes when none is named."""
    driver: str = side.get("driver") or ""
    return "" if driver in ("bridge", "local", "default") else driver


def questions(plan: Plan) -> tuple[Question, ...]:
    """At most one a service and reason: its replicas were made alike."""
    asked: dict[tuple[str, Reason], Question] = {}
    for step in plan.steps:
        action = step.action
        if isinstance(action, CreateContainer) and action.replaces is not None and _is_open(step.reason):
            question = Question(action.replaces, action.spec, step.reason)
            asked.setdefault(question.about, question)
    return tuple(asked.values())


def _is_open(reason: Reason) -> bool:
    if reason.cause is not Cause.CONFIG_CHANGED:
        return False
    return reason.detail.startswith("hash ") or any(change.is_open for change in reason.changes)


def answered(plan: Plan, answers: Mapping[tuple[str, Reason], Answer]) -> Plan:
    """The plan with what the engine had to say. `answers`: by service and reason as asked for."""
    if not answers:
        return plan
    told = {key: _told(key[1], answer) for key, answer in answers.items()}
    steps = (replace(step, reason=told.get((_service(step.action), step.reason), step.reason)) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _service(action: object) -> str:
    if isinstance(action, CreateContainer):
        return action.spec.replica.service
    return getattr(getattr(action, "replica", None), "service", "")


def _told(reason: Reason, answer: Answer) -> Reason:
    if not reason.changes:
        return Reason(reason.cause, FOREIGN if answer.changes else f"{FOREIGN}; {reason.detail}", answer.changes)
    return replace(reason, changes=tuple(_closed(change, answer.environment) for change in reason.changes))


def _closed(change: Change, environment: Mapping[str, str]) -> Change:
    """With the old value of a variable. It is not told when it is a credential by its text."""
    name = change.path.removeprefix("environment.")
    if not change.is_open or name not in environment:
        return change
    from composer.plan.credentials import shows_credential  # noqa: PLC0415 - rare

    if shows_credential(environment[name]):
        return Change(change.path, hidden=True)
    return replace(change, before=environment[name], is_open=False)
