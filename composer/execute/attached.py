"""When an attached `up` is over, and with which exit status: a pure state machine.

Fed with what happens to the containers whose output is shown; answers what to announce and when to
stop the rest. Must not know: the engine client, the log reader, the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import entity, value


@value(kw_only=True)
class AttachPolicy:
    """`abort_on_exit`/`abort_on_failure`: the first exit (with a status other than 0) stops everything.
    `exit_code_from`: the service whose status is ours; implies `abort_on_exit` unless
    `abort_on_failure`. `jobs`: services that are meant to finish (somebody waits for their completion):
    with `exit_code_from` their exit with 0 does not abort. `abort_on_exit` alone takes any exit for one, as
    docker compose does."""

    abort_on_exit: bool = False
    abort_on_failure: bool = False
    exit_code_from: str = ""
    jobs: frozenset[str] = frozenset()


@value()
class Announce:
    """A line for the log: `web-1 exited with code 0`."""

    text: str


@value()
class StopAll:
    """Stop what still runs, then end with `exit_code`; `exit_code_from` may still be settled by the stop."""

    exit_code: int


@value()
class Over:
    """Nothing that is attached runs any more."""

    exit_code: int


Verdict = Announce | StopAll | Over


@entity()
class Attached:
    """`running`: container id → (service, label such as `web-1`). `settled`: everything that was to be started
    has been; before that, nothing running does not mean that it is over."""

    policy: AttachPolicy
    running: dict[str, tuple[str, str]] = field(default_factory=dict)
    exit_codes: dict[str, int] = field(default_factory=dict)  # service → status of its last exit
    stopping: bool = False
    settled: bool = True

    def settle(self) -> list[Verdict]:
        """The start is through: from now on it is over when nothing runs."""
        self.settled = True
        return self._over()

    def started(self, container: str, service: str, label: str) -> None:
        self.running[container] = (service, label)

    def exited(self, container: str, *, exit_code: int, restarting: bool) -> list[Verdict]:
        """A container ended. `restarting`: its restart policy will start it again."""
        known = self.running.get(container)
        if known is None:
            return []
        service, label = known
        if restarting:
            return [Announce(f"{label} exited with code {exit_code} (restarting)")]
        del self.running[container]
        self.exit_codes[service] = exit_code
        verdicts: list[Verdict] = [Announce(f"{label} exited with code {exit_code}")]
        if not self.stopping and self._aborts(service, exit_code):
            self.stopping = True
            verdicts.append(StopAll(exit_code))
            return verdicts
        return verdicts + self._over()

    def removed(self, container: str) -> list[Verdict]:
        """A container is gone without having been seen to exit."""
        return self._over() if self.running.pop(container, None) is not None else []

    def final_code(self, otherwise: int) -> int:
        """The status to end with: the chosen service's, when it is known, else `otherwise`."""
        return self.exit_codes.get(self.policy.exit_code_from, otherwise)

    def _over(self) -> list[Verdict]:
        over = self.settled and not self.running and not self.stopping
        return [Over(self.final_code(0))] if over else []

    def _aborts(self, service: str, exit_code: int) -> bool:
        policy = self.policy
        if policy.abort_on_failure:
            return exit_code != 0
        if policy.exit_code_from and exit_code == 0 and service in policy.jobs:
            return service == policy.exit_code_from
        return policy.abort_on_exit or bool(policy.exit_code_from)


def jobs_of(dependencies: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """The services whose completion somebody waits for; `dependencies`: service → {dependency: condition}."""
    return frozenset(
        dependency
        for edges in dependencies.values()
        for dependency, condition in edges.items()
        if condition == "service_completed_successfully"
    )
