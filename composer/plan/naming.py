"""Names that are taken: a container that this plan would make, under a name that another one keeps.

The engine would refuse it in the middle of the run; what is visible beforehand is refused beforehand, with the
holder's name and the cure. Pure. Must not know: how names are made (`labels`, `desired`).
"""

from __future__ import annotations

from collections.abc import Iterator

from composer.errors import PlanError
from composer.plan.actions import CreateContainer, RenameContainer
from composer.plan.draft import Draft
from composer.plan.observed import ObservedContainer, ObservedState


def refuse_taken_names(draft: Draft, observed: ObservedState) -> None:
    """Raises `PlanError` for the first name that a container keeps which this plan does not remove."""
    kept = {found.name: found for found in observed.containers if found.id not in draft.removes}
    for name, service, own in _names_wanted(draft):
        holder = kept.get(name)
        if holder is not None and holder.id != own:
            orphan = holder.service != service
            cure = "--remove-orphans removes it, if its service is gone from the file; or " if orphan else ""
            raise _taken(name, service, holder, f"of service {holder.service}", cure)
        if (stranger := observed.strangers.get(name)) is not None and stranger.id != own:
            raise _taken(name, service, stranger, owner_text(stranger))


def owner_text(container: ObservedContainer) -> str:
    """`of service db of project shop`, or that Compose did not make it."""
    if not container.project:
        return "which was not made by Compose"
    return f"of service {container.service} of project {container.project}"


def _names_wanted(draft: Draft) -> Iterator[tuple[str, str, str]]:
    """(name, service, id of the container that gets it, "" for one to be made)."""
    for _, action in draft.actions():
        match action:
            case CreateContainer(spec=spec, replaces=None):
                yield spec.name, spec.replica.service, ""
            case RenameContainer(replica=replica, name=name, container=container):
                yield name, replica.service, container.id if container else ""
            case _:
                pass


def _taken(name: str, service: str, holder: ObservedContainer, owner: str, cure: str = "") -> PlanError:
    return PlanError(
        f'service "{service}": the container name "{name}" is taken by container {holder.id[:12]} {owner}',
        hint=f"{cure}remove it (`docker rm -f {name}`), rename it, or change `container_name`",
    )
