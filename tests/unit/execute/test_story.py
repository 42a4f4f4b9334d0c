from __future__ import annotations

from dataclasses import replace

from composer.engine.fake import FakeEngine
from composer.engine.port import ContainerDetail, Healthprobe, ProbeOutput
from composer.errors import EngineRefused, StepFailed
from composer.events.types import Failure, StepOutcome
from composer.execute.facts import ContainerFacts
from composer.execute.scheduler import RootFailure
from composer.execute.story import Evidence, distinct, headline, not_started, tell, tell_failures, waited_by
from composer.model.dependency import Condition
from composer.model.network import Network
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.actions import (
    Action,
    ContainerId,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
    PullImage,
    RemoveVolume,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    WaitFor,
)
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Reason

DB = ReplicaId("db", 1)
WAIT = WaitFor("db", Condition.HEALTHY, (DB,), needed_by=("web", "api"))
DETAIL = ContainerDetail(ContainerId("c1"), "p-db-1", "running", health="unhealthy", healthprobe=Healthprobe(("CMD",)))


def step(name: str, action: Action, *after: str) -> Step:
    return Step(StepId(name), action, Reason(Cause.MISSING), frozenset(map(StepId, after)))


def start(service: str, *after: str) -> Step:
    return step(f"start:{service}", StartContainer(ReplicaId(service, 1)), *after)


def facts(**more: object) -> ContainerFacts:
    found = ContainerFacts(ContainerId("c1"), "p-db-1", DB, state="running")
    for name, value in more.items():
        setattr(found, name, value)
    return found


PLAN = Plan((start("db"), step("wait:db", WAIT, "start:db"), start("web", "wait:db"), start("side", "start:db")))


def test_an_unhealthy_dependency() -> None:
    log = tuple(ProbeOutput(1, f"try {number}\n", f"t{number}") for number in range(5))
    root = RootFailure(PLAN.steps[1], StepFailed("dependency failed to start: container p-db-1 is unhealthy"), facts())
    evidence = Evidence(replace(DETAIL, health_log=log), ("one", "two"))
    assert tell(root, PLAN, evidence) == Failure(
        step=StepId("wait:db"),
        service="db",
        container="p-db-1",
        headline="dependency failed to start: container p-db-1 is unhealthy",
        waited_by=(("web", "service_healthy"), ("api", "service_healthy"), ("side", "service_started")),
        probes=((1, "try 2"), (1, "try 3"), (1, "try 4")),
        log_tail=("one", "two"),
        command="composer logs db",
    )


def test_own_probes_are_shown_where_the_engine_made_none() -> None:
    root = RootFailure(PLAN.steps[1], StepFailed("late"), facts(own_probes=[ProbeOutput(7, " refused ")]))
    assert tell(root, PLAN, Evidence(DETAIL)).probes == ((7, "refused"),)


def test_an_exit_is_decoded_and_memory_gets_a_hint() -> None:
    root = RootFailure(PLAN.steps[1], StepFailed("exited"), facts(state="exited", exit_code=137, oom_killed=True))
    failure = tell(root, PLAN, Evidence())
    assert (failure.exit_code, failure.exit_meaning) == (137, "killed by SIGKILL, out of memory")
    assert failure.hint == "raise the service's memory limit, or let the program use less"


def test_the_inspection_knows_the_exit_better() -> None:
    root = RootFailure(PLAN.steps[1], StepFailed("exited"), facts(state="exited", exit_code=None))
    assert (
        tell(root, PLAN, Evidence(replace(DETAIL, state="exited", exit_code=127))).exit_meaning == "command not found"
    )


def test_a_missing_healthcheck_gets_a_hint() -> None:
    root = RootFailure(PLAN.steps[1], StepFailed("container p-db-1 has no healthcheck configured"), facts())
    assert tell(root, PLAN, Evidence()).hint == ("give db a healthcheck, or wait for it with condition service_started")


def test_the_errors_own_hint_counts_first() -> None:
    root = RootFailure(start("db"), EngineRefused("no", hint="do this"), None)
    assert tell(root, PLAN, Evidence()).hint == "do this"


def test_headlines() -> None:
    spec = ReplicaSpec(DB, Service(name="db"), "p-db-1", "i", "h")
    actions: list[Action] = [
        PullImage("postgres", None, ("db",)),
        CreateContainer(spec),
        StartContainer(DB),
        CreateNetwork("default", Network(name="p_default"), {}),
        CreateVolume("data", Volume(name="p_data"), {}),
        RemoveVolume("v"),
    ]
    assert [headline(action, "no") for action in actions] == [
        "cannot pull postgres: no",
        "cannot create container p-db-1: no",
        "cannot start db-1: no",
        "cannot create network p_default: no",
        "cannot create volume p_data: no",
        "no",
    ]


def test_who_waits_for_nobody() -> None:
    assert waited_by(PLAN, "web") == ()
    assert waited_by(PLAN, "") == ()


def test_several_waits_for_one_container_are_one_cause() -> None:
    first = RootFailure(PLAN.steps[1], StepFailed("a"), facts())
    again = RootFailure(step("wait:db:up", replace(WAIT, condition=None)), StepFailed("b"), facts())
    other = RootFailure(start("web"), EngineRefused("c"))
    assert distinct([first, again, other]) == [first, other]


def test_services_held_back() -> None:
    outcomes = [
        (StepId("start:db"), StepOutcome.SUCCEEDED),
        (StepId("wait:db"), StepOutcome.FAILED),
        (StepId("start:web"), StepOutcome.SKIPPED),
        (StepId("start:side"), StepOutcome.CANCELLED),
    ]
    assert not_started(PLAN, outcomes, ["db"]) == ("web", "side")


def test_evidence_that_cannot_be_had_is_left_out() -> None:
    roots = [RootFailure(PLAN.steps[1], StepFailed("a"), facts()), RootFailure(start("web"), EngineRefused("b"))]
    first, second = tell_failures(roots, PLAN, FakeEngine())
    assert (first.log_tail, first.probes, first.command) == ((), (), "")
    assert second.container == ""
