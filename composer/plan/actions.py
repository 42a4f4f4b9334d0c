"""The actions a plan is made of: one frozen dataclass each, and the union `Action`.

Every verb (up, down, stop, scale …) plans with these and only these; `execute.perform` has one
function per action. Values only: no engine, no decisions.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, NewType

from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.model.ai_model import AiModel
    from composer.model.dependency import Condition
    from composer.model.lifecycle import Hook, Provider
    from composer.model.mount import Mount
    from composer.model.network import Network, ServiceNetwork
    from composer.model.secret import Sealed
    from composer.model.service import Service
    from composer.model.volume import Volume
    from composer.plan.recipe import Recipe

StepId = NewType("StepId", str)
ContainerId = NewType("ContainerId", str)


@value()
class ReplicaId:
    """A desired instance. Text form `web-1`."""

    service: str
    number: int

    def __lt__(self, other: ReplicaId) -> bool:
        return (self.service, self.number) < (other.service, other.number)

    def __str__(self) -> str:
        return f"{self.service}-{self.number}"


@value()
class ContainerRef:
    """An existing container: engine id and name."""

    id: ContainerId
    name: str


@value()
class Delivery:
    """A file put into a container before it starts: a secret or config that is no file of the host. `mode` as an
    integer; `uid` and `gid` are numbers of the container. `content` None: the client's registry credentials, which
    are read only then."""

    target: str
    content: Sealed | None
    uid: int = 0
    gid: int = 0
    mode: int = 0o444


@value()
class Parent:
    """The replica whose container `service:x` means. `container`: its id; None when an earlier step of the
    same plan creates it."""

    replica: ReplicaId
    container: ContainerId | None = None


@value(kw_only=True)
class OneOff:
    """What makes a container of `run` differ from a replica. `slug`: 64 hex digits of its own. `stdin`: it has an
    input, which ends with ours. `aliases`: the network finds it under the service's names too. `remove`: it goes
    with its end. `size`: rows and columns of its terminal, if it has one."""

    slug: str
    stdin: bool = True
    aliases: bool = False
    remove: bool = False
    size: tuple[int, int] | None = None


@value()
class ReplicaSpec:
    """All that is needed to create one container. `labels` are complete (the user's and ours, except
    the image digest, which is known only after a pull); `networks` are (engine name, settings) in
    connect order, [] with `network_mode`; `volume_names` maps the model's volume key to engine name.
    `files` are secrets and configs that are files of the host. `links` are `container:alias`. `parents`:
    whose container's id must be put in place of `service:x` before the create (see `sharing`); labels and
    hash then say so too. `platform`: None for the engine's own. `oneoff`: it is no replica but a container of `run`."""

    replica: ReplicaId
    service: Service
    name: str
    image: str
    config_hash: str
    labels: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[tuple[str, ServiceNetwork], ...] = ()
    volume_names: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Mount, ...] = ()
    links: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    platform: str | None = None
    oneoff: OneOff | None = None


@value()
class PullImage:
    """`optional`: its failure is told and fails nothing. `buildable`: those of `services` that could build it."""

    image: str
    platform: str | None
    services: tuple[str, ...]
    optional: bool = False
    buildable: tuple[str, ...] = ()


@value()
class PushImage:
    """`optional` as with a pull."""

    image: str
    services: tuple[str, ...]
    optional: bool = False


@value()
class BuildImage:
    """`services`: those whose image it is. `only_if_missing`: a pull came first, and may have brought it."""

    image: str
    recipe: Recipe
    services: tuple[str, ...]
    only_if_missing: bool = False


@value()
class CreateNetwork:
    key: str
    network: Network
    labels: Mapping[str, str]


@value()
class RemoveNetwork:
    """`id` is the engine id. In use by strangers is a warning, not a failure; `recreated`: it is made anew, so it
    has to go."""

    name: str
    id: str
    recreated: bool = False


@value()
class LeaveNetwork:
    """A container that does not run gives up a network that is made anew (`id`: the old one's), to join the new one."""

    replica: ReplicaId
    container: ContainerRef
    network: str
    id: str


@value()
class JoinNetwork:
    """A container that stays joins the new network of that name, under the names and addresses that `spec` says."""

    spec: ReplicaSpec
    container: ContainerRef
    network: str


@value()
class CreateVolume:
    key: str
    volume: Volume
    labels: Mapping[str, str]


@value()
class RemoveVolume:
    """In use by strangers is a warning, not a failure; `recreated`: it is made anew, so it has to go."""

    name: str
    recreated: bool = False


@value()
class RemoveImage:
    image: str


@value()
class RunProvider:
    """The program of a `provider` service, with `verb` up or down. `environment` is what the program sees."""

    service: str
    provider: Provider
    verb: str
    project: str
    environment: Mapping[str, Sealed] = field(default_factory=dict)


@value()
class PrepareModel:
    """A language model is fetched where it is missing, and configured. `name`: as the file calls it. `environment` is
    what the program sees that serves it."""

    name: str
    model: AiModel
    services: tuple[str, ...]
    environment: Mapping[str, Sealed] = field(default_factory=dict)


@value()
class CreateContainer:
    """With `replaces`, the container is made under a temporary name `<old id, 12 chars>_<name>`, takes
    over the old one's anonymous volumes unless `renew_volumes`, and is renamed by a later step."""

    spec: ReplicaSpec
    replaces: ContainerRef | None = None
    renew_volumes: bool = False


@value()
class RenameContainer:
    """The replica's (new) container gets its final name. `container` is None when an earlier step of the
    same plan creates it; else it was left under a temporary name by a run that was cut short."""

    replica: ReplicaId
    name: str
    container: ContainerRef | None = None


@value()
class RunPreStart:
    """A `pre_start` hook, the `number`th of its service: a container called `name`, made for it and removed when it has
    exited with 0. It has the volumes of the replica's container (`container` None: an earlier step makes it) and is on
    the same networks. `spec`: the replica's."""

    replica: ReplicaId
    number: int
    name: str
    image: str
    hook: Hook
    spec: ReplicaSpec
    container: ContainerRef | None = None


@value()
class StartContainer:
    """`container` is None when an earlier step of the same plan creates it. `deliveries` are put into it first;
    `hooks` run in it afterwards, one after the other: one that fails fails the step, and the container runs on."""

    replica: ReplicaId
    container: ContainerRef | None = None
    deliveries: tuple[Delivery, ...] = ()
    hooks: tuple[Hook, ...] = ()


@value()
class StopContainer:
    """`timeout` in seconds; None: the container's own grace period (`stop_grace_period`, else 10). `hooks` run in it
    first: when one fails, it is not stopped."""

    replica: ReplicaId
    container: ContainerRef
    timeout: int | None = None
    hooks: tuple[Hook, ...] = ()


@value()
class KillContainer:
    replica: ReplicaId
    container: ContainerRef
    signal: str = "SIGKILL"


@value()
class PauseContainer:
    """Its processes are frozen where they stand."""

    replica: ReplicaId
    container: ContainerRef


@value()
class UnpauseContainer:
    replica: ReplicaId
    container: ContainerRef


@value()
class RemoveContainer:
    """`volumes`: its anonymous volumes go too. `force`: kill it if it runs. `hands_over`: the replica's next
    container, made later in the same plan, takes over its anonymous volumes."""

    replica: ReplicaId
    container: ContainerRef
    volumes: bool = False
    force: bool = False
    hands_over: bool = False


@value()
class WaitFor:
    """Met when every replica of `service` fulfils `condition` (see `execute.readiness`). `condition` is
    None for `up --wait`: healthy if it has a health check, else running (or exited 0 for a one-shot).
    `containers` are the replicas that exist before the plan; those created by it are known by number.
    `needed_by` are the services that wait. `timeout` in seconds, None for ever."""

    service: str
    condition: Condition | None
    replicas: tuple[ReplicaId, ...]
    required: bool = True
    needed_by: tuple[str, ...] = ()
    timeout: float | None = None


Transfer = PullImage | PushImage

Action = (
    PullImage
    | BuildImage
    | PushImage
    | CreateNetwork
    | RemoveNetwork
    | LeaveNetwork
    | JoinNetwork
    | CreateVolume
    | RemoveVolume
    | RemoveImage
    | RunProvider
    | PrepareModel
    | CreateContainer
    | RenameContainer
    | RunPreStart
    | StartContainer
    | StopContainer
    | KillContainer
    | PauseContainer
    | UnpauseContainer
    | RemoveContainer
    | WaitFor
)
