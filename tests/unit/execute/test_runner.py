"""Whole runs on the fake engine: real threads, virtual containers."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, Script, exits
from composer.engine.port import ContainerDetail, Healthprobe, ProbeOutput
from composer.errors import EngineRefused, EngineUnreachable
from composer.events.bus import Bus
from composer.events.types import Event, RunFinished, RunResult, RunStarted, StepFinished, StepOutcome, StepStarted
from composer.execute.policy import RunPolicy
from composer.execute.runner import run
from composer.model.dependency import Condition
from composer.model.healthcheck import Healthcheck
from composer.model.service import Service
from composer.plan.actions import (
    Action,
    CreateContainer,
    PullImage,
    RemoveContainer,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    WaitFor,
)
from composer.plan.observed import ObservedState
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Reason
from composer.units import Nanoseconds

CHECK = Healthcheck(test=("CMD", "true"), interval=Nanoseconds(30_000_000_000))
QUIET = RunPolicy(handle_signals=False)


def step(action: Action, name: str, after: str = "") -> Step:
    before = frozenset(StepId(one) for one in after.split())
    return Step(StepId(name), action, Reason(Cause.MISSING), before)


def service(name: str, after: str = "", *, check: Healthcheck | None = None) -> list[Step]:
    """create:NAME-1 and start:NAME-1; the start comes after `after` too."""
    replica = ReplicaId(name, 1)
    tags = {
        labels.PROJECT: "p",
        labels.SERVICE: name,
        labels.NUMBER: "1",
        labels.ONEOFF: "False",
        labels.CONFIG_HASH: "h",
    }
    spec = ReplicaSpec(replica, Service(name=name, image="app", healthcheck=check), f"p-{name}-1", "app", "h", tags)
    return [
        step(CreateContainer(spec), f"create:{name}-1"),
        step(StartContainer(replica), f"start:{name}-1", f"create:{name}-1 {after}"),
    ]


def wait(name: str, condition: Condition | None, *, needed_by: tuple[str, ...] = ()) -> Step:
    action = WaitFor(name, condition, (ReplicaId(name, 1),), needed_by=needed_by)
    return step(action, f"wait:{name}", f"start:{name}-1")


def db_then_web() -> Plan:
    return Plan(
        (
            *service("db", check=CHECK),
            wait("db", Condition.HEALTHY, needed_by=("web",)),
            *service("web", "wait:db"),
        )
    )


class Watch:
    """Carries out plans on an engine; keeps the events; may act on one."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.events: list[Event] = []
        self.bus = Bus()
        self.bus.subscribe(self.events.append)

    def on_start(self, name: str, act: Callable[[], object]) -> None:
        def react(event: Event) -> None:
            if isinstance(event, StepStarted) and event.step.id == name:
                act()

        self.bus.subscribe(react)

    def run(self, plan: Plan, policy: RunPolicy = QUIET) -> RunResult:
        observed = ObservedState("p", self.engine.containers(project="p"))
        return run(plan, self.engine, self.bus, policy, observed=observed)

    def details(self) -> dict[str, str]:
        return {event.step.id: event.detail for event in self.events if isinstance(event, StepFinished)}


def test_a_chain_over_the_engines_own_health() -> None:
    engine = FakeEngine(["app"])
    watch = Watch(engine)
    result = watch.run(db_then_web())
    assert result.ok
    assert [name for name, *_ in engine.calls if name in ("create_container", "start")] == [
        "create_container",
        "create_container",
        "start",
        "start",
    ]
    assert result.outcomes == tuple((one.id, StepOutcome.SUCCEEDED) for one in db_then_web().steps)
    assert result.left_running == ("p-db-1", "p-web-1")
    assert isinstance(watch.events[0], RunStarted)
    assert watch.events[-1] == RunFinished(result.seconds, result)


def test_an_own_probe_is_quicker_than_the_interval() -> None:
    engine = FakeEngine(["app"], auto=False)
    engine.script("db", Script(probes=(ProbeOutput(1, "no"), ProbeOutput(0, "yes"))))
    watch = Watch(engine)
    assert watch.run(db_then_web()).ok
    assert watch.details()["wait:db"] == "healthy (own probe)"
    assert len(engine.called("run_probe")) == 2


def test_a_plan_without_waits_listens_to_nothing() -> None:
    engine = FakeEngine(["app"])
    assert Watch(engine).run(Plan(tuple(service("web")))).ok
    assert engine.called("events") == []


def test_an_empty_plan_is_a_success() -> None:
    assert Watch(FakeEngine()).run(Plan()).ok


def test_a_given_stream_is_used_and_closed() -> None:
    engine = FakeEngine(["app"], auto=False)
    stream = engine.events(project="p")
    watch = Watch(engine)
    watch.on_start("wait:db", lambda: engine.set_health("p-db-1", "healthy"))
    policy = replace(QUIET, eager=False)
    assert run(db_then_web(), engine, watch.bus, policy, observed=ObservedState("p"), events=stream).ok
    assert watch.details()["wait:db"] == "healthy (engine)"
    assert len(engine.called("events")) == 1
    assert list(stream) == []


def test_a_lost_stream_is_opened_again() -> None:
    engine = FakeEngine(["app"], auto=False)
    watch = Watch(engine)

    def cut() -> None:
        gate = engine.hold("events")
        engine.disconnect()
        assert gate.reached.wait(30)  # else the run could be over before it notices
        engine.set_health("p-db-1", "healthy")
        gate.release()

    watch.on_start("wait:db", cut)
    assert watch.run(db_then_web(), replace(QUIET, eager=False)).ok
    assert len(engine.called("events")) == 2


def test_a_stream_that_cannot_be_opened_ends_the_run_before_it_began() -> None:
    engine = FakeEngine(["app"])
    engine.fail("events", EngineUnreachable("nobody there"))
    with pytest.raises(EngineUnreachable, match="nobody there"):
        Watch(engine).run(db_then_web())
    assert engine.called("create_container") == []


def test_a_crash_tells_its_story() -> None:
    engine = FakeEngine(["app"])
    engine.script("db", exits(137, log=("starting up\n", "out of luck\n"), oom_killed=True))
    result = Watch(engine).run(db_then_web())
    assert not result.ok
    (failure,) = result.failures
    assert failure.headline == "dependency failed to start: container p-db-1 exited (137)"
    assert (failure.service, failure.container, failure.exit_code) == ("db", "p-db-1", 137)
    assert failure.exit_meaning == "killed by SIGKILL, out of memory"
    assert failure.waited_by == (("web", "service_healthy"),)
    assert failure.log_tail == ("starting up", "out of luck")
    assert failure.command == "composer logs db"
    assert result.not_started == ("web",)
    assert result.left_running == ()


def test_a_refused_start_is_told_with_the_one_in_the_way() -> None:
    engine = FakeEngine(["app"])
    engine.fail("start", EngineRefused("Bind for 0.0.0.0:8080 failed: port is already allocated"), target="web")
    (failure,) = Watch(engine).run(Plan(tuple(service("web")))).failures
    assert failure.headline == "cannot start web-1: port 8080 is taken"
    assert failure.hint.startswith("port 8080 is used by another program")


def test_calls_run_side_by_side() -> None:
    engine = FakeEngine(["app"])
    gate = engine.hold("start", "a")
    other = engine.hold("start", "b")
    watch = Watch(engine)
    found: list[bool] = []

    def release() -> None:
        found.extend(one.reached.wait(10) for one in (gate, other))
        gate.release()
        other.release()

    threading.Thread(target=release, daemon=True).start()
    assert watch.run(Plan((*service("a"), *service("b")))).ok
    assert found == [True, True]


def test_ctrl_c_gives_up_waits_and_starts_nothing_new() -> None:
    engine = FakeEngine(["app"], auto=False)
    before = signal.getsignal(signal.SIGINT)
    watch = Watch(engine)
    watch.on_start("wait:db", lambda: os.kill(os.getpid(), signal.SIGINT))
    result = watch.run(db_then_web(), RunPolicy(eager=False))
    assert (result.ok, result.interrupted, result.failures) == (False, True, ())
    assert dict(result.outcomes)[StepId("start:web-1")] is StepOutcome.CANCELLED
    assert result.not_started == ("web",)
    assert result.left_running == ("p-db-1",)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_does_not_wait_for_the_engine() -> None:
    engine = FakeEngine(["app"])
    gate = engine.hold("start")
    watch = Watch(engine)

    def press_twice() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)

    watch.on_start("start:web-1", press_twice)
    result = watch.run(Plan(tuple(service("web"))), RunPolicy())
    gate.release()
    assert result.interrupted
    assert dict(result.outcomes)[StepId("start:web-1")] is StepOutcome.CANCELLED


def test_a_ctrl_c_after_the_last_step_is_not_lost() -> None:
    watch = Watch(FakeEngine(["app"]))

    def press_when_all_is_started(event: Event) -> None:
        if isinstance(event, StepFinished) and event.step.id == "start:web-1":
            os.kill(os.getpid(), signal.SIGINT)

    watch.bus.subscribe(press_when_all_is_started)
    result = watch.run(Plan(tuple(service("web"))), RunPolicy())
    assert dict(result.outcomes)[StepId("start:web-1")] is StepOutcome.SUCCEEDED
    assert (result.ok, result.interrupted, result.left_running) == (False, True, ("p-web-1",))


def test_a_pull_that_was_given_up_is_ended() -> None:
    engine = FakeEngine(registry=["big"])
    gate = engine.hold("pull")
    watch = Watch(engine)
    watch.on_start("pull:big", lambda: os.kill(os.getpid(), signal.SIGINT))
    result = watch.run(Plan((step(PullImage("big", None, ("web",)), "pull:big"),)), RunPolicy())
    gate.release()
    assert result.outcomes == (("pull:big", StepOutcome.CANCELLED),)


def test_a_wait_that_takes_too_long() -> None:
    engine = FakeEngine(["app"], auto=False)
    plan = db_then_web()
    steps = tuple(
        replace(one, action=replace(one.action, timeout=0.05)) if isinstance(one.action, WaitFor) else one
        for one in plan.steps
    )
    engine.script("db", Script(probes=(ProbeOutput(1, "not yet"),)))
    result = Watch(engine).run(Plan(steps))
    assert result.timed_out
    (failure,) = result.failures
    assert failure.headline == "db is not ready after 0.05s (starting)"
    assert failure.container == "p-db-1"


def test_a_removal_of_something_gone_is_a_success() -> None:
    engine = FakeEngine(["app"])
    Watch(engine).run(Plan(tuple(service("web"))))
    (found,) = engine.containers(project="p")
    engine.remove_container(found.id, volumes=False, force=True)
    plan = Plan((step(RemoveContainer(ReplicaId("web", 1), found.ref), "remove:web-1"),))
    watch = Watch(engine)
    assert watch.run(plan, replace(QUIET, keep_going=True)).ok
    assert watch.details() == {"remove:web-1": "was gone already"}


class Broken(FakeEngine):
    """An engine client with a defect."""

    def inspect_container(self, container: str) -> ContainerDetail:
        raise ZeroDivisionError

    def run_probe(self, container: str, probe: Healthprobe, *, user: str) -> ProbeOutput:
        raise ZeroDivisionError


def test_a_defect_in_a_worker_is_not_swallowed() -> None:
    engine = Broken(["app"], auto=False)
    with pytest.raises(ZeroDivisionError):
        Watch(engine).run(db_then_web())


def test_a_probe_that_the_engine_refuses_is_a_failed_probe() -> None:
    engine = FakeEngine(["app"], auto=False)
    engine.fail("run_probe", EngineRefused("no exec today"))
    engine.script("db", Script(probes=(ProbeOutput(0, "yes"),)))
    watch = Watch(engine)
    assert watch.run(db_then_web()).ok


def test_a_look_that_fails_is_made_again() -> None:
    engine = FakeEngine(["app"], auto=False)
    engine.fail("inspect_container", EngineRefused("busy"))
    engine.script("db", Script(probes=(ProbeOutput(0, "yes"),)))
    assert Watch(engine).run(db_then_web(), replace(QUIET, beat=0.05)).ok
