"""What a test says beforehand: how containers behave, which calls fail, which calls are held back.

Values and small matchers only. Must not know: the engine that follows them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from composer.engine.port import ProbeOutput
from composer.errors import EngineError
from composer.plan.readings import Usage

FOREVER = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """How the containers of a service, or the one of that name, behave. Times in virtual seconds.

    `health`: what the engine finds, one after the other, `after` seconds apart (None: the check's own interval).
    Counts only for containers with a health check; () stays `starting`.
    `exit_codes`: of the first, second … run, the last for all further ones; () runs until stopped.
    `log`: written at the start of every run, as text (stdout) or bytes.
    `probes`: answers to `run_probe` in turn, the last for ever; () answers what the health is.
    `usage`: the readings of its resources in turn; () is a little of each.
    `ignores_signals`: only SIGKILL ends it. `stop_code`: exit code after another signal, None for 128 + signal.
    """

    health: tuple[str, ...] = ("healthy",)
    after: float | None = None
    health_output: str = ""
    exit_codes: tuple[int, ...] = ()
    exits_after: float = 0.0
    oom_killed: bool = False
    log: tuple[str | bytes, ...] = ()
    probes: tuple[ProbeOutput, ...] = ()
    ignores_signals: bool = False
    stop_code: int | None = None
    usage: tuple[Usage, ...] = ()

    def exit_code(self, run: int) -> int | None:
        """Of the `run`th run, counted from 1; None: it does not end by itself."""
        return self.exit_codes[min(run, len(self.exit_codes)) - 1] if self.exit_codes else None


def exits(*codes: int, after: float = 0.0, log: tuple[str | bytes, ...] = (), oom_killed: bool = False) -> Script:
    """A one-shot, or something that crashes: `exits(0)`, `exits(1, 1, 0)`."""
    return Script(exit_codes=codes, exits_after=after, log=log, oom_killed=oom_killed)


def never_healthy() -> Script:
    """Stays `starting`; its probes fail."""
    return Script(health=())


def turns_unhealthy(output: str = "", *, after: float | None = None) -> Script:
    return Script(health=("unhealthy",), after=after, health_output=output)


@dataclass(slots=True)
class Fault:
    """`method` fails with `error` on `target` ("" = any), after `skip` calls that go well, `times` times."""

    method: str
    error: EngineError
    target: str = ""
    skip: int = 0
    times: int = 1

    def strikes(self, method: str, targets: frozenset[str]) -> bool:
        if method != self.method or (self.target and self.target not in targets) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Gate:
    """Holds back every call of `method` on `target` until `release`. `reached` is set when one waits there."""

    method: str
    target: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    _open: threading.Event = field(default_factory=threading.Event)

    def fits(self, method: str, targets: frozenset[str]) -> bool:
        return method == self.method and (not self.target or self.target in targets)

    def pass_through(self) -> None:
        self.reached.set()
        self._open.wait()

    def release(self) -> None:
        self._open.set()
