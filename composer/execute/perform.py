"""Actions as engine calls: one function per action. The only place of a run that changes anything.

Runs in worker threads and answers an outcome, never raises what the engine refuses. What is gone
already counts as removed. Must not know: the order of steps, why a step is done, which client is behind
the port.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, assert_never

from composer import labels
from composer.errors import ComposerError, Conflict, EngineError, NotFound, StepFailed
from composer.execute.beside import Beside
from composer.execute.commands import Begin, BuildTold, HookWrote, Progressed, Retrying, StepErred, StepSucceeded
from composer.execute.effects import made_name
from composer.plan.actions import (
    BuildImage,
    ContainerId,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    JoinNetwork,
    KillContainer,
    LeaveNetwork,
    PauseContainer,
    PrepareModel,
    PullImage,
    PushImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    RunPreStart,
    RunProvider,
    StartContainer,
    StopContainer,
    UnpauseContainer,
    WaitFor,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from composer.engine.payload import InheritedVolume
    from composer.engine.port import BuildStream, Engine
    from composer.execute.policy import RunPolicy
    from composer.execute.transfers import Transfers
    from composer.plan.actions import ContainerRef, ReplicaId, ReplicaSpec, StepId
    from composer.plan.observed import ObservedImage

_FOREVER = 86_400  # seconds: a container's own grace period is the engine's business, not the client's


class Performer:
    """`images`: what the snapshot knows of images, by reference. `progress`: told while pulling and pushing."""

    def __init__(
        self,
        engine: Engine,
        *,
        images: Mapping[str, ObservedImage],
        progress: Callable[[Progressed | Retrying | BuildTold | HookWrote], object],
        policy: RunPolicy,
    ) -> None:
        self._engine = engine
        self._digests = {ref: image.id for ref, image in images.items()}
        self._progress = progress
        self._made: dict[ReplicaId, ContainerId] = {}
        self._handed_over: dict[ReplicaId, tuple[InheritedVolume, ...]] = {}
        self._policy = policy
        self._over = Event()
        self._builds: set[BuildStream] = set()
        self.beside = Beside(engine)

    def give_up(self) -> None:
        """The run has ended: transfers, builds and programs that still go on are to end too."""
        self._over.set()
        for build in tuple(self._builds):
            build.close()
        self.beside.give_up()

    def perform(self, begin: Begin) -> StepSucceeded | StepErred:
        step = begin.step.id
        try:
            return self._act(begin, step)
        except ComposerError as error:
            return StepErred(step, error)

    def _act(self, begin: Begin, step: StepId) -> StepSucceeded:  # noqa: PLR0911, PLR0912 - a flat table
        match begin.step.action:
            case PullImage() as action:
                return self._pull(action, step)
            case BuildImage() as action:
                return self._build(action, step)
            case PushImage() as action:
                self._transfers().push(action, step)
                return StepSucceeded(step, detail="pushed")
            case CreateNetwork() as action:
                return self._create_network(action, step)
            case RemoveNetwork() as action:
                return self._remove_network(action, step)
            case LeaveNetwork() as action:
                return self._leave_network(action, step)
            case JoinNetwork() as action:
                return self._join_network(action, step)
            case CreateVolume() as action:
                return self._create_volume(action, step)
            case RemoveVolume() as action:
                return self._remove_volume(action, step)
            case RemoveImage() as action:
                return self._remove_image(action, step)
            case RunProvider() as action:
                return self._run_provider(action, step)
            case PrepareModel() as action:
                self.beside.prepare_model(action, tell=lambda text: self._progress(Progressed(step, text)))
                return StepSucceeded(step)
            case CreateContainer() as action:
                return self._create_container(action, step)
            case RenameContainer() as action:
                return self._rename(_found(begin), action, step)
            case RunPreStart() as action:
                return self._run_pre_start(_found(begin), action, step)
            case StartContainer() as action:
                return self._start(_found(begin), action, step)
            case StopContainer() as action:
                return self._stop(action, step)
            case KillContainer() as action:
                return self._kill(action, step)
            case PauseContainer() as action:
                _named(self._engine.pause, action.container)
                return StepSucceeded(step, detail="paused")
            case UnpauseContainer() as action:
                _named(self._engine.unpause, action.container)
                return StepSucceeded(step, detail="unpaused")
            case RemoveContainer() as action:
                return self._remove_container(action, step)
            case WaitFor():
                raise TypeError("a wait is decided by the scheduler, not performed")
            case action:
                assert_never(action)

    # ---- images, networks, volumes -----------------------------------------------------------------
    def _pull(self, action: PullImage, step: StepId) -> StepSucceeded:
        self._transfers().pull(action, step)
        self._digests.pop(action.image, None)  # the tag may mean another image now
        return StepSucceeded(step, detail="pulled")

    def _build(self, action: BuildImage, step: StepId) -> StepSucceeded:
        from composer.execute.building import BuildParts  # noqa: PLC0415 - only when something is built
        from composer.execute.transfers import GivenUp  # noqa: PLC0415

        if action.only_if_missing and self._engine.image(action.image) is not None:
            return StepSucceeded(step, detail="was pulled")
        parts = BuildParts(step)
        build = self._engine.build(action.recipe)
        self._builds.add(build)
        try:
            if self._over.is_set():
                raise GivenUp("the run is over")
            for update in build:
                for told in parts.add(update):
                    self._progress(told)
        finally:
            build.close()
            self._builds.discard(build)
        self._digests.pop(action.image, None)  # the tag means another image now
        return StepSucceeded(step, detail=build.image)

    def _transfers(self) -> Transfers:
        from composer.execute.transfers import Transfers  # noqa: PLC0415 - only when something is pulled or pushed

        policy = self._policy
        return Transfers(
            self._engine, self._progress, self._over, delays=policy.retries, is_quiet=policy.quiet_transfers
        )

    def _create_network(self, action: CreateNetwork, step: StepId) -> StepSucceeded:
        from composer.engine.payload import network_payload  # noqa: PLC0415 - not for stop and down

        try:
            self._engine.create_network(network_payload(action, self._engine.info().api_version))
        except Conflict:
            if self._engine.network(action.network.name) is None:
                raise
            return StepSucceeded(step, detail="was there already")  # somebody else was quicker
        return StepSucceeded(step, detail="created")

    def _remove_network(self, action: RemoveNetwork, step: StepId) -> StepSucceeded:
        try:
            self._engine.remove_network(action.id)
        except NotFound:
            return StepSucceeded(step, detail="was gone already")
        except EngineError as error:
            from composer.execute.trouble import NETWORK_IN_USE, users_of_network  # noqa: PLC0415 - rare

            if NETWORK_IN_USE not in error.message:
                raise
            users = users_of_network(self._engine, action, error.message)
            if action.recreated:
                raise StepFailed(f"network {action.name} has changed, but is still in use{users}") from error
            return StepSucceeded(step, warning=f"network {action.name} is still in use{users}")
        return StepSucceeded(step, detail="removed")

    def _leave_network(self, action: LeaveNetwork, step: StepId) -> StepSucceeded:
        try:
            self._engine.disconnect_network(action.id, action.container.id)
        except EngineError as error:
            if not isinstance(error, NotFound) and "is not connected" not in error.message:
                raise
            return StepSucceeded(step, detail="had left already")
        return StepSucceeded(step, detail="left")

    def _join_network(self, action: JoinNetwork, step: StepId) -> StepSucceeded:
        from composer.engine.payload import endpoint_of  # noqa: PLC0415 - rare

        endpoint = endpoint_of(action.spec, action.network, self._engine.info().api_version)
        self._engine.connect_network(action.network, action.container.id, endpoint)
        return StepSucceeded(step, detail="joined")

    def _create_volume(self, action: CreateVolume, step: StepId) -> StepSucceeded:
        from composer.engine.payload import volume_payload  # noqa: PLC0415 - not for stop and down

        self._engine.create_volume(volume_payload(action))
        return StepSucceeded(step, detail="created")

    def _remove_volume(self, action: RemoveVolume, step: StepId) -> StepSucceeded:
        try:
            self._engine.remove_volume(action.name)
        except NotFound:
            return StepSucceeded(step, detail="was gone already")
        except Conflict as error:
            if action.recreated:
                raise StepFailed(f"volume {action.name} has changed, but is still in use: {error.message}") from error
            return StepSucceeded(step, warning=f"volume {action.name} is still in use: {error.message}")
        return StepSucceeded(step, detail="removed")

    def _remove_image(self, action: RemoveImage, step: StepId) -> StepSucceeded:
        try:
            self._engine.remove_image(action.image)
        except NotFound:
            return StepSucceeded(step, detail="was gone already")
        except Conflict as error:
            return StepSucceeded(step, warning=f"image {action.image} is still in use: {error.message}")
        return StepSucceeded(step, detail="removed")

    def _run_provider(self, action: RunProvider, step: StepId) -> StepSucceeded:
        self.beside.run_provider(action, tell=lambda text: self._progress(Progressed(step, text)))
        return StepSucceeded(step)

    # ---- containers --------------------------------------------------------------------------------
    def _create_container(self, action: CreateContainer, step: StepId) -> StepSucceeded:
        from composer.engine import payload  # noqa: PLC0415 - not for stop and down

        spec, replaces = self._with_mounted_images(self._with_parents(action.spec)), action.replaces
        api_version = self._engine.info().api_version
        inherited = self._handed_over.pop(spec.replica, ())
        if replaces is not None and not action.renew_volumes:
            inherited = payload.inherited_anonymous_volumes(self._engine.inspect_raw(replaces.id))
        body = payload.container_payload(
            spec,
            image_digest=self._digest(spec.image),
            api_version=api_version,
            inherited=inherited,
            replaces=replaces is not None,
        )
        with self._naming(made_name(action), spec):
            container = self._engine.create_container(made_name(action), body, platform=spec.platform)
        for network, endpoint in payload.extra_networks(spec, api_version):
            self._engine.connect_network(network, container, endpoint)
        self._made[spec.replica] = container
        return StepSucceeded(step, container=container, detail="created")

    @contextmanager
    def _naming(self, name: str, spec: ReplicaSpec) -> Iterator[None]:
        """A name that somebody outside of the project has is no accident: planning again would not help."""
        try:
            yield
        except Conflict as error:
            from composer.execute.trouble import taken_name  # noqa: PLC0415 - rare

            raise (taken_name(self._engine, name, spec) or error) from error
        except EngineError as error:
            from composer.execute.halfcopied import COPY_FAILED, emptied_again  # noqa: PLC0415 - rare

            if COPY_FAILED in error.message:
                told = emptied_again(self._engine, spec, error.message)
                error.hint = "\n".join(filter(None, (error.hint, told)))
            raise

    def _with_mounted_images(self, spec: ReplicaSpec) -> ReplicaSpec:
        """Which images it mounts the files of, as a label: their tags may mean others later."""
        mounts = [mount for mount in spec.service.volumes if mount.type == "image" and mount.source]
        if not mounts:
            return spec
        digests = ",".join(f"{mount.target}={self._digest(mount.source or '')}" for mount in mounts)
        return replace(spec, labels={**spec.labels, labels.IMAGE_VOLUMES: digests})

    def _with_parents(self, spec: ReplicaSpec) -> ReplicaSpec:
        """With the ids of the containers it shares, some of which this run has made."""
        if not spec.parents:
            return spec
        from composer.plan.sharing import with_parents  # noqa: PLC0415 - rare

        containers = {}
        for parent in spec.parents:
            container = parent.container or self._made.get(parent.replica)
            if container is None:
                raise NotFound(f"{spec.replica} shares the container of {parent.replica}, which is not there")
            containers[parent.replica.service] = container
        return with_parents(spec, containers)

    def _digest(self, ref: str) -> str:
        """The image's id. Two threads may both ask; they get the same answer."""
        digest = self._digests.get(ref)
        if digest is None:
            image = self._engine.image(ref)
            if image is None:
                raise NotFound(f"no such image: {ref}", hint="check its name, or pull it with `--pull always`")
            digest = self._digests[ref] = image.id
        return digest

    def _rename(self, container: ContainerId, action: RenameContainer, step: StepId) -> StepSucceeded:
        self._engine.rename(container, action.name)
        return StepSucceeded(step, detail=action.name)

    def _run_pre_start(self, container: ContainerId, action: RunPreStart, step: StepId) -> StepSucceeded:
        self.beside.run_pre_start(action, container, self._with_parents(action.spec))
        return StepSucceeded(step, detail="exited 0")

    def _start(self, container: ContainerId, action: StartContainer, step: StepId) -> StepSucceeded:
        if action.deliveries:
            self.beside.deliver(container, action.deliveries)
        try:
            self._engine.start(container)
        except EngineError as error:
            from composer.execute.trouble import port_hint  # noqa: PLC0415 - rare

            hint = port_hint(self._engine, error.message, container)
            error.hint = hint or error.hint
            raise
        self._run_hooks("post_start", container, action, step)
        return StepSucceeded(step, detail="started")

    def _run_hooks(
        self, moment: str, container: ContainerId, action: StartContainer | StopContainer, step: StepId
    ) -> None:
        replica = action.replica
        if action.hooks:
            tell = self._progress
            self.beside.run_hooks(
                moment, container, action.hooks, replica, tell=lambda data: tell(HookWrote(step, replica, data))
            )

    def _stop(self, action: StopContainer, step: StepId) -> StepSucceeded:
        grace = _FOREVER if action.timeout is None else action.timeout
        try:
            self._run_hooks("pre_stop", action.container.id, action, step)
            self._engine.stop(action.container.id, timeout=action.timeout, grace=grace)
        except NotFound:
            return StepSucceeded(step, detail="was gone already")
        return StepSucceeded(step, detail="stopped")

    def _kill(self, action: KillContainer, step: StepId) -> StepSucceeded:
        try:
            self._engine.kill(action.container.id, signal=action.signal)
        except (NotFound, Conflict):  # 409: it does not run
            return StepSucceeded(step, detail="was not running")
        return StepSucceeded(step, detail="killed")

    def _remove_container(self, action: RemoveContainer, step: StepId) -> StepSucceeded:
        try:
            if action.hands_over:
                from composer.engine.payload import inherited_anonymous_volumes  # noqa: PLC0415 - rare

                old = self._engine.inspect_raw(action.container.id)
                self._handed_over[action.replica] = inherited_anonymous_volumes(old)
            self._engine.remove_container(action.container.id, volumes=action.volumes, force=action.force)
        except NotFound:
            return StepSucceeded(step, detail="was gone already")
        return StepSucceeded(step, detail="removed")


def _named(call: Callable[[str], None], container: ContainerRef) -> None:
    """The call, where the engine would speak of the container by its id only."""
    try:
        call(container.id)
    except EngineError as error:
        error.message = error.message.replace(container.id, container.name)
        raise


def _found(begin: Begin) -> ContainerId:
    if begin.container is None:
        raise NotFound(f"{begin.step.id}: there is no container to work on")
    return begin.container
