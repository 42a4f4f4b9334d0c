"""How a plan is to be carried out: limits, patience, readiness. Values only; loaded also when nothing is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from composer.values import value


class Kind(StrEnum):
    """What a step costs; each kind has its own limit of simultaneous steps."""

    PULL = "pull"
    BUILD = "build"  # the builder shares out the work by itself
    PUSH = "push"
    STOP = "stop"  # waits for the container's grace period, costs the engine little
    CALL = "call"  # every other engine call


LIMITS: Mapping[Kind, int] = {Kind.PULL: 4, Kind.BUILD: 8, Kind.PUSH: 4, Kind.STOP: 64, Kind.CALL: 16}


@value(kw_only=True)
class RunPolicy:
    """How a plan is carried out.

    `keep_going`: a failure only skips what depends on it (else no new step is started). `eager`: own
    health probes. `wait_timeout`: seconds for the whole run. `beat`: seconds between looks at the containers
    that are waited for, in case an event was lost. `hold`: seconds that a container which is started and has no check
    must have run before `--wait` takes it for good (docker compose first looks after as long). `impatient`: the first
    interrupt counts as the second. `retries`: seconds before the second and each further attempt of a pull or push
    that failed in a way that may pass. `quiet_transfers`: these tell no progress. `handle_signals`: SIGINT and SIGTERM
    interrupt the run (main thread only).
    """

    verb: str = "up"
    keep_going: bool = False
    eager: bool = True
    wait_timeout: float | None = None
    limits: Mapping[Kind, int] = field(default_factory=lambda: LIMITS)
    probes_at_once: int = 2
    beat: float = 5.0
    hold: float = 0.5
    impatient: bool = False
    retries: tuple[float, ...] = (1.0, 3.0)
    quiet_transfers: bool = False
    handle_signals: bool = True
