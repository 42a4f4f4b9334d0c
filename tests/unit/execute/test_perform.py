from __future__ import annotations

import pytest

from composer import labels
from composer.engine.fake import FakeEngine
from composer.errors import ComposerError, Conflict, EngineRefused, NotFound
from composer.execute.commands import Begin, Progressed, Retrying, StepErred, StepSucceeded
from composer.execute.perform import Performer
from composer.execute.policy import RunPolicy
from composer.model.network import Network, ServiceNetwork
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    KillContainer,
    PauseContainer,
    PullImage,
    RemoveContainer,
    RemoveImage,
    RemoveNetwork,
    RemoveVolume,
    RenameContainer,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    StopContainer,
    UnpauseContainer,
    WaitFor,
)
from composer.plan.observed import ObservedImage
from composer.plan.plan import Step
from composer.plan.reasons import Cause, Reason

WEB = ReplicaId("web", 1)
TAGS = {labels.PROJECT: "p", labels.SERVICE: "web", labels.NUMBER: "1", labels.CONFIG_HASH: "h"}
STEP = StepId("it")


def spec(**more: object) -> ReplicaSpec:
    fields = {"labels": TAGS, **more}
    return ReplicaSpec(WEB, Service(name="web", image="app"), "p-web-1", "app", "h", **fields)  # type: ignore[arg-type]


class Desk:
    def __init__(self, engine: FakeEngine | None = None, images: dict[str, ObservedImage] | None = None) -> None:
        self.engine = engine or FakeEngine(["app"])
        self.progress: list[Progressed | Retrying] = []
        self.performer = Performer(
            self.engine, images=images or {}, progress=self.progress.append, policy=RunPolicy(retries=(0.0, 0.0))
        )

    def do(self, action: Action, container: str | None = None) -> StepSucceeded | StepErred:
        begin = Begin(Step(STEP, action, Reason(Cause.REQUESTED)), ContainerId(container) if container else None)
        return self.performer.perform(begin)

    def made(self, **more: object) -> ContainerRef:
        """A container of the plan, created."""
        outcome = self.do(CreateContainer(spec(**more)))
        assert isinstance(outcome, StepSucceeded)
        assert outcome.container is not None
        return ContainerRef(outcome.container, "p-web-1")


def detail(outcome: StepSucceeded | StepErred) -> str:
    assert isinstance(outcome, StepSucceeded), outcome
    return outcome.detail


def error(outcome: StepSucceeded | StepErred) -> ComposerError:
    assert isinstance(outcome, StepErred), outcome
    return outcome.error


def test_a_pull_tells_its_progress() -> None:
    desk = Desk(FakeEngine(registry=["big"]))
    assert detail(desk.do(PullImage("big", None, ("web",)))) == "pulled"
    assert desk.progress[0] == Progressed(STEP, "Pulling from big")
    assert desk.engine.image("big") is not None


def test_a_pull_ends_when_the_run_is_over() -> None:
    desk = Desk(FakeEngine(registry=["big"]))
    desk.performer.give_up()
    assert error(desk.do(PullImage("big", None, ("web",)))).message == "the run is over"


def test_a_container_gets_the_images_digest() -> None:
    desk = Desk()
    container = desk.made()
    image = desk.engine.image("app")
    assert image is not None
    assert desk.engine.containers(project="p")[0].image_digest == image.id
    assert desk.engine.inspect_container(container.id).name == "p-web-1"


def test_the_snapshots_digest_is_used_until_a_pull() -> None:
    known = {"app": ObservedImage("app", "sha256:known")}
    desk = Desk(FakeEngine(["app"], registry=["app"]), known)
    desk.made()
    assert desk.engine.called("image") == []
    desk.do(PullImage("app", None, ("web",)))
    desk.engine.remove_container("p-web-1", volumes=False, force=True)
    desk.made()
    assert len(desk.engine.called("image")) == 1


def test_a_missing_image() -> None:
    assert error(Desk(FakeEngine()).do(CreateContainer(spec()))).message == "no such image: app"


def test_a_replacement_has_a_temporary_name_until_it_is_renamed() -> None:
    desk = Desk()
    old = desk.made()
    outcome = desk.do(CreateContainer(spec(), replaces=old))
    assert isinstance(outcome, StepSucceeded)
    assert outcome.container is not None
    new = outcome.container
    assert desk.engine.inspect_container(new).name == f"{old.id[:12]}_p-web-1"
    assert desk.engine.called("inspect_raw") == [("p-web-1",)]
    desk.do(RemoveContainer(WEB, old))
    assert detail(desk.do(RenameContainer(WEB, "p-web-1"), new)) == "p-web-1"
    assert desk.engine.inspect_container(new).name == "p-web-1"


def test_renewed_volumes_are_not_taken_over() -> None:
    desk = Desk()
    desk.do(CreateContainer(spec(), replaces=desk.made(), renew_volumes=True))
    assert desk.engine.called("inspect_raw") == []


def test_an_older_engine_joins_further_networks_one_by_one() -> None:
    desk = Desk(FakeEngine(["app"], api_version=(1, 43)))
    for name in ("front", "back"):
        desk.do(CreateNetwork(name, Network(name=f"p_{name}"), {}))
    desk.made(networks=(("p_front", None), ("p_back", ServiceNetwork(aliases=("b",)))))
    (call,) = desk.engine.called("connect_network")
    assert call[:2] == ("p_back", "p-web-1")


def test_a_network_that_somebody_else_made_meanwhile_is_used() -> None:
    desk = Desk()
    make = CreateNetwork("default", Network(name="p_default"), {})
    assert detail(desk.do(make)) == "created"
    assert detail(desk.do(make)) == "was there already"


def test_another_conflict_over_a_network_is_an_error() -> None:
    desk = Desk()
    desk.engine.fail("create_network", Conflict("odd"))
    assert error(desk.do(CreateNetwork("default", Network(name="p_default"), {}))).message == "odd"


def test_a_network_in_use_is_a_warning_with_its_users() -> None:
    desk = Desk()
    desk.do(CreateNetwork("default", Network(name="p_default"), {}))
    container = desk.made(networks=(("p_default", None),))
    desk.do(StartContainer(WEB), container.id)
    outcome = desk.do(RemoveNetwork("p_default", "p_default"))
    assert isinstance(outcome, StepSucceeded)
    assert outcome.warning == "network p_default is still in use by p-web-1"


def test_any_other_refusal_to_remove_a_network_is_an_error() -> None:
    desk = Desk()
    desk.engine.fail("remove_network", EngineRefused("no"))
    assert error(desk.do(RemoveNetwork("p_default", "p_default"))).message == "no"


def test_volumes() -> None:
    desk = Desk()
    assert detail(desk.do(CreateVolume("data", Volume(name="p_data"), {labels.PROJECT: "p"}))) == "created"
    assert [volume.name for volume in desk.engine.volumes(project="p")] == ["p_data"]
    assert detail(desk.do(RemoveVolume("p_data"))) == "removed"


@pytest.mark.parametrize(
    ("action", "method"), [(RemoveVolume("v"), "remove_volume"), (RemoveImage("i"), "remove_image")]
)
def test_what_is_in_use_elsewhere_is_left_with_a_warning(action: Action, method: str) -> None:
    desk = Desk()
    desk.engine.fail(method, Conflict("used by x"))
    outcome = desk.do(action)
    assert isinstance(outcome, StepSucceeded)
    assert outcome.warning.endswith("is still in use: used by x")


def test_images_are_removed() -> None:
    desk = Desk()
    assert detail(desk.do(RemoveImage("app"))) == "removed"
    assert desk.engine.image("app") is None


NOWHERE = ContainerRef(ContainerId("f" * 64), "x")


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (RemoveNetwork("n", "n"), "was gone already"),
        (RemoveVolume("v"), "was gone already"),
        (RemoveImage("nothing"), "was gone already"),
        (StopContainer(WEB, NOWHERE), "was gone already"),
        (RemoveContainer(WEB, NOWHERE), "was gone already"),
        (KillContainer(WEB, NOWHERE), "was not running"),
    ],
)
def test_what_is_gone_needs_no_removing(action: Action, told: str) -> None:
    assert detail(Desk().do(action)) == told


def test_start_stop_kill_remove() -> None:
    desk = Desk()
    web = desk.made()
    assert detail(desk.do(StartContainer(WEB), web.id)) == "started"
    assert detail(desk.do(StopContainer(WEB, web, 3))) == "stopped"
    assert desk.engine.called("stop") == [("p-web-1", 3, 3)]
    assert detail(desk.do(KillContainer(WEB, web))) == "was not running"
    desk.do(StartContainer(WEB), web.id)
    assert detail(desk.do(KillContainer(WEB, web))) == "killed"
    assert detail(desk.do(RemoveContainer(WEB, web, volumes=True))) == "removed"
    assert desk.engine.containers(project="p") == ()


def test_a_container_that_somebody_else_removed_is_gone() -> None:
    desk = Desk()
    assert detail(desk.do(RemoveContainer(WEB, NOWHERE))) == "was gone already"
    desk.engine.fail("remove_container", Conflict("cannot remove a running container"))
    assert error(desk.do(RemoveContainer(WEB, NOWHERE))).message == "cannot remove a running container"


def test_a_start_without_a_container() -> None:
    assert isinstance(error(Desk().do(StartContainer(WEB))), NotFound)


def test_waits_are_not_performed() -> None:
    with pytest.raises(TypeError):
        Desk().do(WaitFor("web", None, ()))


def test_pausing_speaks_of_the_container_by_its_name() -> None:
    desk = Desk()
    container = desk.made()
    desk.do(StartContainer(WEB, container), container.id)
    assert detail(desk.do(PauseContainer(WEB, container))) == "paused"
    assert error(desk.do(PauseContainer(WEB, container))).message == "Container p-web-1 is already paused"
    assert detail(desk.do(UnpauseContainer(WEB, container))) == "unpaused"
    assert error(desk.do(UnpauseContainer(WEB, container))).message == "Container p-web-1 is not paused"
