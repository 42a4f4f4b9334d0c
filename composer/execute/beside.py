"""What is done around a start: files put in, hooks, the containers of `pre_start` hooks, the programs behind
providers and models.

Owns that what runs to its own end can be ended from outside, and what the programs have said. Must not know: steps,
when they run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from subprocess import Popen

    from composer.engine.port import Engine, ProbeOutput
    from composer.execute.inits import InitRun
    from composer.model.lifecycle import Hook
    from composer.model.secret import Sealed
    from composer.plan.actions import (
        ContainerId,
        Delivery,
        PrepareModel,
        ReplicaId,
        ReplicaSpec,
        RunPreStart,
        RunProvider,
    )


class Beside:
    """`provided`: provider service → variables for those who depend on it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._programs: set[Popen[str]] = set()
        self._inits: set[InitRun] = set()
        self.provided: dict[str, Mapping[str, Sealed]] = {}

    def give_up(self) -> None:
        """Nobody waits for them any more."""
        for program in tuple(self._programs):
            program.kill()
        for run in tuple(self._inits):
            run.abandon()

    def run_provider(self, action: RunProvider, *, tell: Callable[[str], object]) -> None:
        """Raises ProviderError."""
        from composer.engine.providers import run_provider  # noqa: PLC0415 - rare

        said = run_provider(action, tell=tell, running=self._programs)
        if action.verb == "up":
            self.provided[action.service] = said

    def prepare_model(self, action: PrepareModel, *, tell: Callable[[str], object]) -> None:
        """Raises ProviderError."""
        from composer.engine.ai_models import prepare  # noqa: PLC0415 - rare

        prepare(action, tell=tell, running=self._programs)

    def run_pre_start(self, action: RunPreStart, container: ContainerId, spec: ReplicaSpec) -> None:
        """Raises EngineError."""
        from composer.execute.inits import InitRun  # noqa: PLC0415 - rare

        run = InitRun(self._engine, action, container, spec)
        self._inits.add(run)
        try:
            run.carry_out()
        finally:
            self._inits.discard(run)

    def run_hooks(
        self,
        moment: str,
        container: ContainerId,
        hooks: tuple[Hook, ...],
        replica: ReplicaId,
        *,
        tell: Callable[[bytes], object],
    ) -> None:
        """In order, up to the first that fails. A container that has ended meanwhile needs none any more.
        `tell`: gets what they put out, in whole lines."""
        for number, hook in enumerate(hooks):
            try:
                output = self._run_hook(container, hook, tell)
            except Conflict:
                if moment == "pre_stop":
                    return
                raise
            if output.exit_code != 0:
                from composer.execute.trouble import hook_failure  # noqa: PLC0415 - rare

                raise hook_failure(replica.service, f"{moment}[{number}] of {replica}", hook, output)

    def _run_hook(self, container: ContainerId, hook: Hook, tell: Callable[[bytes], object]) -> ProbeOutput:
        from composer.execute.lines import Lines  # noqa: PLC0415 - rare

        lines = Lines()

        def take(data: bytes) -> None:
            if whole := lines.feed(data):
                tell(whole)

        output = self._engine.run_hook(container, hook, take)
        if rest := lines.flush():
            tell(rest)
        return output

    def deliver(self, container: ContainerId, deliveries: tuple[Delivery, ...]) -> None:
        from composer.execute.delivery import deliver  # noqa: PLC0415 - rare

        deliver(self._engine, container, deliveries)
