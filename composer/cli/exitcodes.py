"""Exit statuses by kind of failure, for `--exit-codes fine`. From typed failures only, never from texts.

Without that flag every failure is 1, as with docker compose. The status of a container (`run`, `exec`,
`up --exit-code-from`) passes through in both ways. Must not know: what led to the failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import EngineUnreachable, Interrupted, LoadError, PlanError, WaitTimeout
from composer.events.types import FailureKind

if TYPE_CHECKING:
    from composer.errors import ComposerError
    from composer.events.types import RunResult

OTHER = 1
FILE = 3
UNREACHABLE = 9
TIMEOUT = 7
CODES: dict[FailureKind, int] = {
    FailureKind.OTHER: OTHER,
    FailureKind.IMAGE: 4,
    FailureKind.UNHEALTHY: 5,
    FailureKind.EXITED: 6,
    FailureKind.TIMEOUT: TIMEOUT,
    FailureKind.PORT: 8,
    FailureKind.ENGINE: UNREACHABLE,
}
# What `--help` says of them.
TABLE: dict[int, str] = {
    0: "success",
    OTHER: "any other failure",
    FILE: "the files are not a valid project",
    4: "an image could not be pulled or built",
    5: "a container is unhealthy",
    6: "a container that was waited for ended",
    TIMEOUT: "something took too long",
    8: "a host port is taken",
    UNREACHABLE: "the engine does not answer",
    Interrupted.exit_code: "interrupted",
}


def code_of_error(error: ComposerError) -> int:
    """For what ended a command before, or without, a plan."""
    if isinstance(error, EngineUnreachable):
        return UNREACHABLE
    if isinstance(error, LoadError) or (isinstance(error, PlanError) and error.diagnostics):
        return FILE
    if isinstance(error, WaitTimeout):
        return TIMEOUT
    return error.exit_code


def code_of_result(result: RunResult) -> int:
    """For a run that failed: that of its first root cause."""
    if result.interrupted:
        return Interrupted.exit_code
    if result.failures:
        return CODES[result.failures[0].kind]
    return TIMEOUT if result.timed_out else OTHER
