"""The scheduler under any interleaving of outcomes, events, deadlines and interrupts: hand clock, hand queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from composer.engine.port import ContainerDetail, EngineEvent, Healthprobe, ProbeOutput
from composer.errors import EngineRefused
from composer.events.types import StepFinished, StepOutcome, StepStarted
from composer.execute.board import kind_of
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
    StepErred,
    StepSucceeded,
    StreamLost,
    StreamResumed,
)
from composer.execute.policy import Kind, RunPolicy
from composer.execute.scheduler import Scheduler
from composer.model.dependency import Condition
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    PullImage,
    RemoveVolume,
    ReplicaId,
    StartContainer,
    StepId,
    StopContainer,
    WaitFor,
)
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Reason

WHY = Reason(Cause.REQUESTED)
LIMITS = {Kind.PULL: 1, Kind.STOP: 2, Kind.CALL: 3}
GOOD = (StepOutcome.SUCCEEDED, StepOutcome.WARNED)
CONDITIONS = (None, *Condition)


def _replica(index: int) -> ReplicaId:
    return ReplicaId(f"s{index}", 1)


def _container(index: int) -> ContainerRef:
    return ContainerRef(ContainerId(f"c{index}"), f"p-s{index}-1")


@st.composite
def _action(draw: st.DrawFn, index: int, started: list[int]) -> Action:
    kinds = ["pull", "start", "stop", "volume", *(["wait"] * 2 if started else [])]
    match draw(st.sampled_from(kinds)):
        case "pull":
            return PullImage(f"i{index}", None, (), optional=draw(st.booleans()))
        case "start":
            started.append(index)
            return StartContainer(_replica(index), _container(index))
        case "stop":
            return StopContainer(_replica(index), _container(index))
        case "wait":
            return WaitFor(
                service=f"w{index}",
                condition=draw(st.sampled_from(CONDITIONS)),
                replicas=tuple(_replica(number) for number in draw(st.lists(st.sampled_from(started), max_size=2))),
                required=draw(st.booleans()),
                timeout=draw(st.sampled_from((None, None, 3.0))),
            )
        case _:
            return RemoveVolume(f"v{index}")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    steps: list[Step] = []
    started: list[int] = []
    for index in range(draw(st.integers(0, 14))):
        action = draw(_action(index, started))
        earlier = [step.id for step in steps]
        chosen = draw(st.sets(st.sampled_from(earlier), max_size=3)) if earlier else set()
        loose = draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()
        always = not isinstance(action, WaitFor) and draw(st.integers(0, 5)) == 0
        step = Step(StepId(f"step-{index:02}"), action, WHY, frozenset(chosen - loose), frozenset(loose), always=always)
        steps.append(step)
    return Plan(tuple(draw(st.permutations(steps))))


@dataclass
class World:
    """Everything outside the scheduler, and the checks on what it asks for."""

    plan: Plan
    policy: RunPolicy
    now: float = 100.0
    calls: dict[StepId, Step] = field(default_factory=dict)
    looks: list[Inspect] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    wake: float | None = None
    began: set[StepId] = field(default_factory=set)
    told: list[StepId] = field(default_factory=list)
    outcomes: dict[StepId, StepOutcome] = field(default_factory=dict)
    finished: int = 0
    stopped: bool = False  # an interrupt came: nothing new may start
    given_up: bool = False

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(self.plan, self.policy)
        self.steps = {step.id: step for step in self.plan.steps}

    def begin(self) -> None:
        self.carry(self.scheduler.begin(self.now))

    def feed(self, message: Input) -> None:
        was_finished = self.finished
        commands = self.scheduler.on(message, self.now)
        assert not (was_finished and commands)
        self.carry(commands)

    def carry(self, commands: list[Command]) -> None:
        for command in commands:
            assert not self.finished, "a command after Finish"
            match command:
                case Begin(step):
                    self._check_begin(step)
                    self.calls[step.id] = step
                case Inspect():
                    assert command not in self.looks
                    self.looks.append(command)
                case Probe():
                    self.probes.append(command)
                    assert len(self.probes) <= self.policy.probes_at_once
                    assert len({probe.container for probe in self.probes}) == len(self.probes)
                case Arm(at):
                    self.wake = at
                case Emit(StepStarted(_, step)):
                    assert step.id not in self.began
                    self.began.add(step.id)
                case Emit(StepFinished(_, step, outcome)):
                    assert step.id not in self.outcomes, "a step ended twice"
                    self.outcomes[step.id] = outcome
                    assert outcome not in GOOD or step.id in self.began
                case Finish():
                    self.finished += 1
                case _:
                    pass

    def _check_begin(self, step: Step) -> None:
        assert not self.given_up
        assert not self.stopped or step.always, "a new step after an interrupt"
        assert all(before in self.outcomes for before in step.after | step.after_any)
        assert step.always or all(self.outcomes[before] in GOOD for before in step.after)
        failed = any(outcome is StepOutcome.FAILED for outcome in self.outcomes.values())
        assert step.always or self.policy.keep_going or not failed, "new work after a failure"
        busy = [call for call in self.calls if call not in self.outcomes]
        in_use = Counter(kind_of(self.steps[call].action) for call in (*busy, step.id))
        assert all(count <= LIMITS[kind] for kind, count in in_use.items() if kind is not None)

    def check_end(self) -> None:
        assert self.finished == 1
        assert self.outcomes.keys() == self.steps.keys()
        assert dict(self.scheduler.outcomes()) == self.outcomes
        roots = [root.step.id for root in self.scheduler.roots]
        assert sorted(roots) == sorted(step for step, out in self.outcomes.items() if out is StepOutcome.FAILED)
        for step, outcome in self.outcomes.items():
            spoilt = [self.outcomes[before] for before in self.steps[step].after]
            if outcome is StepOutcome.SKIPPED:
                assert any(before in (StepOutcome.FAILED, StepOutcome.SKIPPED) for before in spoilt)
            if outcome in GOOD and not self.steps[step].always:
                assert all(before in GOOD for before in spoilt)


def _detail(container: str, state: str, health: str, code: int) -> ContainerDetail:
    probe = Healthprobe(("CMD", "true")) if health else None
    return ContainerDetail(
        ContainerId(container), container, state, exit_code=code, health=health, healthprobe=probe, restart_policy="no"
    )


details = st.builds(
    _detail,
    container=st.just("c"),
    state=st.sampled_from(("running", "running", "exited", "restarting", "paused")),
    health=st.sampled_from(("", "starting", "healthy", "unhealthy")),
    code=st.sampled_from((0, 1)),
)
actions = st.sampled_from(("start", "die", "health_status", "pause", "unpause", "destroy", "oom", "create"))


def _random_turn(world: World, data: st.DataObject) -> None:
    turn = data.draw(st.integers(0, 11))
    match turn:
        case 0 | 1 | 2 | 3 if world.calls:
            step = data.draw(st.sampled_from(sorted(world.calls)))
            del world.calls[step]
            good = data.draw(st.integers(0, 4))
            warning = "careful" if good == 4 else ""
            world.feed(StepSucceeded(step, warning=warning) if good else StepErred(step, EngineRefused("no")))
        case 4 | 5 if world.looks:
            look = world.looks.pop(data.draw(st.integers(0, len(world.looks) - 1)))
            answer = data.draw(st.none() | details)
            failed = data.draw(st.integers(0, 5)) == 0
            world.feed(InspectFailed(look.container) if failed else Inspected(look.container, answer))
        case 6 if world.probes:
            probe = world.probes.pop(0)
            world.feed(Probed(probe.container, ProbeOutput(data.draw(st.sampled_from((0, 1, 1))), "")))
        case 7 | 8:
            container = ContainerId(f"c{data.draw(st.integers(0, 14))}")
            action = data.draw(actions)
            code = data.draw(st.sampled_from((0, 1))) if action == "die" else None
            health = data.draw(st.sampled_from(("healthy", "unhealthy"))) if action == "health_status" else ""
            world.feed(EngineSaid(EngineEvent(action, container, "name", health, code)))
        case 9:
            world.now += data.draw(st.sampled_from((0.01, 0.5, 4.0)))
            world.feed(DeadlinePassed())
        case 10 if data.draw(st.integers(0, 9)) == 0:
            world.feed(data.draw(st.sampled_from((StreamResumed(), StreamLost(EngineRefused("gone"))))))
        case 11 if data.draw(st.integers(0, 7)) == 0:
            world.given_up = world.stopped
            world.stopped = True
            world.feed(InterruptedBy(2 if world.given_up else 1))
        case _:
            pass


def _settle(world: World) -> None:
    """Every call comes back, every container turns out exited with 3: the run must come to an end."""
    for _ in range(200):
        if world.finished:
            return
        for step in list(world.calls):
            del world.calls[step]
            world.feed(StepSucceeded(step))
        for look in world.looks[:]:
            world.looks.remove(look)
            world.feed(Inspected(look.container, _detail(look.container, "exited", "", 3)))
        for probe in world.probes[:]:
            world.probes.remove(probe)
            world.feed(Probed(probe.container, ProbeOutput(1, "")))
        if world.wake is not None:
            world.now = max(world.now, world.wake)
        world.feed(DeadlinePassed())
    raise AssertionError("the run does not end")


@settings(max_examples=300, deadline=None)
@given(data=st.data(), plan=plans(), keep_going=st.booleans(), wait_timeout=st.sampled_from((None, None, 20.0)))
def test_any_interleaving(data: st.DataObject, plan: Plan, keep_going: bool, wait_timeout: float | None) -> None:
    world = World(plan, RunPolicy(keep_going=keep_going, wait_timeout=wait_timeout, limits=LIMITS))
    world.begin()
    for _ in range(data.draw(st.integers(0, 60))):
        if world.finished:
            break
        _random_turn(world, data)
    _settle(world)
    world.check_end()


@settings(max_examples=50, deadline=None)
@given(plan=plans())
def test_second_interrupt_ends_the_run_at_once(plan: Plan) -> None:
    world = World(plan, RunPolicy(limits=LIMITS))
    world.begin()
    if not world.finished:
        world.stopped = world.given_up = True
        world.feed(InterruptedBy(2))
    world.check_end()
