"""What the scheduler asks for, step by step, on a hand clock. Random interleavings: tests/property."""

from __future__ import annotations

from dataclasses import replace

from composer.engine.port import ContainerDetail, EngineEvent, Healthprobe, ProbeOutput
from composer.errors import EngineRefused, WaitTimeout
from composer.events.types import (
    ContainerChanged,
    InterruptReceived,
    ProbeMade,
    StepFinished,
    StepHeld,
    StepProgress,
    StepStarted,
)
from composer.execute.commands import (
    Arm,
    Begin,
    Command,
    DeadlinePassed,
    Emit,
    EngineSaid,
    Finish,
    Input,
    Inspect,
    Inspected,
    InspectFailed,
    InterruptedBy,
    Probe,
    Probed,
    Progressed,
    StepErred,
    StepSucceeded,
    StreamLost,
    StreamResumed,
)
from composer.execute.policy import RunPolicy
from composer.execute.scheduler import Scheduler
from composer.model.dependency import Condition
from composer.model.service import Service
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    CreateContainer,
    PullImage,
    RemoveContainer,
    RenameContainer,
    ReplicaId,
    ReplicaSpec,
    StartContainer,
    StepId,
    StopContainer,
    WaitFor,
)
from composer.plan.observed import ObservedContainer, ObservedState
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Reason

DB, WEB = ReplicaId("db", 1), ReplicaId("web", 1)
C1 = ContainerId("c1")
C1_REF = ContainerRef(C1, "p-db-1")
PROBE = Healthprobe(("CMD", "true"), interval=30.0, retries=3)
STARTING = ContainerDetail(C1, "p-db-1", "running", health="starting", healthprobe=PROBE, user="app")


def step(name: str, action: Action, after: str = "", *, always: bool = False) -> Step:
    before = frozenset(StepId(one) for one in after.split())
    return Step(StepId(name), action, Reason(Cause.REQUESTED), before, always=always)


def wait_for_db(**more: object) -> WaitFor:
    return replace(WaitFor("db", Condition.HEALTHY, (DB,), needed_by=("web",)), **more)  # type: ignore[arg-type]


def chain(**wait: object) -> tuple[Step, ...]:
    """db (container c1) is started, web (container c2) once it is healthy."""
    return (
        step("start:db-1", StartContainer(DB, C1_REF)),
        step("wait:db", wait_for_db(**wait), "start:db-1"),
        step("start:web-1", StartContainer(WEB, ContainerRef(ContainerId("c2"), "p-web-1")), "wait:db"),
    )


class Run:
    """A scheduler with a hand clock; what it says comes as short lines."""

    def __init__(self, *steps: Step, policy: RunPolicy | None = None, observed: ObservedState | None = None) -> None:
        self.scheduler = Scheduler(Plan(steps), policy or RunPolicy(), observed)
        self.now = 10.0

    def begin(self) -> list[str]:
        return lines(self.scheduler.begin(self.now))

    def feed(self, *messages: Input, at: float = 0.0) -> list[str]:
        self.now = 10.0 + at if at else self.now
        return [line for message in messages for line in lines(self.scheduler.on(message, self.now))]


def lines(commands: list[Command]) -> list[str]:
    return [line for line in map(_line, commands) if line]


def _line(command: Command) -> str:
    match command:
        case Begin(begun, container):
            return f"begin {begun.id}" + (f" on {container}" if container else "")
        case Inspect(container):
            return f"inspect {container}"
        case Probe(container):
            return f"probe {container}"
        case Arm(at):
            return f"wake {'never' if at is None else f'at {at - 10:g}'}"
        case Finish():
            return "finish"
        case Emit(StepStarted(_, begun)):
            return f"{begun.id} started"
        case Emit(StepFinished(_, ended, outcome, detail)):
            return f"{ended.id} {outcome}: {detail}".rstrip(": ")
        case Emit(StepProgress(_, running, text)):
            return f"{running}: {text}"
        case Emit(ContainerChanged(_, replica, _, state, health, code)):
            return " ".join(str(part) for part in (replica, state, health, code) if part not in ("", None))
        case Emit(ProbeMade(_, replica, own, code, output, count)):
            return f"{replica} {'own' if own else 'engine'} probe {count}: {code} {output}".rstrip()
        case Emit(InterruptReceived(_, count)):
            return f"interrupt {count}"
        case Emit(StepHeld()):
            return ""  # see test_board
        case _:
            raise AssertionError(command)


def said(action: str, *, health: str = "", code: int | None = None, container: str = "c1") -> EngineSaid:
    return EngineSaid(EngineEvent(action, ContainerId(container), "p-db-1", health, code))


def done(name: str, **more: object) -> StepSucceeded:
    return StepSucceeded(StepId(name), **more)  # type: ignore[arg-type]


def waiting(**wait: object) -> Run:
    """db is running and `starting`; somebody waits for it; an own probe is under way."""
    run = Run(*chain(**wait))
    run.begin()
    run.feed(done("start:db-1"), said("start"), Inspected(C1, STARTING))
    return run


# ---- the good way ----------------------------------------------------------------------------------
def test_from_start_over_an_own_probe_to_the_next_start() -> None:
    run = Run(*chain())
    assert run.begin() == ["start:db-1 started", "begin start:db-1 on c1"]
    assert run.feed(done("start:db-1", detail="started"), at=1) == [
        "db-1 running",
        "start:db-1 succeeded: started",
        "wait:db started",
        "wait:db: starting",
        "inspect c1",
        "wake at 6",
    ]
    assert run.feed(said("start")) == []
    assert run.feed(Inspected(C1, STARTING)) == ["db-1 running starting", "probe c1"]
    assert run.feed(Probed(C1, ProbeOutput(1, "refused")), at=1.5) == ["db-1 own probe 1: 1 refused", "wake at 3"]
    assert run.feed(DeadlinePassed(), at=3) == ["probe c1", "wake at 6"]
    assert run.feed(Probed(C1, ProbeOutput(0, "ready")), at=3.1) == [
        "db-1 own probe 2: 0 ready",
        "db-1 running healthy",
        "wait:db succeeded: healthy (own probe)",
        "start:web-1 started",
        "begin start:web-1 on c2",
        "wake never",
    ]
    assert run.feed(done("start:web-1")) == ["web-1 running", "start:web-1 succeeded", "finish"]
    assert run.feed(said("die", code=1)) == []


def test_the_engine_may_be_quicker_than_the_own_probe() -> None:
    assert waiting().feed(said("health_status", health="healthy"))[:3] == [
        "db-1 running healthy",
        "wait:db succeeded: healthy (engine)",
        "start:web-1 started",
    ]


def test_without_eager_readiness_only_the_engine_decides() -> None:
    run = Run(*chain(), policy=RunPolicy(eager=False))
    run.begin()
    assert "probe c1" not in run.feed(done("start:db-1"), said("start"), Inspected(C1, STARTING))
    assert "wait:db succeeded: healthy (engine)" in run.feed(said("health_status", health="healthy"))


NO_CHECK = ContainerDetail(C1, "p-db-1", "running")


def waiting_for_one_without_a_check() -> Run:
    """db (container c1) is started, runs, and has no check."""
    run = Run(
        step("start:db-1", StartContainer(DB, C1_REF)), step("wait:db", wait_for_db(condition=None), "start:db-1")
    )
    run.begin()
    run.feed(done("start:db-1"), said("start"))
    return run


def test_running_is_ready_only_after_a_while() -> None:
    run = waiting_for_one_without_a_check()
    assert run.feed(Inspected(C1, NO_CHECK)) == ["wait:db: running"]
    assert run.feed(DeadlinePassed(), at=0.4) == []
    assert run.feed(DeadlinePassed(), at=0.5) == ["wait:db succeeded: running", "finish"]


def test_one_that_ends_at_once_never_was_ready() -> None:
    run = waiting_for_one_without_a_check()
    run.feed(Inspected(C1, NO_CHECK))
    run.feed(said("die"), at=0.2)
    ended = replace(NO_CHECK, state="exited", exit_code=1)
    assert "wait:db failed" in "; ".join(run.feed(Inspected(C1, ended), at=0.3))


def test_one_that_ran_before_is_ready() -> None:
    db = ObservedContainer(C1, "p-db-1", "db", 1, "running")
    run = Run(step("wait:db", wait_for_db(condition=None)), observed=ObservedState("p", (db,)))
    assert run.begin() == ["wait:db started", "wait:db succeeded: running", "finish"]


def test_the_start_event_alone_is_enough_to_look_at_the_container() -> None:
    run = Run(*chain())
    run.begin()
    assert run.feed(said("start")) == ["db-1 running", "inspect c1"]


def test_what_the_snapshot_says_needs_no_call() -> None:
    db = ObservedContainer(C1, "p-db-1", "db", 1, "running", health="healthy")
    run = Run(step("wait:db", wait_for_db()), observed=ObservedState("p", (db,)))
    assert run.begin() == ["wait:db started", "wait:db succeeded: healthy (engine)", "finish"]


def test_a_created_container_is_known_to_later_steps() -> None:
    spec = ReplicaSpec(DB, Service(name="db"), "p-db-1", "i", "h")
    create = CreateContainer(spec, replaces=ContainerRef(ContainerId("old4567890123"), "p-db-1"))
    run = Run(
        step("create", create),
        step("remove", RemoveContainer(DB, ContainerRef(ContainerId("old4567890123"), "p-db-1")), "create"),
        step("rename", RenameContainer(DB, "p-db-1"), "remove"),
        step("start", StartContainer(DB), "rename"),
    )
    run.begin()
    run.feed(done("create", container=C1))
    made = run.scheduler.roster.of(DB)
    assert made is not None
    assert made.name == "old456789012_p-db-1"
    assert run.feed(done("remove"))[-1] == "begin rename on c1"
    assert run.feed(done("rename"))[-1] == "begin start on c1"
    assert run.feed(done("start")) == ["db-1 running", "start succeeded", "finish"]
    assert run.scheduler.roster.names_up() == ("p-db-1",)


def test_stop_and_remove_are_known_without_events() -> None:
    db = ObservedContainer(C1, "p-db-1", "db", 1, "running")
    steps = step("stop", StopContainer(DB, C1_REF)), step("remove", RemoveContainer(DB, C1_REF), "stop")
    run = Run(*steps, observed=ObservedState("p", (db,)))
    run.begin()
    assert run.feed(done("stop"))[0] == "db-1 exited"
    assert run.feed(done("remove"))[0] == "db-1 gone"


# ---- bad news ----------------------------------------------------------------------------------------
def test_an_exit_is_looked_at_before_it_spoils_the_wait() -> None:
    run = waiting()
    assert run.feed(said("die", code=1)) == ["db-1 exited 1", "wait:db: exited 1", "inspect c1"]
    assert run.feed(Inspected(C1, replace(STARTING, state="exited", exit_code=1, health=""))) == [
        "wait:db failed: dependency failed to start: container p-db-1 exited (1)",
        "start:web-1 skipped: wait:db",
        "finish",
    ]
    (root,) = run.scheduler.roots
    assert root.container is run.scheduler.roster.get("c1")


def test_a_crash_with_a_restart_due_is_not_the_end() -> None:
    run = waiting()
    again = replace(STARTING, state="restarting", restarting=True, exit_code=1, restart_policy="always", health="")
    assert run.feed(said("die", code=1), Inspected(C1, again))[-1] == "wait:db: restarting after exit 1"
    assert run.feed(said("start")) == ["db-1 running starting", "wait:db: starting", "inspect c1"]
    assert "wait:db succeeded: healthy (engine)" in run.feed(said("health_status", health="healthy"))


def test_unhealthy_is_looked_at_too() -> None:
    run = waiting()
    assert run.feed(said("health_status", health="unhealthy")) == [
        "db-1 running unhealthy",
        "wait:db: unhealthy",
        "inspect c1",
    ]
    found = replace(STARTING, health="unhealthy", health_log=(ProbeOutput(1, "no", "t1"),))
    assert run.feed(Inspected(C1, found))[:2] == [
        "db-1 engine probe 1: 1 no",
        "wait:db failed: dependency failed to start: container p-db-1 is unhealthy",
    ]


def test_an_optional_dependency_only_warns() -> None:
    run = waiting(required=False)
    run.feed(said("die", code=1))
    assert run.feed(Inspected(C1, replace(STARTING, state="exited", exit_code=1)))[:2] == [
        'wait:db warned: optional dependency "db" failed to start: container p-db-1 exited (1)',
        "start:web-1 started",
    ]


def test_an_optional_job_that_fails_only_warns() -> None:
    run = waiting(required=False, condition=Condition.COMPLETED)
    run.feed(said("die", code=3))
    assert run.feed(Inspected(C1, replace(STARTING, state="exited", exit_code=3)))[0] == (
        'wait:db warned: optional dependency "db" didn\'t complete successfully: exit 3'
    )


def test_a_container_that_vanished() -> None:
    assert waiting().feed(Inspected(C1, None))[:2] == [
        "db-1 gone",
        "wait:db failed: dependency failed to start: container p-db-1 is gone",
    ]


def test_a_job_is_complete_at_its_event() -> None:
    assert waiting(condition=Condition.COMPLETED).feed(said("die", code=0))[:2] == [
        "db-1 exited 0",
        "wait:db succeeded: exited 0",
    ]


# ---- failure policy ------------------------------------------------------------------------------------
def independent() -> tuple[Step, ...]:
    return (
        step("pull:a", PullImage("a", None, ("a",))),
        step("pull:b", PullImage("b", None, ("b",))),
        step("stop:db-1", StopContainer(DB, C1_REF)),
        step("start:db-1", StartContainer(DB, C1_REF), "stop:db-1"),
        step("clean", RemoveContainer(WEB, ContainerRef(ContainerId("x"), "x")), "start:db-1", always=True),
    )


def test_a_failure_stops_new_work_gives_up_pulls_and_lets_calls_finish() -> None:
    run = Run(*independent())
    run.begin()
    assert run.feed(StepErred(StepId("pull:a"), EngineRefused("no such image"))) == [
        "pull:a failed: no such image",
        "start:db-1 cancelled",
        "pull:b cancelled",
        "clean started",
        "begin clean on x",
    ]
    assert run.feed(done("pull:b")) == []
    assert run.feed(done("stop:db-1"), done("clean")) == ["stop:db-1 succeeded", "clean succeeded", "finish"]


def test_keep_going_skips_only_what_depends_on_the_failure() -> None:
    run = Run(*independent(), policy=RunPolicy(keep_going=True))
    run.begin()
    assert run.feed(StepErred(StepId("pull:a"), EngineRefused("no"))) == ["pull:a failed: no"]
    assert "begin start:db-1 on c1" in run.feed(done("stop:db-1"))


def test_an_optional_pull_only_warns() -> None:
    run = Run(step("pull:a", PullImage("a", None, ("a",), optional=True)))
    run.begin()
    assert run.feed(StepErred(StepId("pull:a"), EngineRefused("no"))) == ["pull:a warned: no", "finish"]


def test_waits_that_fail_together_are_all_root_causes() -> None:
    steps = chain()
    other = replace(steps[1], id=StepId("wait:db:up"), action=wait_for_db(condition=None))
    run = Run(*steps, other)
    run.begin()
    run.feed(done("start:db-1"), said("start"), said("die", code=1))
    run.feed(Inspected(C1, replace(STARTING, state="exited", exit_code=1)))  # overtaken by the die
    run.feed(Inspected(C1, replace(STARTING, state="exited", exit_code=1)))
    assert [root.step.id for root in run.scheduler.roots] == ["wait:db", "wait:db:up"]


def test_progress_of_a_pull_is_passed_on_while_it_runs() -> None:
    run = Run(step("pull:a", PullImage("a", None, ("a",))))
    run.begin()
    assert run.feed(Progressed(StepId("pull:a"), "1 of 2 layers")) == ["pull:a: 1 of 2 layers"]
    run.feed(done("pull:a"))
    assert run.feed(Progressed(StepId("pull:a"), "late")) == []


# ---- interrupts ------------------------------------------------------------------------------------------
def test_first_interrupt_lets_calls_finish_and_runs_clean_up() -> None:
    run = Run(*independent())
    run.begin()
    assert run.feed(InterruptedBy(1)) == [
        "interrupt 1",
        "start:db-1 cancelled",
        "pull:a cancelled",
        "pull:b cancelled",
        "clean started",
        "begin clean on x",
    ]
    assert run.feed(done("stop:db-1"), done("clean"))[-1] == "finish"
    assert run.scheduler.interrupted
    assert run.scheduler.roots == []


def test_an_interrupted_wait_is_cancelled() -> None:
    assert waiting().feed(InterruptedBy(1)) == [
        "interrupt 1",
        "start:web-1 cancelled",
        "wait:db cancelled",
        "finish",
    ]


def test_second_interrupt_ends_at_once() -> None:
    run = Run(*independent())
    run.begin()
    run.feed(InterruptedBy(1))
    assert run.feed(InterruptedBy(2)) == ["interrupt 2", "stop:db-1 cancelled", "clean cancelled", "finish"]


def test_an_impatient_run_ends_at_the_first() -> None:
    run = Run(*independent(), policy=RunPolicy(impatient=True))
    run.begin()
    assert run.feed(InterruptedBy(1))[-1] == "finish"


# ---- time -----------------------------------------------------------------------------------------------
def test_a_wait_has_its_own_deadline() -> None:
    run = waiting(timeout=2.5)
    assert run.feed(DeadlinePassed(), at=2.5) == [
        "wait:db failed: db is not ready after 2.5s (starting)",
        "start:web-1 skipped: wait:db",
        "finish",
    ]
    assert run.scheduler.timed_out
    (root,) = run.scheduler.roots
    assert isinstance(root.error, WaitTimeout)
    assert root.container is run.scheduler.roster.get("c1")


def test_an_optional_wait_that_takes_too_long_only_warns() -> None:
    run = waiting(timeout=2.5, required=False)
    assert run.feed(DeadlinePassed(), at=2.5)[:2] == [
        "wait:db warned: db is not ready after 2.5s (starting)",
        "start:web-1 started",
    ]
    assert not run.scheduler.timed_out


def test_the_whole_run_has_a_deadline() -> None:
    run = Run(*chain(), step("pull:a", PullImage("a", None, ("a",))), policy=RunPolicy(wait_timeout=20))
    assert run.begin()[-1] == "wake at 20"
    run.feed(done("start:db-1"))
    assert run.feed(DeadlinePassed(), at=20) == [
        "wait:db failed: db is not ready after 20s (starting)",
        "start:web-1 skipped: wait:db",
        "pull:a cancelled",
        "finish",
    ]
    assert run.scheduler.timed_out


def test_a_slow_beat_looks_again_in_case_an_event_was_lost() -> None:
    run = waiting()
    run.feed(Probed(C1, ProbeOutput(1, "")), at=1)
    assert "inspect c1" in run.feed(DeadlinePassed(), at=5)
    assert "wait:db succeeded: healthy (engine)" in run.feed(Inspected(C1, replace(STARTING, health="healthy")))


def test_a_failed_look_is_repeated_at_the_next_beat() -> None:
    run = waiting()
    run.feed(DeadlinePassed(), at=5)
    assert "inspect c1" not in run.feed(InspectFailed(C1))
    assert "inspect c1" in run.feed(DeadlinePassed(), at=10)


# ---- the event stream -------------------------------------------------------------------------------------
def test_after_a_reconnect_everything_waited_for_is_looked_at() -> None:
    assert waiting().feed(StreamResumed()) == ["inspect c1"]


def test_a_look_under_way_at_the_reconnect_is_repeated() -> None:
    run = Run(*chain())
    run.begin()
    run.feed(done("start:db-1"))
    assert run.feed(StreamResumed()) == []
    assert "inspect c1" in run.feed(Inspected(C1, STARTING))


def test_without_events_waits_fail() -> None:
    assert waiting().feed(StreamLost(EngineRefused("the engine is gone")))[0] == "wait:db failed: the engine is gone"
