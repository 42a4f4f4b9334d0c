"""The whole story of a failure: from what is known to a `Failure` (pure), and fetching what is not yet.

Owns the headline per action, who waited, which probe outputs and log lines to show, what to run next.
Must not know: how it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.engine.port import LogRequest
from composer.errors import BuildFailed, EngineError
from composer.events.types import Failure, StepOutcome
from composer.execute.effects import service_of
from composer.execute.exits import exit_meaning
from composer.execute.kinds import kind_of
from composer.execute.trouble import taken_port
from composer.plan.actions import (
    BuildImage,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    StartContainer,
    UnpauseContainer,
    WaitFor,
)
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from composer.engine.port import ContainerDetail, EngineReader
    from composer.errors import ComposerError
    from composer.execute.scheduler import RootFailure
    from composer.plan.actions import Action, StepId
    from composer.plan.plan import Plan

LOG_LINES = 20
PROBES = 3
_TOLD_IN_FULL = 5  # failures whose logs are fetched


@value()
class Evidence:
    """What was fetched about a failure's container. `detail` None: it could not be, or there is none."""

    detail: ContainerDetail | None = None
    log_tail: tuple[str, ...] = ()


def tell_failures(roots: Sequence[RootFailure], plan: Plan, engine: EngineReader) -> tuple[Failure, ...]:
    """Fetch the evidence and tell each root cause once."""
    failures: list[Failure] = []
    for root in distinct(roots):
        evidence = gather(root, engine) if len(failures) < _TOLD_IN_FULL else Evidence()
        failures.append(tell(root, plan, evidence))
    return tuple(failures)


def distinct(roots: Sequence[RootFailure]) -> list[RootFailure]:
    """Several waits may fail for one container; its story is told once."""
    seen: set[tuple[str, str]] = set()
    result = []
    for root in roots:
        waits = isinstance(root.step.action, WaitFor)
        key = (
            (service_of(root.step.action), root.container.id if root.container else "") if waits else ("", root.step.id)
        )
        if key not in seen:
            seen.add(key)
            result.append(root)
    return result


def gather(root: RootFailure, engine: EngineReader) -> Evidence:
    """Inspection and last log lines of the failure's container. What cannot be had is left out."""
    if isinstance(root.error, BuildFailed):
        return Evidence(log_tail=root.error.output)
    if root.container is None:
        return Evidence()
    try:
        detail = engine.inspect_container(root.container.id)
    except EngineError:
        return Evidence()
    if not isinstance(root.step.action, WaitFor):
        return Evidence(detail)  # it never ran: no log
    return Evidence(detail, _log_tail(engine, root.container.id))


def tell(root: RootFailure, plan: Plan, evidence: Evidence) -> Failure:
    """The story, from what is known. Pure."""
    facts, detail, service = root.container, evidence.detail, service_of(root.step.action)
    code, oom_killed = None, False
    if facts is not None and not facts.is_up:
        code, oom_killed = facts.exit_code, facts.oom_killed
    if detail is not None and detail.state in ("exited", "dead") and isinstance(root.step.action, WaitFor):
        code, oom_killed = detail.exit_code, detail.oom_killed or oom_killed
    return Failure(
        step=root.step.id,
        service=service,
        container=facts.name if facts else "",
        headline=headline(root.step.action, root.error.message),
        kind=kind_of(root),
        place=_place(root.error),
        exit_code=code,
        exit_meaning=exit_meaning(code, oom_killed=oom_killed),
        waited_by=waited_by(plan, service),
        probes=_probes(root, detail),
        log_tail=evidence.log_tail,
        hint="\n".join(dict.fromkeys(filter(None, (root.error.hint, _hint(root, oom_killed=oom_killed))))),
        command=f"composer logs {service}" if evidence.log_tail and root.container is not None else "",
    )


def headline(action: Action, message: str) -> str:  # noqa: PLR0911 - one per action
    match action:
        case PullImage(image):
            return f"cannot pull {image}: {message}"
        case PushImage(image):
            return f"cannot push {image}: {message}"
        case BuildImage(image):
            return f"cannot build {image}: {message}"
        case PrepareModel():
            return f"cannot prepare model {action.model.model}: {message}"
        case CreateContainer(spec):
            return f"cannot create container {spec.name}: {message}"
        case StartContainer(replica):
            port = taken_port(message)
            return f"cannot start {replica}: {message if port is None else f'port {port} is taken'}"
        case PauseContainer(replica):
            return f"cannot pause {replica}: {message}"
        case UnpauseContainer(replica):
            return f"cannot unpause {replica}: {message}"
        case CreateNetwork(_, network):
            return f"cannot create network {network.name}: {message}"
        case CreateVolume(_, volume):
            return f"cannot create volume {volume.name}: {message}"
        case _:
            return message


def _place(error: ComposerError) -> str:
    """`Dockerfile:3: RUN make`: the line that failed."""
    if not isinstance(error, BuildFailed) or not error.place:
        return ""
    return f"{error.place}: {error.excerpt}" if error.excerpt else error.place


def waited_by(plan: Plan, service: str) -> tuple[tuple[str, str], ...]:
    """(service, condition) of everyone who needs `service`."""
    starts = {step.id for step in plan.steps if _starts(step.action, service)}
    found: dict[tuple[str, str], None] = {}
    for step in plan.steps:
        match step.action:
            case WaitFor(waited_for, condition, needed_by=needed_by) if waited_for == service and condition:
                found.update({(name, str(condition)): None for name in needed_by})
            case StartContainer(replica) if not starts.isdisjoint(step.after):
                found[replica.service, "service_started"] = None
            case _:
                pass
    return tuple(entry for entry in found if entry[0] != service)


def _starts(action: Action, service: str) -> bool:
    return isinstance(action, StartContainer) and action.replica.service == service


def not_started(plan: Plan, outcomes: Iterable[tuple[StepId, StepOutcome]], failed: Iterable[str]) -> tuple[str, ...]:
    """Services held back: a replica's creation or start was skipped or cancelled, and it did not fail itself."""
    by_id = dict(outcomes)
    found: dict[str, None] = {}
    for step in plan.steps:
        held_back = by_id.get(step.id) in (StepOutcome.SKIPPED, StepOutcome.CANCELLED)
        if held_back and isinstance(step.action, CreateContainer | StartContainer):
            found[service_of(step.action)] = None
    return tuple(service for service in found if service not in set(failed))


def _probes(root: RootFailure, detail: ContainerDetail | None) -> tuple[tuple[int, str], ...]:
    """The engine's last probes, or our own where the engine has made none."""
    known = detail.health_log if detail else ()
    if not known and root.container is not None:
        known = tuple(root.container.own_probes)
    return tuple((probe.exit_code, probe.output.strip()) for probe in known[-PROBES:])


def _hint(root: RootFailure, *, oom_killed: bool) -> str:
    action = root.step.action
    if "has no healthcheck configured" in root.error.message and isinstance(action, WaitFor):
        return f"give {action.service} a healthcheck, or wait for it with condition service_started"
    if isinstance(action, PullImage) and action.buildable:
        return f"it can be built: composer build {' '.join(action.buildable)}"
    return "raise the service's memory limit, or let the program use less" if oom_killed else ""


def _log_tail(engine: EngineReader, container: str) -> tuple[str, ...]:
    try:
        stream = engine.logs(container, LogRequest(tail=LOG_LINES))
        try:
            text = b"".join(chunk.data for chunk in stream).decode(errors="replace")
        finally:
            stream.close()
    except EngineError:
        return ()  # a log driver that cannot be read
    return tuple(line.rstrip("\r") for line in text.split("\n") if line.strip())[-LOG_LINES:]
