"""The scheduler's language: what it is told (`Input`) and what it asks for (`Command`).

Values only. `scheduler.Scheduler` consumes inputs and returns commands; `runner` turns commands into
threads and engine calls and feeds the outcomes back. See `execute/__init__` for the whole picture.
"""

from __future__ import annotations

from dataclasses import dataclass

from composer.engine.port import ContainerDetail, EngineEvent, ProbeOutput
from composer.errors import ComposerError
from composer.events.types import Event
from composer.plan.actions import ContainerId, ReplicaId, StepId
from composer.plan.plan import Step


# ---- inputs -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StepSucceeded:
    """`container`: set by CreateContainer, so that later steps find it. `detail` for the view."""

    step: StepId
    container: ContainerId | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepErred:
    step: StepId
    error: ComposerError


@dataclass(frozen=True, slots=True)
class EngineSaid:
    event: EngineEvent


@dataclass(frozen=True, slots=True)
class Inspected:
    """A (re-)inspection. None: the container is gone."""

    container: ContainerId
    detail: ContainerDetail | None


@dataclass(frozen=True, slots=True)
class Probed:
    """Composer's own probe ended."""

    container: ContainerId
    output: ProbeOutput


@dataclass(frozen=True, slots=True)
class InterruptedBy:
    """`count` 1: first Ctrl-C; 2: second."""

    count: int


@dataclass(frozen=True, slots=True)
class DeadlinePassed:
    """The armed moment has come; the scheduler looks at its own deadlines."""


Input = StepSucceeded | StepErred | EngineSaid | Inspected | Probed | InterruptedBy | DeadlinePassed


# ---- commands -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Begin:
    """Perform the step in a worker. `container`: the replica's container, when an earlier step made it."""

    step: Step
    container: ContainerId | None = None


@dataclass(frozen=True, slots=True)
class Inspect:
    container: ContainerId


@dataclass(frozen=True, slots=True)
class Probe:
    """Run the container's own health test once, by exec."""

    container: ContainerId
    replica: ReplicaId


@dataclass(frozen=True, slots=True)
class Arm:
    """Wake me (DeadlinePassed) at this monotonic moment; replaces any earlier one. None: never."""

    at: float | None


@dataclass(frozen=True, slots=True)
class Emit:
    event: Event


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left to do; no step is running."""


Command = Begin | Inspect | Probe | Arm | Emit | Finish
