"""The engine as Composer needs it: two Protocols in our own types.

`EngineReader` cannot change anything: `--dry-run` and read-only verbs hold nothing else. `Engine` adds
the calls that act. Implementations: `engine.reader.SocketReader` (reads, over the bare socket: no
heavy import), `engine.docker_sdk.SdkEngine` (acts, over docker's APIClient), `engine.fake.FakeEngine`
(in memory, public). The same contract tests run on the fake and on a real engine.
All calls raise `composer.errors.EngineError` subclasses and nothing else. Thread-safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from composer.engine.dialogue import Interactive
from composer.engine.filing import Files
from composer.plan.actions import ContainerId
from composer.plan.observed import ObservedContainer, ObservedImage, ObservedNetwork, ObservedVolume
from composer.plan.readings import Processes, Usage
from composer.values import value

if TYPE_CHECKING:
    from composer.model.lifecycle import Hook
    from composer.model.secret import Sealed
    from composer.plan.recipe import Recipe


@value()
class EngineInfo:
    """`api_version` as (1, 51). `address` is where it is, `origin` who said so (`DOCKER_HOST`, `context x`).
    `has_buildkit`: as far as it says."""

    version: str
    api_version: tuple[int, int]
    address: str = ""
    origin: str = ""
    has_buildkit: bool = True


@value()
class Healthprobe:
    """The effective health test of a container (image's included). Durations in seconds."""

    test: tuple[str, ...]  # CMD … or CMD-SHELL …
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 0.0  # between probes during the start period; 0: the engine's default


@value()
class ProbeOutput:
    """One entry of the engine's health log, or of our own probe. `at`: RFC 3339 text."""

    exit_code: int
    output: str
    at: str = ""


@value()
class ContainerDetail:
    """From inspect. `state` as in `ObservedContainer`; `health` "" without a check. `exit_code` only after an
    exit (None while created, running or paused). `finished_at`: the end of the last run that ended, so also while
    it runs again; the year 1 before the first end."""

    id: ContainerId
    name: str
    state: str
    exit_code: int | None = None
    oom_killed: bool = False
    error: str = ""
    restarting: bool = False
    restart_count: int = 0
    restart_policy: str = "no"
    health: str = ""
    failing_streak: int = 0
    health_log: tuple[ProbeOutput, ...] = ()
    healthprobe: Healthprobe | None = None
    user: str = ""
    tty: bool = False
    log_driver: str = ""
    image_id: str = ""
    started_at: str = ""
    finished_at: str = ""
    mounts: tuple[Mapping[str, Any], ...] = ()
    stop_timeout: int | None = None


@value()
class EngineEvent:
    """One container event. `action`: create start die stop kill destroy rename pause unpause oom
    health_status restart. `health`: healthy | unhealthy | starting for health_status. `exit_code` for die.
    `time`: nanoseconds since 1970. `attributes` hold labels too."""

    action: str
    container: ContainerId
    name: str = ""
    health: str = ""
    exit_code: int | None = None
    time: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)


class EventStream(Protocol):
    """Iterates engine events; `close()` from any thread ends the iteration. Opening returns after the
    response header, so whatever happens later is in it. A lost connection raises `EngineUnreachable`."""

    def __iter__(self) -> Iterator[EngineEvent]: ...
    def close(self) -> None: ...


@value()
class LogChunk:
    """Whole lines or pieces of one: `stream` is 1 stdout / 2 stderr; data may lack a final newline."""

    stream: int
    data: bytes


# The engine sends logs line by line. Whoever looks again at once is woken for each line, which costs both sides more
# than all the rest; after so short a pause a socket holds a few hundred lines. What comes after a silence is not
# delayed.
PLENTY = 16_000  # bytes of one look, below which the next one comes after a pause
GATHER_SECONDS = 0.001


class LogStream(Protocol):
    """`is_ready`: `receive` would not block. `receive`: what one look at the connection brings, which may be less than
    a chunk; None at the end. `fileno`: to wait for several that are not ready."""

    @property
    def is_ready(self) -> bool: ...
    def receive(self) -> Sequence[LogChunk] | None: ...
    def fileno(self) -> int: ...
    def __iter__(self) -> Iterator[LogChunk]: ...
    def close(self) -> None: ...


class UsageStream(Protocol):
    def __iter__(self) -> Iterator[Usage]: ...
    def close(self) -> None: ...


@value(kw_only=True)
class LogRequest:
    """`tail` None = all. `since`/`until`: seconds since 1970 with fraction, as text, or "". `streams`: 1 stdout,
    2 stderr."""

    follow: bool = False
    tail: int | None = None
    timestamps: bool = False
    since: str = ""
    until: str = ""
    streams: tuple[int, ...] = (1, 2)


@value()
class PullProgress:
    """One line of a pull or push: `layer` id ("" for the image), `status` in the engine's words, bytes."""

    layer: str
    status: str
    current: int = 0
    total: int = 0


@value()
class BuildVertex:
    """A step of a build as it stands now; it is told again whenever that changes. `digest` says which. Times in
    nanoseconds since 1970 by the engine's clock, None for not yet."""

    digest: str
    name: str
    cached: bool = False
    started: int | None = None
    completed: int | None = None
    error: str = ""


@value()
class BuildTransfer:
    """Part of a step that can be measured: `name` is what goes on, in the builder's words; bytes."""

    vertex: str
    name: str
    current: int = 0
    total: int = 0
    is_over: bool = False


@value()
class BuildOutput:
    """What a step wrote: `stream` is 1 stdout / 2 stderr."""

    vertex: str
    stream: int
    data: bytes


@value()
class BuildWarning:
    """A remark about the Dockerfile. `line` from 1, 0 for none."""

    text: str
    url: str = ""
    line: int = 0


BuildUpdate = BuildVertex | BuildTransfer | BuildOutput | BuildWarning


class BuildStream(Protocol):
    """A build that goes on. Iterating ends with it, and `image` is then the image's id. `close` from any thread
    ends the build. Iterating raises BuildFailed, EngineUnreachable, or what this side could not provide."""

    image: str

    def __iter__(self) -> Iterator[BuildUpdate]: ...
    def close(self) -> None: ...


class EngineReader(Protocol):
    def info(self) -> EngineInfo: ...

    def containers(self, *, project: str | None, all_states: bool = True) -> tuple[ObservedContainer, ...]:
        """One list call. `project` None: of every Compose project. Only those with a config-hash label."""
        ...

    def container_named(self, name: str) -> ObservedContainer | None:
        """Whoever has that name, made by Compose or not."""
        ...

    def hook_containers(self, *, project: str) -> tuple[ObservedContainer, ...]:
        """Those that `pre_start` hooks have left behind; they are in no other list."""
        ...

    def inspect_container(self, container: str) -> ContainerDetail: ...

    def inspect_raw(self, container: str) -> Mapping[str, Any]:
        """The engine's own inspect JSON (to inherit anonymous volumes, for reports)."""
        ...

    def networks(self, *, project: str) -> tuple[ObservedNetwork, ...]: ...
    def network(self, name: str) -> ObservedNetwork | None: ...
    def volumes(self, *, project: str) -> tuple[ObservedVolume, ...]: ...
    def volume(self, name: str) -> ObservedVolume | None: ...

    def image(self, ref: str, *, platform: str | None = None) -> ObservedImage | None: ...

    def events(self, *, project: str, since: float | None = None, until: str = "", every: bool = False) -> EventStream:
        """With `until` (seconds since 1970, as text) the stream ends there. `every`: actions of any kind, such as
        `exec_start: ls`, not only those that change a container."""
        ...

    def processes(self, container: str) -> Processes:
        """Raises Conflict or EngineRefused for one that does not run."""
        ...

    def usage(self, container: str, *, follow: bool) -> UsageStream:
        """Of a container that does not run, nothing is used. Not `follow`: one reading, about a second later."""
        ...

    def logs(self, container: str, request: LogRequest) -> LogStream: ...
    def close(self) -> None: ...


class Engine(EngineReader, Interactive, Files, Protocol):
    def warm_up(self) -> None:
        """Loads whatever acting needs, so that a run can do it while the engine is at its first calls."""
        ...

    def pull(self, ref: str, *, platform: str | None, on_progress: Callable[[PullProgress], None]) -> None: ...
    def push(self, ref: str, *, on_progress: Callable[[PullProgress], None]) -> None: ...
    def build(self, recipe: Recipe) -> BuildStream: ...
    def remove_image(self, ref: str) -> None: ...
    def prune_images(self, project: str) -> None:
        """Removes the project's built images that have lost their name to a newer one and are not in use."""
        ...

    def create_network(self, payload: Mapping[str, Any]) -> str: ...
    def remove_network(self, network: str) -> None: ...
    def connect_network(self, network: str, container: str, endpoint: Mapping[str, Any]) -> None: ...

    def disconnect_network(self, network: str, container: str) -> None:
        """Also of a container that does not run."""
        ...

    def create_volume(self, payload: Mapping[str, Any]) -> str: ...
    def remove_volume(self, volume: str) -> None: ...

    def create_container(self, name: str, payload: Mapping[str, Any], *, platform: str | None) -> ContainerId: ...
    def put_archive(self, container: str, archive: bytes, *, replaces: bool = True) -> None:
        """Unpacks a tar at `/`, with the owners and modes it says. Not `replaces`: raises Conflict, having unpacked a
        part, when a folder would take the place of something else (a link, say), or the reverse."""
        ...

    def credentials(self) -> Sealed:
        """The text of a docker configuration file with the client's registry credentials, helpers asked."""
        ...

    def start(self, container: str) -> None: ...
    def stop(self, container: str, *, timeout: int | None, grace: int) -> None:
        """`grace`: how long the engine may take at most, for the client's own time limit (seconds)."""
        ...

    def kill(self, container: str, *, signal: str) -> None: ...
    def pause(self, container: str) -> None: ...
    def unpause(self, container: str) -> None: ...
    def restart(self, container: str, *, timeout: int | None, grace: int) -> None: ...
    def remove_container(self, container: str, *, volumes: bool, force: bool) -> None:
        """When it returns the container is gone; raises NotFound when somebody else has removed it meanwhile."""
        ...

    def rename(self, container: str, name: str) -> None: ...

    def wait(self, container: str) -> int:
        """Blocks until a started container does not run any more; its exit code."""
        ...

    def run_hook(self, container: str, hook: Hook, tell: Callable[[bytes], object] | None = None) -> ProbeOutput:
        """Runs the command by exec to its end."""
        ...

    def run_probe(self, container: str, probe: Healthprobe, *, user: str) -> ProbeOutput:
        """Runs the health test by exec as the engine would; a timeout gives exit code -1."""
        ...
