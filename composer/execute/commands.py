"""The scheduler's language: what it is told (`Input`) and what it asks for (`Command`).

Values only (how to run is in `policy`). `scheduler.Scheduler` consumes inputs and returns commands; `runner` turns
commands into threads and engine calls and feeds the outcomes back. See `execute/__init__` for the whole picture.
"""

from __future__ import annotations

from composer.engine.port import ContainerDetail, EngineEvent, Healthprobe, ProbeOutput
from composer.errors import ComposerError
from composer.events.types import Event, Layer
from composer.plan.actions import ContainerId, ReplicaId, StepId
from composer.plan.plan import Step
from composer.values import value


# ---- inputs -------------------------------------------------------------------------------------
@value()
class StepSucceeded:
    """`container`: set by CreateContainer, so that later steps find it. `detail` for the view. `warning`:
    it did not quite work, but dependents go on (WARNED)."""

    step: StepId
    container: ContainerId | None = None
    detail: str = ""
    warning: str = ""


@value()
class StepErred:
    step: StepId
    error: ComposerError


@value()
class Progressed:
    """A pull or push went on."""

    step: StepId
    text: str
    current: int = 0
    total: int = 0
    layers: tuple[Layer, ...] = ()


@value()
class Retrying:
    """A pull or push failed and will be tried again after `seconds`; `attempt` is the one to come."""

    step: StepId
    why: str
    attempt: int
    of: int
    seconds: float


@value()
class BuildTold:
    """A build went on; see `events.types.BuildWent`."""

    step: StepId
    part: int
    name: str
    state: str
    text: str = ""
    duration: float = 0.0
    current: int = 0
    total: int = 0


@value()
class HookWrote:
    """See `events.types.HookSaid`."""

    step: StepId
    replica: ReplicaId
    data: bytes


@value()
class EngineSaid:
    event: EngineEvent


@value()
class Inspected:
    """A (re-)inspection. None: the container is gone."""

    container: ContainerId
    detail: ContainerDetail | None


@value()
class InspectFailed:
    """The engine did not answer; asked again at the next beat."""

    container: ContainerId


@value()
class StreamResumed:
    """The event stream was cut and is open again: events may be missing. `engine_was_away`: it could not be opened
    at once, as when the engine restarts."""

    engine_was_away: bool = False


@value()
class StreamLost:
    """The event stream is gone for good."""

    error: ComposerError


@value()
class Probed:
    """Composer's own probe ended."""

    container: ContainerId
    output: ProbeOutput


@value()
class InterruptedBy:
    """`count` 1: first Ctrl-C; 2: second."""

    count: int


@value()
class DeadlinePassed:
    """The armed moment has come; the scheduler looks at its own deadlines."""


Input = (
    StepSucceeded
    | StepErred
    | Progressed
    | BuildTold
    | HookWrote
    | Retrying
    | EngineSaid
    | Inspected
    | InspectFailed
    | StreamResumed
    | StreamLost
    | Probed
    | InterruptedBy
    | DeadlinePassed
)


# ---- commands -----------------------------------------------------------------------------------
@value()
class Begin:
    """Perform the step in a worker. `container`: the replica's container, when an earlier step made it."""

    step: Step
    container: ContainerId | None = None


@value()
class Inspect:
    container: ContainerId


@value()
class Probe:
    """Run the container's own health test once, by exec."""

    container: ContainerId
    replica: ReplicaId
    healthprobe: Healthprobe
    user: str = ""


@value()
class Arm:
    """Wake me (DeadlinePassed) at this monotonic moment; replaces any earlier one. None: never."""

    at: float | None


@value()
class Emit:
    event: Event


@value()
class Finish:
    """Nothing is left to do. No step is running, save those abandoned after an interrupt or a failure."""


Command = Begin | Inspect | Probe | Arm | Emit | Finish
