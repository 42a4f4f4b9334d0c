"""The run of an empty plan, told as any other, without threads or the Docker SDK: what is done most often is cheap.

Must not know: engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.events.types import RunFinished, RunResult, RunStarted

if TYPE_CHECKING:
    from composer.engine.port import EventStream
    from composer.events.bus import Bus
    from composer.plan.plan import Plan


def do_nothing(plan: Plan, bus: Bus, *, verb: str, project: str, events: EventStream | None) -> RunResult:
    """`events`: closed, as a run would."""
    if events is not None:
        events.close()
    result = RunResult(ok=True)
    bus.publish(RunStarted(0.0, verb, project, plan))
    bus.publish(RunFinished(0.0, result))
    return result
