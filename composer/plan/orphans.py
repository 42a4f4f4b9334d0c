"""Orphans: containers of the project whose service the files do not know (any more).

Owns who is one, and whether it is told or removed. Pure. Must not know: the services' own containers.
"""

from __future__ import annotations

from composer.model.project import Project
from composer.plan.draft import Draft
from composer.plan.elsewhere import folder_of
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.reasons import Cause, Reason
from composer.plan.replicas import add_removal

_KINDS = {False: "their services are not in the files", True: "`run` made them and they have ended"}


def orphans(project: Project, observed: ObservedState) -> tuple[ObservedContainer, ...]:
    """As the reference: an unknown service, or a one-off that has ended. Sorted by name."""
    found = (container for container in observed.containers if _is_orphan(project, container))
    return tuple(sorted(found, key=lambda container: container.name))


def remove_orphans(draft: Draft, found: tuple[ObservedContainer, ...], *, timeout: int | None) -> None:
    for container in found:
        reason = Reason(Cause.ORPHAN, f'service "{container.service}" is not in the files')
        if container.oneoff:
            reason = Reason(Cause.ORPHAN, "one-off container")
        add_removal(draft, container.name, container, reason, timeout=timeout)


def warn_of_orphans(draft: Draft, project: Project, found: tuple[ObservedContainer, ...]) -> None:
    """One warning naming all, save those that another folder started: of these another warning tells."""
    told = [container for container in found if not folder_of(project, container)]
    if told:
        names = ", ".join(container.name for container in told)
        kinds = [text for oneoff, text in _KINDS.items() if any(container.oneoff is oneoff for container in told)]
        draft.warnings.append(
            f'orphan containers ({names}) of project "{project.name}": '
            f"{', or '.join(kinds)}; --remove-orphans removes them"
        )


def _is_orphan(project: Project, container: ObservedContainer) -> bool:
    if container.oneoff:
        return container.state in ("exited", "dead")
    return container.service not in project.services and container.service not in project.disabled
