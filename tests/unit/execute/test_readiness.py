from __future__ import annotations

from dataclasses import replace

import pytest

from composer.engine.port import ContainerDetail, Healthprobe
from composer.execute.facts import ContainerFacts
from composer.execute.readiness import Impossible, Met, NotYet, Verdict, judge
from composer.model.dependency import Condition
from composer.plan.actions import ContainerId, ReplicaId, WaitFor

DB = ReplicaId("db", 1)
ID = ContainerId("c1")
DETAIL = ContainerDetail(ID, "p-db-1", "running", healthprobe=Healthprobe(("CMD", "true"), retries=5), failing_streak=2)
RESTARTS = replace(DETAIL, state="exited", restart_policy="on-failure")
IS_OVER = Impossible("container p-db-1 exited (0)", ID)
HEALTHY, COMPLETED, STARTED, READY = Condition.HEALTHY, Condition.COMPLETED, Condition.STARTED, None


def wait(condition: Condition | None, *, replicas: int = 1, needed_by: tuple[str, ...] = ()) -> WaitFor:
    return WaitFor("db", condition, tuple(ReplicaId("db", n + 1) for n in range(replicas)), needed_by=needed_by)


def facts(state: str = "running", health: str = "", **more: object) -> ContainerFacts:
    found = ContainerFacts(ID, "p-db-1", DB, state=state, health=health, has_check=bool(health))
    for name, value in more.items():
        setattr(found, name, value)
    return found


@pytest.mark.parametrize(
    ("condition", "known", "verdict"),
    [
        # healthy
        (HEALTHY, facts(health="healthy"), Met("healthy (engine)")),
        (HEALTHY, facts(health="starting", own_healthy=True), Met("healthy (own probe)")),
        (HEALTHY, facts(health="starting"), NotYet("starting")),
        (HEALTHY, facts(health="starting", detail=DETAIL), NotYet("probing 2/5")),
        (HEALTHY, facts(health="unhealthy"), Impossible("container p-db-1 is unhealthy", ID)),
        (HEALTHY, facts(health="unhealthy", settled=False), NotYet("unhealthy")),
        (HEALTHY, facts("exited", exit_code=0), Impossible("container p-db-1 exited (0)", ID)),
        (HEALTHY, facts("exited", exit_code=1), Impossible("container p-db-1 exited (1)", ID)),
        (HEALTHY, facts("exited", exit_code=1, settled=False), NotYet("exited 1")),
        (HEALTHY, facts("restarting", exit_code=1), NotYet("restarting after exit 1")),
        (HEALTHY, facts("paused", has_check=True), NotYet("paused")),
        (HEALTHY, facts("running", has_check=None), NotYet("starting")),
        (
            HEALTHY,
            facts("running", detail=replace(DETAIL, healthprobe=None)),
            Impossible("container p-db-1 has no healthcheck configured", ID),
        ),
        (HEALTHY, facts("gone"), Impossible("container p-db-1 is gone", ID)),
        (HEALTHY, facts("created"), Impossible("container p-db-1 was not started", ID)),
        # completed
        (COMPLETED, facts("exited", exit_code=0, completed=True), Met("exited 0")),
        (COMPLETED, facts("restarting", exit_code=0, completed=True), Met("exited 0")),
        (COMPLETED, facts("running"), NotYet("running")),
        (COMPLETED, facts("exited", exit_code=3, settled=False), NotYet("exited 3")),
        (COMPLETED, facts("restarting", exit_code=3), NotYet("restarting after exit 3")),
        (
            COMPLETED,
            facts("exited", exit_code=3),
            Impossible('service "db" didn\'t complete successfully: exit 3', ID),
        ),
        # started
        (STARTED, facts("exited", exit_code=1), Met("started")),
        (STARTED, facts("created"), Impossible("container p-db-1 was not started", ID)),
        # --wait
        (READY, facts(has_check=False), Met("running", for_now=True)),
        (READY, facts(has_check=None), NotYet("starting")),
        (READY, facts(health="starting"), NotYet("starting")),
        (READY, facts(health="healthy"), Met("healthy (engine)")),
        (READY, facts("exited", exit_code=0), Met("exited 0")),
        (READY, facts("exited", exit_code=0, settled=False), NotYet("exited 0")),
        (READY, facts("exited", exit_code=0, has_check=True), Met("exited 0")),
        (READY, facts("exited", exit_code=2), Impossible("container p-db-1 exited (2)", ID)),
        (READY, facts("restarting", exit_code=0), NotYet("restarting after exit 0")),
        (READY, facts("removing", exit_code=137), NotYet("being removed")),
        (HEALTHY, facts("removing", exit_code=137), NotYet("being removed")),
        (READY, facts("exited", exit_code=0, has_check=True, detail=RESTARTS), IS_OVER),
    ],
)
def test_one_replica(condition: Condition | None, known: ContainerFacts, verdict: Verdict) -> None:
    assert judge(wait(condition), [known]) == verdict


def test_every_replica_must_be_healthy() -> None:
    starting, healthy = facts(health="starting"), facts(health="healthy")
    assert judge(wait(HEALTHY, replicas=2), [healthy, starting]) == NotYet("starting; 1 of 2 ready")
    assert judge(wait(HEALTHY, replicas=2), [healthy, healthy]) == Met("healthy (engine)")


def test_one_spoilt_replica_spoils_the_wait() -> None:
    verdict = judge(wait(HEALTHY, replicas=2), [facts(health="starting"), facts("exited", exit_code=9)])
    assert verdict == Impossible("container p-db-1 exited (9)", ID)


def test_replicas_met_in_different_ways_are_both_told() -> None:
    own = facts(health="starting", own_healthy=True)
    assert judge(wait(HEALTHY, replicas=2), [own, facts(health="healthy")]) == Met(
        "healthy (engine), healthy (own probe)"
    )


def test_scaled_to_zero_is_not_waited_for() -> None:
    assert judge(wait(HEALTHY, replicas=0), []) == Met("no replicas")


def test_no_container() -> None:
    assert judge(wait(HEALTHY, needed_by=("web",)), [None]) == Impossible("web is missing dependency db")
    assert judge(wait(READY), [None]) == Impossible("no container for db")


def test_what_a_container_did_before_its_start_does_not_count() -> None:
    assert judge(wait(HEALTHY), [facts("exited", exit_code=1)], {DB}) == NotYet("not started")
    assert judge(wait(HEALTHY), [None], {DB}) == NotYet("not started")
