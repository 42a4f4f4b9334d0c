"""The written contract between a run and whoever watches it (live view, plain, JSON, journal, embedder).

Order: `RunStarted`; then any number of step, container, probe and log events; then `RunFinished`, last and
exactly once. For one step: StepHeld* (only when the holds change) → StepStarted → (StepProgress | StepRetried)* →
StepFinished, where a step that never ran has only StepFinished(SKIPPED|CANCELLED). `at` is seconds on
a monotonic clock with the run's start as 0. Step ids are stable words (`create:web-1`).
Values only; nothing here prints. Must not know: views, engine client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING

from composer.plan.actions import ReplicaId, StepId
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Hold
from composer.values import value

if TYPE_CHECKING:
    from composer.model.secret import Sealed


class StepOutcome(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"  # a predecessor failed
    CANCELLED = "cancelled"  # interrupted, or another step's failure ended the run first
    WARNED = "warned"  # failed, but optional: told as a warning


@value()
class RunStarted:
    at: float
    verb: str  # up, down, stop …
    project: str
    plan: Plan


@value()
class StepHeld:
    at: float
    step: StepId
    holds: tuple[Hold, ...]


@value()
class StepStarted:
    at: float
    step: Step


@value()
class Layer:
    """A layer of an image on its way. `status`: the engine's word (`Downloading`, `Extracting`, `Pull complete`,
    `Pushed` …); `current`/`total`: bytes of what it is doing now."""

    id: str
    status: str
    current: int = 0
    total: int = 0


@value()
class StepProgress:
    """`text` in words. Of a pull or push: `current`/`total` bytes over all layers, and every `layer` as it stands,
    in the order in which they were first heard of."""

    at: float
    step: StepId
    text: str
    current: int = 0
    total: int = 0
    layers: tuple[Layer, ...] = ()


@value()
class StepRetried:
    """A pull or push failed in a way that may pass; after `seconds` follows `attempt` (from 2) of `of`."""

    at: float
    step: StepId
    why: str
    attempt: int
    of: int
    seconds: float


@value()
class BuildWent:
    """A build went on. `part` counts the parts of one build from 1, `name` is the builder's (`[web 2/3] RUN make`).
    `state`: started | cached | done | failed once each, output (`text` is a line that it wrote), progress (`text` in
    words, bytes), warning (`text` is a remark about the Dockerfile, of no part). `duration` in seconds for what has
    ended."""

    at: float
    step: StepId
    part: int
    name: str
    state: str
    text: str = ""
    duration: float = 0.0
    current: int = 0
    total: int = 0


@value()
class HookSaid:
    """A `post_start` or `pre_stop` command of a container put out whole lines."""

    at: float
    step: StepId
    replica: ReplicaId
    data: bytes


@value()
class StepFinished:
    """`detail`: for FAILED/WARNED the engine's words; for SKIPPED the step that failed; for a wait what met it
    (`healthy (own probe)`, `healthy (engine)`, `exited 0`)."""

    at: float
    step: Step
    outcome: StepOutcome
    detail: str = ""
    duration: float = 0.0


@value()
class ContainerChanged:
    """What the engine says of a container of the project. `state` as in `ObservedContainer.state`."""

    at: float
    replica: ReplicaId
    container: str
    state: str
    health: str = ""
    exit_code: int | None = None


@value()
class ProbeMade:
    """One health probe: by Composer (`own`) or by the engine. `count` from 1, of `retries` known to the engine."""

    at: float
    replica: ReplicaId
    own: bool
    exit_code: int
    output: str
    count: int
    retries: int = 0


@value()
class InterruptReceived:
    at: float
    count: int  # 1: graceful stop follows; 2: kill


@value()
class Warned:
    at: float
    message: str


@value()
class RunFinished:
    at: float
    result: RunResult


class FailureKind(StrEnum):
    """What kind of thing went wrong, for exit statuses and for whoever embeds Composer."""

    OTHER = "other"
    IMAGE = "image"  # pull or build
    UNHEALTHY = "unhealthy"
    EXITED = "exited"  # a container that was waited for ended
    TIMEOUT = "timeout"
    PORT = "port"  # a host port is taken
    ENGINE = "engine"  # it does not answer (any more)


@value()
class Failure:
    """A root cause, with the whole story. `service` "" when no service is concerned. `headline` one line;
    `exit_code` with `exit_meaning` (`killed by SIGKILL, out of memory`); `probes`: the last probe outputs
    as (exit code, text); `log_tail`: last lines; `waited_by`: (service, condition) who needed it;
    `command`: what to run to look further; `place`: file, line and text of the line that is to blame."""

    step: StepId
    service: str
    container: str
    headline: str
    exit_code: int | None = None
    exit_meaning: str = ""
    waited_by: tuple[tuple[str, str], ...] = ()
    probes: tuple[tuple[int, str], ...] = ()
    log_tail: tuple[str, ...] = ()
    hint: str = ""
    command: str = ""
    place: str = ""
    kind: FailureKind = FailureKind.OTHER


@value()
class RunResult:
    """`failures`: root causes only; `not_started`: services that were held back by them; `left_running`:
    container names that run now. `wait_timeout`: how long a wait might take (seconds), when one took longer.
    `ok` without failures, timeout and interrupt. `drifted`: it failed only since the engine's state is not what the
    plan was made from; observing and planning again may help. `provided`: the variables that each provider gives to
    those that depend on it."""

    ok: bool
    outcomes: tuple[tuple[StepId, StepOutcome], ...] = ()
    failures: tuple[Failure, ...] = ()
    not_started: tuple[str, ...] = ()
    left_running: tuple[str, ...] = ()
    interrupted: bool = False
    timed_out: bool = False
    wait_timeout: float = 0.0
    seconds: float = 0.0
    drifted: bool = False
    provided: Mapping[str, Mapping[str, Sealed]] = field(default_factory=dict)

    @property
    def succeeded(self) -> frozenset[StepId]:
        return frozenset(step for step, outcome in self.outcomes if outcome is StepOutcome.SUCCEEDED)


Event = (
    RunStarted
    | StepHeld
    | StepStarted
    | StepProgress
    | BuildWent
    | HookSaid
    | StepRetried
    | StepFinished
    | ContainerChanged
    | ProbeMade
    | InterruptReceived
    | Warned
    | RunFinished
)
