"""What is done around a start or a stop: parents' ids put in, secrets delivered, hooks run."""

from __future__ import annotations

import io
import tarfile
from typing import Any

from composer import labels
from composer.engine.fake import FakeEngine
from composer.errors import ComposerError
from composer.execute.commands import Begin, StepErred, StepSucceeded
from composer.execute.perform import Performer
from composer.execute.policy import RunPolicy
from composer.model.lifecycle import Hook
from composer.model.secret import Sealed
from composer.model.service import Service
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    CreateContainer,
    Delivery,
    Parent,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    StopContainer,
)
from composer.plan.plan import Step
from composer.plan.reasons import Cause, Reason
from composer.plan.sharing import hash_of

WEB, SIDE = ReplicaId("web", 1), ReplicaId("side", 1)
GOOD, BAD = Hook(command=("true",)), Hook(command=("false",))


def spec(replica: ReplicaId, *, parents: tuple[Parent, ...] = (), **service: Any) -> ReplicaSpec:
    tags = {labels.PROJECT: "p", labels.SERVICE: replica.service, labels.NUMBER: "1", labels.CONFIG_HASH: "h"}
    made = Service(name=replica.service, image="app", **service)
    return ReplicaSpec(replica, made, f"p-{replica}", "app", "h", labels=tags, parents=parents)


class Desk:
    def __init__(self) -> None:
        self.engine = FakeEngine(["app"])
        self.performer = Performer(self.engine, images={}, progress=lambda _: None, policy=RunPolicy())

    def do(self, action: Action, container: str | None = None) -> StepSucceeded | StepErred:
        step = Step(StepId("it"), action, Reason(Cause.REQUESTED))
        return self.performer.perform(Begin(step, ContainerId(container) if container else None))

    def made(self, replica: ReplicaId = WEB, **more: Any) -> ContainerId:
        outcome = self.do(CreateContainer(spec(replica, **more)))
        assert isinstance(outcome, StepSucceeded), outcome
        assert outcome.container is not None
        return outcome.container

    def state(self, container: str) -> str:
        return self.engine.inspect_container(container).state

    @property
    def verbs(self) -> list[str]:
        return [method for method, _ in self.engine.calls if method not in ("info", "image", "inspect_container")]


def error(outcome: StepSucceeded | StepErred) -> ComposerError:
    assert isinstance(outcome, StepErred), outcome
    return outcome.error


def test_a_container_made_in_this_run_is_shared_by_its_id() -> None:
    desk = Desk()
    web = desk.made()
    desk.made(SIDE, parents=(Parent(WEB),), network_mode="service:web")
    found = desk.engine.inspect_raw("p-side-1")
    assert found["HostConfig"]["NetworkMode"] == f"container:{web}"
    shared = Service(name="side", image="app", network_mode="service:web")
    assert found["Config"]["Labels"][labels.CONFIG_HASH] == hash_of(shared, {"web": web})


def test_a_container_to_share_that_is_not_there() -> None:
    outcome = Desk().do(CreateContainer(spec(SIDE, parents=(Parent(WEB),), pid="service:web")))
    assert error(outcome).message == "side-1 shares the container of web-1, which is not there"


def test_deliveries_arrive_before_the_start() -> None:
    desk = Desk()
    web = desk.made()
    desk.do(StartContainer(WEB, None, (Delivery("/run/secrets/s", Sealed("hunter2")),)), web)
    assert desk.verbs == ["create_container", "put_archive", "start"]
    with tarfile.open(fileobj=io.BytesIO(desk.engine.delivered[web][0])) as tar:
        assert tar.getnames() == ["run/secrets/s"]
    assert "hunter2" not in repr(desk.engine.calls)


def test_credentials_are_read_only_when_they_are_put_in() -> None:
    desk = Desk()
    web = desk.made()
    desk.do(StartContainer(WEB, None, (Delivery("/run/secrets/docker/config.json", None),)), web)
    assert desk.verbs == ["create_container", "put_archive", "start"]
    with tarfile.open(fileobj=io.BytesIO(desk.engine.delivered[web][0])) as tar:
        assert tar.extractfile("run/secrets/docker/config.json").read() == b'{"auths": {}}'  # type: ignore[union-attr]


def test_hooks_run_after_the_start_until_one_fails() -> None:
    desk = Desk()
    web = desk.made()
    failure = error(desk.do(StartContainer(WEB, None, hooks=(GOOD, BAD, GOOD)), web))
    assert failure.message == "web hook exited with status 1 (post_start[1] of web-1): false"
    assert failure.hint == "it printed: it said no"
    assert desk.verbs == ["create_container", "start", "run_hook", "run_hook"]
    assert desk.state(web) == "running"


def test_a_container_whose_last_hook_fails_is_not_stopped() -> None:
    desk = Desk()
    web = desk.made()
    desk.do(StartContainer(WEB), web)
    ref = ContainerRef(web, "p-web-1")
    failure = error(desk.do(StopContainer(WEB, ref, hooks=(BAD,))))
    assert failure.message == "web hook exited with status 1 (pre_stop[0] of web-1): false"
    assert desk.state(web) == "running"
    assert isinstance(desk.do(StopContainer(WEB, ref, hooks=(GOOD,))), StepSucceeded)
    assert desk.state(web) == "exited"


def test_a_container_that_has_ended_needs_no_hook_to_stop() -> None:
    desk = Desk()
    web = desk.made()
    assert isinstance(desk.do(StopContainer(WEB, ContainerRef(web, "p-web-1"), hooks=(BAD,))), StepSucceeded)
