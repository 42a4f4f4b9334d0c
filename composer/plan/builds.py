"""Builds: which images are built, why, and in which order. The decisions of `up` and `build` alike.

One build serves all services that share the image and its recipe; one whose context is another service's image comes
after that service's build. Pure. Must not know: how a build is told to an engine (`recipes` says what it is made with).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from composer.errors import PlanError
from composer.plan.actions import BuildImage, StepId
from composer.plan.desired import DesiredState, image_of
from composer.plan.reasons import Cause, Reason
from composer.plan.recipe import NO_WISHES, BuildWishes
from composer.plan.recipes import context_services, declared, recipe_of

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.plan.draft import Draft
    from composer.plan.observed import ObservedState

POLICY, ALWAYS, NEVER = "policy", "always", "never"  # what `--build` and `--no-build` mean for a command
BUILD = "build"  # the pull policy


def wanted_builds(
    desired: DesiredState, observed: ObservedState, *, asked: str, pull: str, done: Collection[str] = ()
) -> dict[str, Reason]:
    """Image → why it is to be built, over all services that run at least one replica.

    `asked`: policy | always | never. `pull`: as in `images.wanted_pulls`; `build` there builds too. `done`: images
    that were built or pulled already in this run.
    """
    wanted: dict[str, Reason] = {}
    for service in desired.project.services.values():
        image = image_of(desired.project, service)
        if service.build is None or service.replicas == 0 or asked == NEVER or image in done:
            continue
        if is_always_built(service, asked=asked, pull=pull):
            wanted[image] = Reason(Cause.BUILD_REQUESTED, "" if asked == ALWAYS or pull == BUILD else "pull_policy")
        elif image not in observed.images:
            wanted[image] = Reason(Cause.IMAGE_MISSING)
    return wanted


def is_always_built(service: Service, *, asked: str, pull: str) -> bool:
    """Even when the image is there: then it is not pulled either."""
    if service.build is None or asked == NEVER:
        return False
    return asked == ALWAYS or (service.pull_policy if pull == POLICY else pull) == BUILD


class Builds:
    """Adds builds to a draft, each once, with those that it needs. `project`: the whole of it, with services that
    do not take part. `pulls`: image → the step that tries to get it first."""

    def __init__(
        self,
        draft: Draft,
        project: Project,
        *,
        version: str,
        wishes: BuildWishes = NO_WISHES,
        pulls: Mapping[str, StepId] | None = None,
    ) -> None:
        self._draft, self._project = draft, project
        self._version, self._wishes = version, wishes
        self._pulls = pulls or {}
        self._made: dict[StepId, BuildImage] = {}
        self._under_way: list[str] = []
        self.steps: dict[str, tuple[StepId, ...]] = {}  # image → all steps that build it

    def add(self, service: Service, reason: Reason, *, sharing: Iterable[Service] = ()) -> StepId:
        """`sharing`: further services that may have the same build. Raises PlanError, also for a circle of contexts."""
        self._enter(service.name)
        needs = [
            self._needed(name, Reason(Cause.DEPENDED_ON, f"context of {service.name}"))
            for name in context_services(service)
        ]
        self._under_way.pop()
        image = image_of(self._project, service)
        users = (service, *(each for each in sharing if self._is_same(service, each)))
        name = f"build:{service.name}"
        if StepId(name) in self._draft:
            return StepId(name)
        is_fallback = image in self._pulls
        action = BuildImage(
            image,
            recipe_of(self._project, service, version=self._version, wishes=self._wishes),
            tuple(user.name for user in users),
            only_if_missing=is_fallback,
        )
        step = self._draft.add(name, action, reason, after=needs)
        self._made[step] = action
        self._draft.after_any(step, [*self.steps.get(image, ()), *([self._pulls[image]] if is_fallback else [])])
        self.steps[image] = (*self.steps.get(image, ()), step)
        return step

    def made(self) -> Mapping[StepId, BuildImage]:
        """All that were added."""
        return self._made

    def _needed(self, name: str, reason: Reason) -> StepId:
        return self.add(declared(self._project, name), reason)

    def _enter(self, name: str) -> None:
        if name in self._under_way:
            circle = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            raise PlanError(f"builds wait for each other: {circle}", hint="look at their additional_contexts")
        self._under_way.append(name)

    def _is_same(self, service: Service, other: Service) -> bool:
        """But for its name."""
        return (
            other.name != service.name
            and image_of(self._project, other) == image_of(self._project, service)
            and service.build == other.build
            and other.platform == service.platform
        )


def add_builds(
    draft: Draft,
    desired: DesiredState,
    wanted: Mapping[str, Reason],
    *,
    project: Project,
    pulls: Mapping[str, StepId],
    only: Collection[str] | None = None,
) -> dict[str, tuple[StepId, ...]]:
    """The builds of `wanted` that were asked for, or from whose image a container is made (`only`: the services of
    which one is created, None for all). Image → its steps."""
    builds = Builds(draft, project, version=desired.version, pulls=pulls)
    for image, reason in wanted.items():
        users = [each for each in desired.project.services.values() if _is_built_as(desired, each, image)]
        if reason.cause is Cause.IMAGE_MISSING and only is not None and not any(each.name in only for each in users):
            continue
        add_each(builds, users, reason)
    return builds.steps


def add_each(builds: Builds, users: Iterable[Service], reason: Reason) -> None:
    """One build for all of `users` (of one image) that share a recipe."""
    served: set[str] = set()
    users = list(users)
    for service in users:
        if service.name not in served:
            sharing = [each for each in users if each.name not in served]
            step = builds.add(service, reason, sharing=sharing)
            served.update(builds.made()[step].services)


def _is_built_as(desired: DesiredState, service: Service, image: str) -> bool:
    return service.build is not None and service.replicas > 0 and image_of(desired.project, service) == image
