"""When a run failed only because the engine's state is not what the plan was made from: planning again helps.

A container removed by hand, a name taken meanwhile, a network gone, an engine that restarted. Owns which failures
mean that. Pure. Must not know: how often it is tried again, who tries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import Conflict, EngineUnreachable, NotFound
from composer.plan.actions import (
    CreateContainer,
    CreateNetwork,
    JoinNetwork,
    RemoveContainer,
    RenameContainer,
    StartContainer,
    WaitFor,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.execute.scheduler import RootFailure

AGAIN = 2  # how often what is left is planned again
_BUILT_ON = (CreateContainer, CreateNetwork, JoinNetwork, RemoveContainer, RenameContainer, StartContainer)
# A hook's container that has ended, an image for another platform: the service's own fault.
_FAULTS = ("is not running", "does not match the specified platform")


def has_drifted(roots: Sequence[RootFailure], *, engine_was_away: bool) -> bool:
    """Are all failures of that kind? One that is not stays when it is planned again. `engine_was_away`: it did not
    answer for a while, so whatever ended meanwhile may have ended with it."""
    return bool(roots) and all(_is_drift(root, engine_was_away=engine_was_away) for root in roots)


def _is_drift(root: RootFailure, *, engine_was_away: bool) -> bool:
    error, action = root.error, root.step.action
    if isinstance(error, EngineUnreachable):
        return True
    if isinstance(action, WaitFor):
        return engine_was_away or (root.container is not None and root.container.state == "gone")
    is_fault = any(words in error.message for words in _FAULTS)
    return isinstance(action, _BUILT_ON) and isinstance(error, NotFound | Conflict) and not is_fault
