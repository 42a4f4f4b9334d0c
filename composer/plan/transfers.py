"""`pull` and `push`: which images are moved, and which services have nothing to move.

One step an image, whatever number of services has it. Pure. Must not know: registries, logins, progress.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from composer.plan.actions import PullImage, PushImage
from composer.plan.desired import platform_of, select
from composer.plan.draft import Draft
from composer.plan.images import ALWAYS, BUILD, MISSING, NEVER, is_present
from composer.plan.reasons import Cause, Reason
from composer.plan.references import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from composer.model.project import Project
    from composer.model.service import Service
    from composer.plan.actions import StepId
    from composer.plan.observed import ObservedState
    from composer.plan.options import PullOptions, PushOptions
    from composer.plan.plan import Plan

NO_IMAGE = "No image to be pulled"
PRESENT = "Image is already present locally"
BUILDABLE = "Image can be built"


def plan_pull(project: Project, observed: ObservedState, options: PullOptions) -> Plan:
    """`observed` must hold the images of all services. Raises `PlanError` for an unknown service."""
    chosen = select(project, options.services, no_deps=not options.include_deps)
    wanted: dict[tuple[str, str | None], list[Service]] = {}
    skipped: dict[str, str] = {}
    for service in chosen.services.values():
        why = _needs_no_pull(chosen, service, observed, options)
        if why is not None:
            skipped[service.name] = why
        elif service.image:
            wanted.setdefault((service.image, platform_of(chosen, service)), []).append(service)
    draft = Draft()
    for (image, platform), users in wanted.items():
        name = f"pull:{image}"
        before = [step for step, action in draft.actions() if isinstance(action, PullImage) and action.image == image]
        action = PullImage(
            image,
            platform,
            tuple(user.name for user in users),
            optional=options.ignore_failures,
            buildable=tuple(user.name for user in users if user.build is not None),
        )
        is_missing = _policy(users[0], options) == MISSING and not is_present(image, platform, observed)
        reason = Reason(Cause.IMAGE_MISSING if is_missing else Cause.REQUESTED)
        # Of two platforms the tag means the one that was pulled last: it is the same one every time.
        draft.add(f"{name} ({platform})" if before else name, action, reason, after=before)
    return _finish(draft, chosen, skipped)


def plan_push(project: Project, options: PushOptions) -> Plan:
    """Images that the project builds, with the further tags of their build. Raises `PlanError`."""
    chosen = select(project, options.services, no_deps=not options.include_deps)
    wanted: dict[str, list[str]] = {}
    skipped: dict[str, str] = {}
    for service in chosen.services.values():
        if service.build is None or not service.image:
            skipped[service.name] = ""
            continue
        for image in dict.fromkeys((service.image, *service.build.tags)):
            wanted.setdefault(image, []).append(service.name)
    draft = Draft()
    for image, users in wanted.items():
        add_push(draft, PushImage(image, tuple(users), optional=options.ignore_failures))
    return _finish(draft, chosen, skipped)


def add_push(draft: Draft, action: PushImage, *, after: Iterable[StepId] = ()) -> None:
    """One push to a repository at a time: a registry that writes the same blob's link for two of them can read it
    half written, and refuses the manifest (`blob unknown`). They share their layers, so nothing is lost by it."""
    repository = parse_reference(action.image).name
    others = [
        step
        for step, other in draft.actions()
        if isinstance(other, PushImage) and parse_reference(other.image).name == repository
    ]
    step = draft.add(f"push:{action.image}", action, Reason(Cause.REQUESTED), after=after)
    draft.after_any(step, others[-1:])


def _needs_no_pull(project: Project, service: Service, observed: ObservedState, options: PullOptions) -> str | None:
    """Why it is left out, None if it is not."""
    if not service.image:
        return NO_IMAGE
    policy = _policy(service, options)
    if policy in (NEVER, BUILD):
        return ""
    # A `latest` is asked for anew here, unlike in `up`: as in the reference.
    fixed = policy == MISSING and not parse_reference(service.image).is_latest
    if fixed and is_present(service.image, platform_of(project, service), observed):
        return PRESENT
    return BUILDABLE if options.ignore_buildable and service.build is not None else None


def _policy(service: Service, options: PullOptions) -> str:
    return options.policy or service.pull_policy or ALWAYS


def _finish(draft: Draft, project: Project, skipped: Mapping[str, str]) -> Plan:
    return replace(draft.finish(project.services), skipped=skipped)
