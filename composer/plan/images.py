"""Images: which must be pulled, and which pulls must come before anything is decided.

Owns pull policies. Pure. Must not know: registries, progress, the digest a pull will bring (the image
label is completed when the container is created).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from composer.errors import PlanError
from composer.model.service import Service
from composer.plan.actions import PullImage, StepId
from composer.plan.builds import POLICY, is_always_built
from composer.plan.desired import DesiredState, image_of, platform_of
from composer.plan.draft import Draft
from composer.plan.observed import ObservedImage, ObservedState
from composer.plan.platforms import fits
from composer.plan.reasons import Cause, Reason
from composer.units import SECOND, parse_duration

ALWAYS, MISSING, NEVER, BUILD = "always", "missing", "never", "build"
# `refresh` without a time means what an absent policy means. What is built is not pulled.
_MEANINGS = {ALWAYS: ALWAYS, NEVER: NEVER, BUILD: NEVER}
_TIMES = {"daily": "1d", "weekly": "1w"}


def pull_policy(service: Service, asked: str) -> str:
    """always, missing or never. `asked` is `--pull`, or `policy` to follow the service's own."""
    return _MEANINGS.get((service.pull_policy or "") if asked == "policy" else asked, MISSING)


def is_stale(service: Service, image: ObservedImage, now: float) -> bool:
    """Is the image older than `daily`, `weekly` or `every_<duration>` allow? `now`: seconds since 1970.

    Raises `PlanError` for a duration that is none.
    """
    policy = service.pull_policy or ""
    text = _TIMES.get(policy) or policy.removeprefix("every_")
    if not image.tagged or text == policy:
        return False
    from datetime import datetime  # noqa: PLC0415 - rare

    try:
        allowed = parse_duration(text) / SECOND
    except ValueError as error:
        raise PlanError(f'service "{service.name}": pull_policy "{policy}": {error}') from error
    return datetime.fromisoformat(image.tagged).timestamp() + allowed < now


def is_present(image: str, platform: str | None, observed: ObservedState) -> bool:
    """Is it on the engine, and for the platform that is wanted? (None: any)"""
    found = observed.images.get(image)
    return found is not None and (not platform or fits(found.platform, platform))


def _held_instead(found: ObservedImage | None, platform: str | None) -> str:
    return f"{found.platform} is here, {platform} is wanted" if found is not None else ""


def mounted_images(service: Service) -> tuple[str, ...]:
    """Images whose files it mounts, and those of its `pre_start` hooks."""
    sources = [mount.source for mount in service.volumes if mount.type == "image" and mount.source]
    sources += [hook.image for hook in service.pre_start if hook.image]
    return tuple(dict.fromkeys(sources))


def wanted_pulls(
    desired: DesiredState, observed: ObservedState, *, asked: str, build: str = POLICY, pulled: Collection[str] = ()
) -> dict[str, Reason]:
    """Image → why it is to be pulled, over all services that run at least one replica.

    `pulled` were pulled already in this run. An image that is missing everywhere and may not be pulled
    is not judged here: only creating a container from it is an error (`add_pulls`). `build`: see `builds`.
    """
    wanted: dict[str, Reason] = {}
    for service in _running(desired):
        image = image_of(desired.project, service)
        policy = pull_policy(service, asked)
        platform = platform_of(desired.project, service)
        for mounted in mounted_images(service):
            if not is_present(mounted, platform, observed) and mounted not in pulled and policy != NEVER:
                wanted[mounted] = Reason(Cause.IMAGE_MISSING)
        if service.image is None or image in pulled or is_always_built(service, asked=build, pull=asked):
            continue
        found = observed.images.get(image)
        if found is None or not is_present(image, platform, observed):
            if policy != NEVER:
                wanted[image] = Reason(Cause.IMAGE_MISSING, _held_instead(found, platform))
        elif policy == ALWAYS:
            wanted[image] = Reason(Cause.PULL_REQUESTED)
        elif asked == "policy" and is_stale(service, found, observed.at):
            wanted[image] = Reason(Cause.PULL_REQUESTED, f"pull_policy {service.pull_policy}")
    return wanted


def decisive(desired: DesiredState, observed: ObservedState, wanted: Mapping[str, Reason]) -> dict[str, Reason]:
    """Those of `wanted` on whose result it depends whether an existing container is recreated."""
    existing = {container.service for container in observed.containers if not container.oneoff}
    images = {image_of(desired.project, service) for service in _running(desired) if service.name in existing}
    return {image: reason for image, reason in wanted.items() if image in images}


def add_pulls(
    draft: Draft, desired: DesiredState, wanted: Mapping[str, Reason], created: Collection[str]
) -> dict[str, StepId]:
    """One pull per image that is asked for, or from which a container is made; image → its step.

    `created`: the services of which a container is created.
    """
    steps: dict[str, StepId] = {}
    for image, reason in wanted.items():
        users = [service for service in _running(desired) if image in _images(desired, service)]
        if reason.cause is Cause.PULL_REQUESTED or any(user.name in created for user in users):
            platforms = (platform_of(desired.project, user) for user in users)
            platform = next((platform for platform in platforms if platform), None)
            optional = all(user.build is not None for user in users)  # else it is built
            pull = PullImage(image, platform, tuple(user.name for user in users), optional=optional)
            steps[image] = draft.add(f"pull:{image}", pull, reason)
    return steps


def refuse_missing(
    desired: DesiredState, observed: ObservedState, pulls: Collection[str], created: Iterable[str]
) -> None:
    """Raises `PlanError` when a container would be created from an image that is not there and not pulled."""
    for name in created:
        service = desired.project.services[name]
        image = image_of(desired.project, service)
        missing = [
            needed for needed in _images(desired, service) if needed not in observed.images and needed not in pulls
        ]
        if not missing:
            continue
        if service.image is None and image in missing:
            raise PlanError(
                f'service "{name}" has no image: "{image}" does not exist, and --no-build was given',
                hint=f"build it first: composer build {name}",
            )
        policy = BUILD if service.pull_policy == BUILD else NEVER
        raise PlanError(
            f'service "{name}": image "{missing[0]}" is not on the engine, and its pull policy is "{policy}"',
            hint=f"pull or build the image first, or run with --pull missing: docker pull {missing[0]}",
        )


def _images(desired: DesiredState, service: Service) -> tuple[str, ...]:
    """Its own, then those it mounts."""
    return image_of(desired.project, service), *mounted_images(service)


def _running(desired: DesiredState) -> Iterable[Service]:
    return (service for service in desired.project.services.values() if service.replicas > 0)
