"""`FakeEngine`: the calls of the `Engine` port, and what a test may do to the engine from outside.

Thread-safe: one lock around every call; nothing blocks while holding it. Every call is recorded, then held by a
gate if there is one, then failed by a fault if there is one, then done. Must not know: how states move.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import RLock
from typing import Any

from composer import labels
from composer.engine import observe
from composer.engine.fake.building import FakeBuild
from composer.engine.fake.clock import Clock
from composer.engine.fake.container import FakeContainer
from composer.engine.fake.events import EventLog
from composer.engine.fake.execs import exit_code_of, hook_output, probe_output
from composer.engine.fake.files import FilingEngine
from composer.engine.fake.lifecycle import Lifecycle
from composer.engine.fake.registry import Registry, is_listed
from composer.engine.fake.resources import FakeImage, full_reference
from composer.engine.fake.script import FOREVER, Fault, Gate, Script
from composer.engine.fake.talk import is_to_be_removed
from composer.engine.fake.usage import MeasuredEngine
from composer.engine.port import (
    BuildStream,
    ContainerDetail,
    EngineInfo,
    EventStream,
    Healthprobe,
    LogRequest,
    LogStream,
    ProbeOutput,
    PullProgress,
)
from composer.errors import EngineError, EngineRefused
from composer.model.lifecycle import Hook
from composer.model.secret import Sealed
from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume
from composer.plan.recipe import Recipe

START = 1_700_000_000.0


class FakeEngine(FilingEngine, MeasuredEngine):
    """An engine in memory. `images` are there from the start, `registry` can be pulled.

    With `auto`, all that a container's script says happens at once, within the call that starts it, each thing at
    its own virtual time; without, only `advance` moves time. `calls` holds (method, arguments) of every call, with
    container ids written as names.
    """

    def __init__(
        self,
        images: Iterable[str | FakeImage] = (),
        *,
        registry: Iterable[str | FakeImage] = (),
        auto: bool = True,
        api_version: tuple[int, int] = (1, 51),
        start: float = START,
        address: str = "",
    ) -> None:
        super().__init__()
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.delivered: dict[str, list[bytes]] = {}  # archives by container id
        self._lock = RLock()
        self._info = EngineInfo("28.5.2", api_version, address, "fake")
        self._count = 0
        self._clock = Clock(start)
        self._events = EventLog()
        self._scripts: dict[str, Script] = {}
        self._faults: list[Fault] = []
        self._gates: list[Gate] = []
        self._lifecycle = Lifecycle(self._clock, self._events, self._script_of)
        self._lifecycle.is_automatic = auto
        self._registry = Registry(self._clock, self._lifecycle, self._new_id, api_version)
        for image in images:
            self.add_image(image)
        for image in registry:
            self.add_image(image, local=False)

    # ---- what a test says and does --------------------------------------------------------------
    @property
    def now(self) -> float:
        """Virtual time in seconds since 1970."""
        return self._clock.now / 1e9

    def add_image(self, image: str | FakeImage, *, local: bool = True) -> FakeImage:
        """Not `local`: it is there only once it has been pulled. Without an id it gets one made of its name."""
        plain = FakeImage(ref=image) if isinstance(image, str) else image
        ref = full_reference(plain.ref)
        identity = plain.id or f"sha256:{hashlib.sha256(ref.encode()).hexdigest()}"
        made = replace(plain, ref=ref, id=identity)
        with self._lock:
            resources = self._registry.resources
            (resources.images if local else resources.registry)[ref] = made
        return made

    def script(self, name: str, script: Script) -> None:
        """`name`: a service, a replica (`web-1`) or a container; the most particular one counts."""
        with self._lock:
            self._scripts[name] = script

    def fail(self, method: str, error: EngineError, *, target: str = "", skip: int = 0, times: int = 1) -> None:
        """The next `times` calls of `method` fail, after `skip` that do not; `times` 0 is for ever.

        `target`: the container, replica, service, network, volume or image it is about; "" is any.
        """
        with self._lock:
            self._faults.append(Fault(method, error, target, skip, times or FOREVER))

    def hold(self, method: str, target: str = "") -> Gate:
        """Calls of `method` wait until the gate is released."""
        gate = Gate(method, target)
        with self._lock:
            self._gates.append(gate)
        return gate

    def drop_events(self, *, after: int) -> None:
        """The next event stream to be opened breaks when its event number `after` + 1 is due."""
        with self._lock:
            self._events.drop_after = after

    def disconnect(self) -> None:
        """All open event streams break now."""
        with self._lock:
            self._events.lose_all()

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._clock.advance(seconds)

    def crash(self, container: str, code: int = 1, *, oom_killed: bool = False) -> None:
        """The running container ends by itself."""
        with self._moving():
            self._lifecycle.die(self._registry.running(container), code, oom=oom_killed)

    def set_health(self, container: str, status: str, output: str = "") -> None:
        with self._lock:
            self._lifecycle.set_health(self._registry.running(container), status, output)

    def write_log(self, container: str, data: bytes, *, stream: int = 1) -> None:
        with self._lock:
            self._lifecycle.write(self._registry.container(container), data, stream=stream)

    def called(self, method: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of `method`, in order."""
        with self._lock:
            return [arguments for name, arguments in self.calls if name == method]

    # ---- reading --------------------------------------------------------------------------------
    def info(self) -> EngineInfo:
        with self._call("info"):
            return self._info

    def containers(self, *, project: str | None, all_states: bool = True) -> tuple[ObservedContainer, ...]:
        with self._call("containers", project):
            found = [one for one in self._registry.containers.values() if is_listed(one, project)]
            shown = [one for one in found if all_states or one.state in ("running", "restarting")]
            return tuple(observe.parse_container(one.list_entry(self._clock.now)) for one in reversed(shown))

    def container_named(self, name: str) -> ObservedContainer | None:
        with self._call("container_named", name):
            found = (one for one in self._registry.containers.values() if one.name == name)
            return next((observe.parse_container(one.list_entry(self._clock.now)) for one in found), None)

    def hook_containers(self, *, project: str) -> tuple[ObservedContainer, ...]:
        with self._call("hook_containers", project):
            marked = [one for one in self._registry.containers.values() if labels.HOOK in one.labels]
            found = [one for one in marked if one.labels.get(labels.PROJECT) == project]
            return tuple(observe.parse_container(one.list_entry(self._clock.now)) for one in reversed(found))

    def inspect_container(self, container: str) -> ContainerDetail:
        with self._call("inspect_container", container):
            return observe.parse_detail(self._registry.container(container).inspect())

    def inspect_raw(self, container: str) -> Mapping[str, Any]:
        with self._call("inspect_raw", container):
            return self._registry.container(container).inspect()

    def networks(self, *, project: str) -> tuple[ObservedNetwork, ...]:
        with self._call("networks", project):
            found = map(observe.parse_network, (one.raw for one in self._registry.resources.networks.values()))
            return tuple(one for one in found if one.project == project)

    def network(self, name: str) -> ObservedNetwork | None:
        with self._call("network", name):
            found = self._registry.resources.find_network(name)
            return None if found is None else observe.parse_network(found.raw)

    def volumes(self, *, project: str) -> tuple[ObservedVolume, ...]:
        with self._call("volumes", project):
            found = map(observe.parse_volume, (one.raw for one in self._registry.resources.volumes.values()))
            return tuple(one for one in found if one.project == project)

    def volume(self, name: str) -> ObservedVolume | None:
        with self._call("volume", name):
            found = self._registry.resources.volumes.get(name)
            return None if found is None else observe.parse_volume(found.raw)

    def image(self, ref: str, *, platform: str | None = None) -> ObservedImage | None:
        with self._call("image", ref):
            found = self._registry.resources.find_image(ref)
            if found is None or (platform and not observe.fits_platform(found.raw, platform)):
                return None
            return observe.parse_image(ref, found.raw)

    def events(self, *, project: str, since: float | None = None, until: str = "", every: bool = False) -> EventStream:  # noqa: ARG002
        with self._call("events", project):
            return self._events.open(project, since, until)

    def logs(self, container: str, request: LogRequest) -> LogStream:
        with self._call("logs", container):
            found = self._registry.container(container)
            driver = (found.host.get("LogConfig") or {}).get("Type") or "json-file"
            if driver not in ("json-file", "local", "journald"):
                raise EngineRefused("configured logging driver does not support reading", status=501)
            return found.log.read(request)

    def close(self) -> None:
        with self._call("close"):
            pass

    def warm_up(self) -> None:
        """Nothing to load."""

    # ---- acting ---------------------------------------------------------------------------------
    def pull(self, ref: str, *, platform: str | None, on_progress: Callable[[PullProgress], None]) -> None:
        with self._call("pull", ref):
            image = self._registry.resources.pull(ref, platform)
        layer = image.id[7:19]
        on_progress(PullProgress("", f"Pulling from {image.ref.partition(':')[0]}"))
        on_progress(PullProgress(layer, "Downloading", 512, 1024))
        on_progress(PullProgress(layer, "Pull complete"))

    def push(self, ref: str, *, on_progress: Callable[[PullProgress], None]) -> None:
        with self._call("push", ref):
            image = self._registry.resources.push(ref)
        layer = image.id[7:19]
        on_progress(PullProgress("", f"The push refers to repository [{image.ref.rpartition(':')[0]}]"))
        on_progress(PullProgress(layer, "Pushing", 512, 1024))
        on_progress(PullProgress(layer, "Pushed"))

    def build(self, recipe: Recipe) -> BuildStream:
        """Every name of the recipe then means the new image."""

        def done(identity: str) -> None:
            for name in recipe.names:
                self.add_image(FakeImage(ref=name, id=identity, labels=recipe.labels))

        with self._call("build", recipe.image, recipe):
            return FakeBuild(recipe, done)

    def remove_image(self, ref: str) -> None:
        with self._call("remove_image", ref):
            self._registry.remove_image(ref)

    def prune_images(self, project: str) -> None:
        """Images of this engine always have a name: a build takes the name's old image away."""
        with self._call("prune_images", project):
            return

    def create_network(self, payload: Mapping[str, Any]) -> str:
        with self._call("create_network", payload["Name"], payload):
            return self._registry.resources.create_network(payload).id

    def remove_network(self, network: str) -> None:
        with self._call("remove_network", network):
            self._registry.remove_network(network)

    def connect_network(self, network: str, container: str, endpoint: Mapping[str, Any]) -> None:
        with self._call("connect_network", network, container, endpoint):
            self._registry.connect(network, container, endpoint)

    def disconnect_network(self, network: str, container: str) -> None:
        with self._call("disconnect_network", network, container):
            self._registry.disconnect(network, container)

    def create_volume(self, payload: Mapping[str, Any]) -> str:
        with self._call("create_volume", payload.get("Name") or "", payload):
            return self._registry.resources.create_volume(payload).name

    def remove_volume(self, volume: str) -> None:
        with self._call("remove_volume", volume):
            self._registry.remove_volume(volume)

    def create_container(self, name: str, payload: Mapping[str, Any], *, platform: str | None) -> ContainerId:
        with self._call("create_container", name, payload):
            return ContainerId(self._registry.create(name, payload, platform).id)

    def put_archive(self, container: str, archive: bytes, *, replaces: bool = True) -> None:
        """What arrives is in `delivered`; nothing is in its way."""
        del replaces
        with self._call("put_archive", container):
            found = self._registry.container(container)
            if found.host.get("ReadonlyRootfs"):
                raise EngineRefused("container rootfs is marked read-only", status=400)
            self.delivered.setdefault(found.id, []).append(archive)

    def credentials(self) -> Sealed:
        """Those of nobody."""
        return Sealed('{"auths": {}}')

    def start(self, container: str) -> None:
        with self._call("start", container), self._moving():
            self._registry.start(container)

    def stop(self, container: str, *, timeout: int | None, grace: int) -> None:
        with self._call("stop", container, timeout, grace), self._moving():
            self._lifecycle.stop(self._registry.container(container), timeout)

    def kill(self, container: str, *, signal: str) -> None:
        with self._call("kill", container, signal), self._moving():
            self._registry.kill(container, signal)

    def restart(self, container: str, *, timeout: int | None, grace: int) -> None:
        with self._call("restart", container, timeout, grace), self._moving():
            self._registry.restart(container, timeout)

    def remove_container(self, container: str, *, volumes: bool, force: bool) -> None:
        with self._call("remove_container", container, volumes, force):
            self._registry.remove(container, volumes=volumes, force=force)

    def rename(self, container: str, name: str) -> None:
        with self._call("rename", container, name):
            self._registry.rename(container, name)

    def wait(self, container: str) -> int:
        """One that runs exits with 0 now, unless its command is `false`."""
        with self._call("wait", container):
            found = self._registry.container(container)
            if found.is_running:
                self._lifecycle.die(found, exit_code_of(found))
            return found.exit_code

    def run_hook(self, container: str, hook: Hook, tell: Callable[[bytes], object] | None = None) -> ProbeOutput:
        with self._call("run_hook", container, hook):
            return hook_output(self._registry.container(container), hook, tell)

    def run_probe(self, container: str, probe: Healthprobe, *, user: str) -> ProbeOutput:
        with self._call("run_probe", container, probe, user):
            found = self._registry.container(container)
            return probe_output(found, self._script_of(found))

    # ---- within ---------------------------------------------------------------------------------
    @contextmanager
    def _call(self, method: str, *arguments: Any) -> Iterator[None]:
        with self._lock:
            targets = self._targets(method, arguments)
            self.calls.append((method, self._readable(arguments)))
            gates = [gate for gate in self._gates if gate.fits(method, targets)]
        for gate in gates:
            gate.pass_through()
        with self._lock:
            for fault in self._faults:
                if fault.strikes(method, targets):
                    raise fault.error
            yield

    @contextmanager
    def _moving(self) -> Iterator[None]:
        """What a call sets going ends within it, in automatic mode."""
        with self._lock:
            yield
            if self._lifecycle.is_automatic:
                self._clock.run_all()
            for container in list(self._registry.containers.values()):
                if is_to_be_removed(container):
                    self._registry.remove(container.id, volumes=True, force=True)

    def _targets(self, method: str, arguments: tuple[Any, ...]) -> frozenset[str]:
        names = {argument for argument in arguments if isinstance(argument, str)}
        if method == "create_container":
            marks = arguments[1].get("Labels") or {}
            service = marks.get(labels.SERVICE, "")
            names |= {service, labels.replica_label(service, int(marks.get(labels.NUMBER) or 0))}
        for name in names & self._registry.containers.keys():
            names |= self._registry.containers[name].names
        return frozenset(names)

    def _readable(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        known = self._registry.containers
        return tuple(known[one].name if isinstance(one, str) and one in known else one for one in arguments)

    def _script_of(self, container: FakeContainer) -> Script:
        replica = next(iter(container.names - {container.id, container.name, container.service}), "")
        for name in (container.name, replica, container.service):
            if name in self._scripts:
                return self._scripts[name]
        return Script()

    def _new_id(self) -> str:
        self._count += 1
        return hashlib.sha256(str(self._count).encode()).hexdigest()
