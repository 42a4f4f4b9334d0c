"""What kind of thing went wrong, for exit statuses and for whoever embeds Composer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.errors import EngineUnreachable, WaitTimeout
from composer.events.types import FailureKind
from composer.execute.trouble import taken_port
from composer.plan.actions import BuildImage, PrepareModel, PullImage, StartContainer, WaitFor

if TYPE_CHECKING:
    from composer.execute.scheduler import RootFailure


def kind_of(root: RootFailure) -> FailureKind:  # noqa: PLR0911 - the first that fits
    """What kind of failure, from its type, its step and what is known of the container."""
    action, error, facts = root.step.action, root.error, root.container
    if isinstance(error, EngineUnreachable):
        return FailureKind.ENGINE
    if isinstance(error, WaitTimeout):
        return FailureKind.TIMEOUT
    if isinstance(action, PullImage | BuildImage | PrepareModel):
        return FailureKind.IMAGE
    if isinstance(action, StartContainer) and taken_port(error.message) is not None:
        return FailureKind.PORT
    if isinstance(action, WaitFor) and facts is not None:
        if not facts.is_up:
            return FailureKind.EXITED
        return FailureKind.UNHEALTHY if facts.health == "unhealthy" else FailureKind.OTHER
    return FailureKind.OTHER
