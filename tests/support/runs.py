"""A run for the views: a plan of a small stack and the events that a run of it gives.

`db` with a health check, `migrate` that must complete, `web` twice, `proxy` in front, `cache` unchanged.
"""

from __future__ import annotations

from composer.events.types import (
    ContainerChanged,
    Event,
    Failure,
    ProbeMade,
    RunFinished,
    RunResult,
    RunStarted,
    StepFinished,
    StepHeld,
    StepOutcome,
    StepProgress,
    StepStarted,
)
from composer.model.dependency import Condition
from composer.model.network import Network
from composer.model.service import Service
from composer.model.volume import Volume
from composer.plan.actions import (
    Action,
    ContainerId,
    ContainerRef,
    CreateContainer,
    CreateNetwork,
    CreateVolume,
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
from composer.plan.plan import Plan, Step
from composer.plan.reasons import Cause, Hold, HoldKind, Reason

DB, MIGRATE = ReplicaId("db", 1), ReplicaId("migrate", 1)
WEB1, WEB2, PROXY = ReplicaId("web", 1), ReplicaId("web", 2), ReplicaId("proxy", 1)
CACHE = ReplicaId("cache", 1)
ORDER = ("db", "cache", "migrate", "web", "proxy")
MISSING = Reason(Cause.MISSING)


def ref(name: str) -> ContainerRef:
    return ContainerRef(ContainerId(f"{name}-id"), name)


def step(name: str, action: Action, reason: Reason = MISSING, after: tuple[str, ...] = ()) -> Step:
    return Step(StepId(name), action, reason, frozenset(map(StepId, after)))


def spec(replica: ReplicaId) -> ReplicaSpec:
    service = Service(name=replica.service, image=f"{replica.service}:1")
    return ReplicaSpec(replica, service, f"shop-{replica}", f"{replica.service}:1", "hash")


def creating(replica: ReplicaId, *after: str) -> Step:
    return step(f"create:{replica}", CreateContainer(spec(replica)), after=after)


def starting(replica: ReplicaId, *after: str) -> Step:
    return step(f"start:{replica}", StartContainer(replica), after=(f"create:{replica}", *after))


def waiting(service: str, condition: Condition | None, *replicas: ReplicaId, needed_by: tuple[str, ...] = ()) -> Step:
    reason = (
        Reason(Cause.DEPENDED_ON, f"needed by {', '.join(needed_by)}") if needed_by else Reason(Cause.WAIT_REQUESTED)
    )
    action = WaitFor(service, condition, replicas, needed_by=needed_by)
    return step(f"wait:{service}", action, reason, after=tuple(f"start:{replica}" for replica in replicas))


STEPS: dict[str, Step] = {
    made.id: made
    for made in (
        step("network:default", CreateNetwork("default", Network(name="shop_default"), {})),
        step("volume:data", CreateVolume("data", Volume(name="shop_data"), {})),
        step("pull:web:1", PullImage("web:1", None, ("web",)), Reason(Cause.IMAGE_MISSING)),
        creating(DB, "network:default", "volume:data"),
        creating(MIGRATE, "network:default"),
        creating(WEB1, "network:default", "pull:web:1"),
        creating(WEB2, "network:default", "pull:web:1"),
        step(
            "create:proxy-1",
            CreateContainer(spec(PROXY), replaces=ref("shop-proxy-1")),
            Reason(Cause.CONFIG_CHANGED, "hash 1111 → 2222"),
            after=("network:default",),
        ),
        step("stop:proxy-1", StopContainer(PROXY, ref("shop-proxy-1")), Reason(Cause.REPLACED), ("create:proxy-1",)),
        step("remove:proxy-1", RemoveContainer(PROXY, ref("shop-proxy-1")), Reason(Cause.REPLACED), ("stop:proxy-1",)),
        step("rename:proxy-1", RenameContainer(PROXY, "shop-proxy-1"), Reason(Cause.REPLACED), ("remove:proxy-1",)),
        starting(DB),
        waiting("db", Condition.HEALTHY, DB, needed_by=("migrate", "web")),
        starting(MIGRATE, "wait:db"),
        waiting("migrate", Condition.COMPLETED, MIGRATE, needed_by=("web",)),
        starting(WEB1, "wait:db", "wait:migrate"),
        starting(WEB2, "wait:db", "wait:migrate"),
        step(
            "start:proxy-1",
            StartContainer(PROXY),
            Reason(Cause.CONFIG_CHANGED, "hash 1111 → 2222"),
            after=("rename:proxy-1", "start:web-1", "start:web-2"),
        ),
    )
}
PLAN = Plan(tuple(STEPS.values()), {CACHE: ref("shop-cache-1")}, (), ORDER)


def began(at: float, name: str) -> StepStarted:
    return StepStarted(at, STEPS[name])


def ended(
    at: float, name: str, outcome: StepOutcome = StepOutcome.SUCCEEDED, detail: str = "", duration: float = 0.1
) -> StepFinished:
    return StepFinished(at, STEPS[name], outcome, detail, duration)


def held(at: float, name: str, *holds: tuple[HoldKind, str, str]) -> StepHeld:
    return StepHeld(at, StepId(name), tuple(Hold(*hold) for hold in holds))


OPENING: tuple[Event, ...] = (
    RunStarted(0.0, "up", "shop", PLAN),
    began(0.0, "network:default"),
    began(0.0, "volume:data"),
    began(0.0, "pull:web:1"),
    held(0.0, "create:web-1", (HoldKind.STEP, "network:default", ""), (HoldKind.STEP, "pull:web:1", "")),
    held(
        0.0, "start:migrate-1", (HoldKind.STEP, "create:migrate-1", ""), (HoldKind.CONDITION, "db", "service_healthy")
    ),
    ended(0.1, "network:default"),
    ended(0.1, "volume:data"),
    began(0.1, "create:db-1"),
    began(0.1, "create:migrate-1"),
    began(0.1, "create:proxy-1"),
    StepProgress(0.3, StepId("pull:web:1"), "1 of 3 layers", 12_000_000, 40_000_000),
    ended(0.3, "create:db-1"),
    began(0.3, "start:db-1"),
    ended(0.3, "create:migrate-1"),
    held(0.3, "start:migrate-1", (HoldKind.CONDITION, "db", "service_healthy")),
    ended(0.3, "create:proxy-1"),
    began(0.3, "stop:proxy-1"),
    ended(0.5, "start:db-1"),
    began(0.5, "wait:db"),
    ContainerChanged(0.5, DB, "shop-db-1", "running", "starting"),
    StepProgress(0.5, StepId("wait:db"), "starting"),
    ended(0.6, "stop:proxy-1"),
    began(0.6, "remove:proxy-1"),
    ended(0.7, "remove:proxy-1"),
    began(0.7, "rename:proxy-1"),
    ended(0.7, "rename:proxy-1"),
    held(0.7, "start:proxy-1", (HoldKind.STEP, "start:web-1", ""), (HoldKind.STEP, "start:web-2", "")),
    ProbeMade(0.8, DB, False, 1, "psql: error\nconnection refused\n", 2, 5),
)

SUCCESS: tuple[Event, ...] = (
    *OPENING,
    ended(1.0, "pull:web:1", duration=1.0),
    began(1.0, "create:web-1"),
    began(1.0, "create:web-2"),
    ended(1.2, "create:web-1"),
    ended(1.2, "create:web-2"),
    held(
        1.2,
        "start:web-1",
        (HoldKind.CONDITION, "db", "service_healthy"),
        (HoldKind.CONDITION, "migrate", "service_completed_successfully"),
    ),
    held(
        1.2,
        "start:web-2",
        (HoldKind.CONDITION, "db", "service_healthy"),
        (HoldKind.CONDITION, "migrate", "service_completed_successfully"),
    ),
    ProbeMade(1.5, DB, True, 0, "", 6, 0),
    ended(1.5, "wait:db", detail="healthy (own probe)", duration=1.0),
    held(1.5, "start:web-1", (HoldKind.CONDITION, "migrate", "service_completed_successfully")),
    held(1.5, "start:web-2", (HoldKind.CONDITION, "migrate", "service_completed_successfully")),
    began(1.5, "start:migrate-1"),
    ended(1.6, "start:migrate-1"),
    began(1.6, "wait:migrate"),
    ContainerChanged(1.6, MIGRATE, "shop-migrate-1", "running"),
    StepProgress(1.6, StepId("wait:migrate"), "running"),
    ContainerChanged(2.4, MIGRATE, "shop-migrate-1", "exited", "", 0),
    ended(2.4, "wait:migrate", detail="exited 0", duration=0.8),
    began(2.4, "start:web-1"),
    began(2.4, "start:web-2"),
    ended(2.6, "start:web-1"),
    ended(2.6, "start:web-2"),
    ContainerChanged(2.6, WEB1, "shop-web-1", "running"),
    ContainerChanged(2.6, WEB2, "shop-web-2", "running"),
    began(2.6, "start:proxy-1"),
    ended(2.8, "start:proxy-1"),
    ContainerChanged(2.8, PROXY, "shop-proxy-1", "running"),
    RunFinished(2.8, RunResult(True, left_running=("shop-db-1", "shop-web-1"), seconds=2.8)),
)

FAILURE = Failure(
    StepId("wait:db"),
    "db",
    "shop-db-1",
    "dependency failed to start: container shop-db-1 is unhealthy",
    exit_code=137,
    exit_meaning="killed by SIGKILL, out of memory",
    waited_by=(("migrate", "service_healthy"), ("web", "service_healthy")),
    probes=((1, "psql: error\nconnection refused\n"), (-1, "")),
    log_tail=("LOG:  starting", "FATAL:  out of memory"),
    hint="Raise mem_limit of db.",
    command="composer logs db",
)

FAILED: tuple[Event, ...] = (
    *OPENING,
    ContainerChanged(5.0, DB, "shop-db-1", "running", "unhealthy"),
    ProbeMade(5.0, DB, False, 1, "connection refused", 5, 5),
    ended(5.0, "wait:db", StepOutcome.FAILED, FAILURE.headline, 4.5),
    ended(5.0, "pull:web:1", StepOutcome.CANCELLED, "", 5.0),
    *(ended(5.0, f"create:web-{n}", StepOutcome.CANCELLED, "", 0.0) for n in (1, 2)),
    *(ended(5.0, name, StepOutcome.SKIPPED, "wait:db", 0.0) for name in ("start:migrate-1", "wait:migrate")),
    *(
        ended(5.0, name, StepOutcome.SKIPPED, "wait:db", 0.0)
        for name in ("start:web-1", "start:web-2", "start:proxy-1")
    ),
    RunFinished(
        5.0,
        RunResult(
            False,
            failures=(FAILURE,),
            not_started=("migrate", "web", "proxy"),
            left_running=("shop-cache-1", "shop-db-1"),
            seconds=5.0,
        ),
    ),
)
