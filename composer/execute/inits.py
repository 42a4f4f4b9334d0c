"""Running a `pre_start` hook: a container is made, started, waited for, and removed, or kept when it has failed.

Must not know: when hooks run, which client is behind the port.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from composer.engine.port import LogRequest
from composer.errors import EngineError, NotFound

if TYPE_CHECKING:
    from composer.engine.port import Engine
    from composer.plan.actions import ContainerId, ReplicaSpec, RunPreStart

_LINES = 10
_BYTES = 2048
_STDERR = 2


class InitRun:
    """One hook. `container`: the one whose volumes it shares; `spec`: how that is joined to networks."""

    def __init__(self, engine: Engine, action: RunPreStart, container: ContainerId, spec: ReplicaSpec) -> None:
        self._engine = engine
        self._action = action
        self._container = container
        self._spec = spec

    def carry_out(self) -> None:
        """Raises EngineError with the last lines it wrote when it exits with anything but 0."""
        from composer.engine.payload import init_payload  # noqa: PLC0415 - not for stop and down

        engine, action = self._engine, self._action
        with contextlib.suppress(NotFound):  # one that failed the last time
            engine.remove_container(action.name, volumes=True, force=True)
        body = init_payload(action, self._spec, container=self._container)
        made = engine.create_container(action.name, body, platform=self._spec.service.platform)
        try:
            engine.start(made)
        except EngineError:
            engine.remove_container(made, volumes=True, force=True)
            raise
        code = engine.wait(made)
        if code != 0:
            raise EngineError(
                f"{action.replica.service} hook exited with status {code} (pre_start[{action.number - 1}])",
                hint=f"{self._last_words(made)}; its container is kept: docker inspect {action.name}",
            )
        engine.remove_container(made, volumes=True, force=True)

    def abandon(self) -> None:
        """Nobody waits any more: it goes, whatever it was at."""
        with contextlib.suppress(EngineError):
            self._engine.remove_container(self._action.name, volumes=True, force=True)

    def _last_words(self, container: str) -> str:
        """What it wrote to stderr, else to stdout."""
        written: dict[int, bytes] = {}
        with contextlib.suppress(EngineError):
            for chunk in self._engine.logs(container, LogRequest(tail=5 * _LINES)):
                written[chunk.stream] = written.get(chunk.stream, b"") + chunk.data
        text = written.get(_STDERR) or b"".join(written.values())
        lines = text[-_BYTES:].decode(errors="replace").strip().splitlines()[-_LINES:]
        return "it printed: " + "\n".join(lines) if lines else "it printed nothing"
