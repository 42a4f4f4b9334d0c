"""Running a `pre_start` hook on the fake engine."""

from __future__ import annotations

from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine
from composer.engine.fake.script import exits
from composer.errors import EngineError, NotFound
from composer.execute.inits import InitRun
from composer.model.lifecycle import Hook
from composer.model.network import ServiceNetwork
from composer.model.service import Service
from composer.plan.actions import ContainerId, ReplicaId, ReplicaSpec, RunPreStart

WEB = ReplicaId("web", 1)
NAME = "p-web-pre_start-1"
MARKS = {labels.PROJECT: "p", labels.SERVICE: "web", labels.VERSION: "1", labels.CONFIG_HASH: "f" * 64}


class Desk:
    def __init__(self, **hook: Any) -> None:
        self.engine = FakeEngine(["app"])
        self.engine.create_network({"Name": "p_default"})
        self.web = self.engine.create_container("p-web-1", {"Image": "app", "Labels": MARKS}, platform=None)
        service = Service(name="web", image="app", environment={"A": "a", "B": "b"}, user="me")
        networks = (("p_default", ServiceNetwork(ipv4_address="10.0.0.9", aliases=("www",))),)
        spec = ReplicaSpec(WEB, service, "p-web-1", "app", "f" * 64, MARKS, networks)
        action = RunPreStart(WEB, 1, NAME, "app", Hook(**hook), spec)
        self.run = InitRun(self.engine, action, ContainerId(self.web), spec)

    @property
    def payload(self) -> dict[str, Any]:
        [payload] = (args[1] for verb, args in self.engine.calls if verb == "create_container" and args[0] == NAME)
        return dict(payload)


def test_the_container_of_a_hook() -> None:
    desk = Desk(command=("migrate",), environment={"B": "hook", "C": None}, working_dir="/x", privileged=True)
    desk.run.carry_out()
    assert desk.payload == {
        "Image": "app",
        "Cmd": ["migrate"],
        "User": "",
        "WorkingDir": "/x",
        "Env": ["A=a", "B=hook", "C"],
        "Labels": {labels.PROJECT: "p", labels.SERVICE: "web", labels.VERSION: "1", labels.HOOK: "pre_start"},
        "HostConfig": {"Privileged": True, "VolumesFrom": [desk.web], "NetworkMode": "p_default"},
        "NetworkingConfig": {"EndpointsConfig": {"p_default": {}}},
    }
    with pytest.raises(NotFound):
        desk.engine.inspect_container(NAME)
    assert desk.engine.hook_containers(project="p") == ()


def test_one_that_fails_is_kept_and_what_it_wrote_is_told() -> None:
    desk = Desk(command=("migrate",))
    desk.engine.script(NAME, exits(3, log=tuple(f"line {number}" for number in range(20))))
    with pytest.raises(EngineError) as failure:
        desk.run.carry_out()
    assert failure.value.message == "web hook exited with status 3 (pre_start[0])"
    told = "\n".join(f"line {number}" for number in range(10, 20))
    assert failure.value.hint == f"it printed: {told}; its container is kept: docker inspect {NAME}"
    assert [found.name for found in desk.engine.hook_containers(project="p")] == [NAME]
    assert [found.name for found in desk.engine.containers(project="p")] == ["p-web-1"]

    desk.engine.script(NAME, exits(0))
    desk.run.carry_out()  # the next run begins by clearing it away
    assert desk.engine.hook_containers(project="p") == ()


def test_one_that_nobody_waits_for_any_more_goes() -> None:
    desk = Desk(command=("false",))
    with pytest.raises(EngineError) as failure:
        desk.run.carry_out()
    assert failure.value.hint.startswith("it printed nothing; ")
    desk.run.abandon()
    assert desk.engine.hook_containers(project="p") == ()
    desk.run.abandon()
