"""The live view's frames: the whole picture at chosen moments of a run."""

from __future__ import annotations

from composer.events.types import (
    ContainerChanged,
    Event,
    InterruptReceived,
    ProbeMade,
    RunFinished,
    RunResult,
    RunStarted,
    StepFinished,
    StepOutcome,
    StepProgress,
    StepStarted,
    Warned,
)
from composer.model.ai_model import AiModel
from composer.model.dependency import Condition
from composer.model.lifecycle import Provider
from composer.plan.actions import (
    PrepareModel,
    RemoveContainer,
    ReplicaId,
    RunProvider,
    StartContainer,
    StepId,
    StopContainer,
)
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, HoldKind, Reason
from composer.views.layout import layout
from composer.views.live import frame_text
from composer.views.state import ViewState
from tests.support.runs import (
    DB,
    FAILED,
    OPENING,
    SUCCESS,
    WEB1,
    creating,
    ended,
    held,
    ref,
    starting,
    step,
    waiting,
)


def frame(*events: Event, now: float, columns: int = 77, lines: int | None = None) -> str:
    """The frame after `events`, as text."""
    state = ViewState()
    for event in events:
        state.apply(event)
    return frame_text(layout(state, now=now, columns=columns, lines=lines), colour=False)


def until(events: tuple[Event, ...], at: float) -> list[Event]:
    return [event for event in events if event.at <= at]


def run_of(*steps: Step, verb: str = "up", order: tuple[str, ...] = ("db", "web")) -> RunStarted:
    return RunStarted(0.0, verb, "shop", Plan(steps, service_order=order))


def test_while_images_are_pulled_and_a_dependency_is_probed() -> None:
    assert (
        frame(*OPENING, now=0.8)
        == """\
⠇ db       probing 2/5  connection refused                               0.7s
✔ cache    running      unchanged
· migrate  waiting      for db: healthy (probing 2/5: connection refused)
⠇ web-1    pulling      1 of 3 layers, 12MB/40MB                         0.8s
⠇ web-2    pulling      1 of 3 layers, 12MB/40MB                         0.8s
· proxy    waiting      for web: started (pulling: 1 of 3 layers, 12MB/40MB)
up shop  1/6 ready  0.8s  · 1 network · 1 volume · 0/1 image
"""
    )


def test_a_recreate_has_its_reason_all_along() -> None:
    said = [frame(*until(OPENING, at), now=at).splitlines()[5] for at in (0.1, 0.3, 0.6)]
    assert said == [
        f"{spinner} proxy    recreating   its configuration changed: hash 1111 → 2222      {time}"
        for spinner, time in (("⠙", "0.0s"), ("⠸", "0.2s"), ("⠦", "0.5s"))
    ]


def test_a_job_that_must_complete() -> None:
    assert (
        frame(*until(SUCCESS, 1.6), now=1.6)
        == """\
✔ db       healthy      own probe                                        1.4s
✔ cache    running      unchanged
⠦ migrate  running      must complete                                    1.5s
· web-1    waiting      for migrate: completed (running: must complete)
· web-2    waiting      for migrate: completed (running: must complete)
· proxy    waiting      for web: started (waiting)
up shop  2/6 ready  1.6s  · 1 network · 1 volume · 1 image
"""
    )


def test_the_end_of_a_good_run() -> None:
    assert (
        frame(*SUCCESS, now=9.9)
        == """\
✔ db       healthy      own probe                                        1.4s
✔ cache    running      unchanged
✔ migrate  exited 0                                                      2.3s
✔ web-1    running                                                       2.6s
✔ web-2    running                                                       2.6s
✔ proxy    running                                                       2.7s
up shop  6/6 ready  2.8s  · 1 network · 1 volume · 1 image
"""
    )


def test_the_end_of_a_bad_run() -> None:
    assert (
        frame(*FAILED, now=9.9)
        == """\
✘ db       unhealthy    connection refused                               4.9s
✔ cache    running      unchanged
- migrate  not started  db is not healthy
- web-1    not started  db is not healthy
- web-2    not started  db is not healthy
- proxy    not started  db is not healthy
up shop  1/6 ready  5.0s  · 1 failed · 4 not started · 1 network · 1 volume …
"""
    )


def test_until_the_end_errors_stand_under_the_total() -> None:
    assert frame(*FAILED[:-1], Warned(5.0, "disk is nearly full"), now=5.0).splitlines()[-2:] == [
        "✘ db: healthy: dependency failed to start: container shop-db-1 is unhealthy",
        "! disk is nearly full",
    ]


def test_forty_columns() -> None:
    assert (
        frame(*OPENING, now=0.8, columns=40)
        == """\
⠇ db       probing 2/5 connecti…    0.7s
✔ cache    running unchanged
· migrate  waiting for db: healthy (pro…
⠇ web-1    pulling 1 of 3 layer…    0.8s
⠇ web-2    pulling 1 of 3 layer…    0.8s
· proxy    waiting for web: started (pu…
up shop  1/6 ready  0.8s  · 1 network ·…
"""
    )


def test_a_small_screen_shows_what_moves_and_counts_the_rest() -> None:
    assert (
        frame(*OPENING, now=0.8, lines=5)
        == """\
⠇ db       probing 2/5  connection refused                               0.7s
⠇ web-1    pulling      1 of 3 layers, 12MB/40MB                         0.8s
⠇ web-2    pulling      1 of 3 layers, 12MB/40MB                         0.8s
… 1 more done, 2 more waiting
up shop  1/6 ready  0.8s  · 1 network · 1 volume · 0/1 image
"""
    )


def test_one_line_is_the_total() -> None:
    assert frame(*OPENING, now=0.8, lines=1).startswith(("… ", "up shop"))


def test_a_failed_step_says_why() -> None:
    steps = creating(WEB1), starting(WEB1)
    failed = StepFinished(0.3, steps[1], StepOutcome.FAILED, "port 80 is taken\nby nginx")
    assert (
        frame(run_of(*steps), StepFinished(0.2, steps[0], StepOutcome.SUCCEEDED), failed, now=1.0)
        == """\
✘ web  failed       port 80 is taken by nginx
up shop  0/1 ready  1.0s  · 1 failed
✘ start container shop-web-1: port 80 is taken by nginx
"""
    )


def test_taking_down() -> None:
    asked = Reason(Cause.REQUESTED)
    stops = [step(f"stop:{r}", StopContainer(r, ref(f"shop-{r}")), asked) for r in (WEB1, DB)]
    gone = [step(f"remove:{r}", RemoveContainer(r, ref(f"shop-{r}")), asked) for r in (WEB1, DB)]
    events = [
        run_of(*stops, *gone, verb="down"),
        StepStarted(0.0, stops[0]),
        held(0.0, "stop:db-1", (HoldKind.STEP, "stop:web-1", "")),
        InterruptReceived(0.1, 1),
    ]
    assert (
        frame(*events, now=1.5)
        == """\
· db   waiting      for stop container shop-web-1
⠴ web  stopping                                                          1.5s
down shop  0/2 removed  1.5s  · stopping, press Ctrl+C again to kill
"""
    )
    done = [StepFinished(2.0, one, StepOutcome.SUCCEEDED) for one in (*stops, *gone)]
    assert (
        frame(*events, *done, RunFinished(2.0, RunResult(True)), now=3.0)
        == """\
✔ db   removed
✔ web  removed                                                           2.0s
down shop  2/2 removed  2.0s
"""
    )


def test_what_was_stopped_already_is_told_as_stopped() -> None:
    stop = step("stop:web-1", StopContainer(WEB1, ref("shop-web-1")), Reason(Cause.REQUESTED))
    plan = Plan((stop,), unchanged={DB: ref("shop-db-1")}, service_order=("db", "web"))
    events = [RunStarted(0.0, "stop", "shop", plan), StepFinished(0.5, stop, StepOutcome.SUCCEEDED)]
    assert (
        frame(*events, RunFinished(0.5, RunResult(True)), now=1.0)
        == """\
✔ db   stopped      unchanged
✔ web  stopped
stop shop  2/2 stopped  0.5s
"""
    )


def test_replicas_of_one_service_get_ready_one_by_one() -> None:
    one, two = ReplicaId("web", 1), ReplicaId("web", 2)
    wait = waiting("web", None, one, two)
    steps = [creating(one), creating(two), starting(one), starting(two)]
    events = [
        run_of(*steps, wait),
        *(StepFinished(0.1, made, StepOutcome.SUCCEEDED) for made in steps),
        StepStarted(0.1, wait),
        ContainerChanged(0.2, one, "shop-web-1", "running", "healthy"),
        ContainerChanged(0.2, two, "shop-web-2", "running", "starting"),
        StepProgress(0.2, StepId("wait:web"), "starting; 1 of 2 ready"),
        ProbeMade(0.3, two, True, 1, "", 3),
    ]
    assert (
        frame(*events, now=0.5)
        == """\
✔ web-1  healthy
⠴ web-2  probing 3    exit 1
up shop  1/2 ready  0.5s
"""
    )


def test_a_container_that_crashes_is_not_ready() -> None:
    steps = creating(WEB1), starting(WEB1)
    done = [StepFinished(0.1, made, StepOutcome.SUCCEEDED) for made in steps]
    crashed = ContainerChanged(0.2, WEB1, "shop-web-1", "exited", "", 139)
    assert frame(run_of(*steps), *done, crashed, now=0.5) == (
        "✘ web  exited 139\nup shop  0/1 ready  0.5s  · 1 failed\n"
    )


def test_a_step_that_waits_for_its_turn() -> None:
    steps = creating(WEB1), starting(WEB1)
    assert frame(run_of(*steps), held(0.0, "create:web-1", (HoldKind.LIMIT, "call", "")), now=0.5).startswith(
        "· web  waiting      for other calls to end\n"
    )


def test_what_a_program_says_stands_with_those_who_wait_for_it() -> None:
    asked = Reason(Cause.REQUESTED)
    model = Step(StepId("model:llm"), PrepareModel("llm", AiModel(model="ai/small"), ("web",)), asked)
    provider = Step(StepId("provider:db"), RunProvider("db", Provider(type="cloud"), "up", "shop"), asked)
    steps = creating(WEB1), starting(WEB1)
    waits = (HoldKind.STEP, "model:llm", ""), (HoldKind.STEP, "provider:db", "")
    events = [run_of(model, provider, *steps), held(0.0, "create:web-1", *waits)]
    assert frame(*events, now=0.5).startswith("· web  waiting      for model ai/small, provider cloud\n")
    events.append(StepProgress(0.2, model.id, "Pulling 1 of 2"))
    told = "· web  waiting      for model ai/small (Pulling 1 of 2), provider cloud\n"
    assert frame(*events, now=0.5).startswith(told)


def test_no_services_at_all() -> None:
    assert frame(run_of(order=()), now=0.0) == "up shop  0/0 ready  0.0s\n"
    assert frame(now=0.0) == "  0/0 done  0.0s\n"


def test_a_second_run_begins_afresh() -> None:
    assert frame(*FAILED, *SUCCESS, now=9.0) == frame(*SUCCESS, now=9.0)


def test_a_wait_without_a_health_check_ends_as_running() -> None:
    wait = waiting("db", Condition.HEALTHY, DB)
    met = StepFinished(0.4, wait, StepOutcome.SUCCEEDED, "running", 0.1)
    steps = creating(DB), starting(DB)
    done = [StepFinished(0.1, made, StepOutcome.SUCCEEDED) for made in steps]
    assert frame(run_of(*steps, wait), *done, met, now=0.5).startswith("✔ db  running\n")


def test_a_cancelled_pull_leaves_its_services_unstarted() -> None:
    cancelled = [ended(1.0, f"{word}:web-1", StepOutcome.CANCELLED) for word in ("create", "start")]
    rows = frame(*until(OPENING, 0.0), *cancelled, now=1.0).splitlines()
    assert rows[3] == "- web-1    not started  cancelled"


def test_a_job_that_fails_says_who_needed_it() -> None:
    job = ReplicaId("job", 1)
    wait = waiting("job", Condition.COMPLETED, job, needed_by=("web",))
    needing = step("start:web-1", StartContainer(WEB1, ref("shop-web-1")), after=("wait:job",))
    steps = creating(job), starting(job)
    run = frame(
        run_of(*steps, wait, needing, order=("job", "web")),
        *(StepFinished(0.1, made, StepOutcome.SUCCEEDED) for made in steps),
        StepStarted(0.1, wait),
        ContainerChanged(0.2, job, "shop-job-1", "exited", "", 3),
        StepFinished(0.2, wait, StepOutcome.FAILED, 'service "job" did not complete successfully: exit 3', 0.1),
        StepFinished(0.2, needing, StepOutcome.SKIPPED, "wait:job"),
        RunFinished(0.2, RunResult(False)),
        now=0.5,
    )
    assert run == (
        "✘ job  exited 3     needed by web\n"
        "- web  not started  job did not complete\n"
        "up shop  0/2 ready  0.2s  · 1 failed · 1 not started\n"
    )


def test_a_wait_that_was_given_up_leaves_the_service_unready() -> None:
    wait, steps = waiting("db", Condition.HEALTHY, DB), (creating(DB), starting(DB))
    run = frame(
        run_of(*steps, wait),
        *(StepFinished(0.1, made, StepOutcome.SUCCEEDED) for made in steps),
        ContainerChanged(0.1, DB, "shop-db-1", "running", "starting"),
        StepFinished(0.2, wait, StepOutcome.CANCELLED),
        now=0.5,
    )
    assert run == "· db  running      not healthy yet\nup shop  0/1 ready  0.5s\n"
