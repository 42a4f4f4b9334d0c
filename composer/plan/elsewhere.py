"""Containers of this project's name that were started from another folder: two checkouts share a name.

Owns who they are and what is said of it. Told by every verb that changes containers; removing the other folder's
services as orphans has to be confirmed. (The reference removes them without a word.) Pure. Must not know: steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from composer import labels
from composer.model.project import Project
from composer.plan.confirmation import Confirmation, Risk
from composer.plan.draft import Draft
from composer.plan.observed import ObservedContainer, ObservedState


def folder_of(project: Project, container: ObservedContainer) -> str:
    """Where it was started; "" for this project's own folder, or when the label does not say."""
    folder = container.labels.get(labels.WORKING_DIR, "")
    return "" if folder == project.working_dir else folder


def warn_of_other_folders(draft: Draft, project: Project | None, observed: ObservedState) -> None:
    """One warning a folder, naming both and the cure. Without a file there is no folder that is the project's own."""
    if project is None:
        return
    for folder, names in _by_folder(project, observed.containers).items():
        draft.warnings.append(
            f'project "{project.name}" has containers that were started from {folder}, not from '
            f"{project.working_dir}: {', '.join(names)}. If these are two projects, give one of them another name "
            "(`name:` in the file, or -p)"
        )


def confirm_removal(
    draft: Draft, project: Project, found: Iterable[ObservedContainer], declined: Collection[Confirmation]
) -> tuple[ObservedContainer, ...]:
    """The orphans of `found` that are to be removed; those of other folders only when agreed to."""
    orphans = tuple(found)
    kept: set[str] = set()
    for folder, names in _by_folder(project, orphans).items():
        question = Confirmation(Risk.OTHER_FOLDER, folder, names, project.working_dir)
        if question in declined:
            kept.add(folder)
        else:
            draft.confirmations.append(question)
    return tuple(container for container in orphans if folder_of(project, container) not in kept)


def _by_folder(project: Project, containers: Iterable[ObservedContainer]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for container in sorted(containers, key=lambda container: container.name):
        if folder := folder_of(project, container):
            found.setdefault(folder, []).append(container.name)
    return {folder: tuple(names) for folder, names in sorted(found.items())}
