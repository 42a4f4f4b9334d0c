from __future__ import annotations

from dataclasses import replace

from composer import labels
from composer.engine.port import ContainerDetail, EngineEvent, Healthprobe, ProbeOutput
from composer.execute.facts import ContainerFacts, Roster
from composer.plan.actions import ContainerId, ContainerRef, ReplicaId
from composer.plan.observed import ObservedContainer

ID = ContainerId("c1")
DB = ReplicaId("db", 1)
PROBE = Healthprobe(("CMD", "true"))
RUNNING = ContainerDetail(ID, "p-db-1", "running", health="starting", healthprobe=PROBE)


def event(action: str, *, health: str = "", code: int | None = None, **attributes: str) -> EngineEvent:
    return EngineEvent(action, ID, "p-db-1", health, code, attributes=attributes)


def running() -> ContainerFacts:
    facts = ContainerFacts(ID, "p-db-1", DB)
    facts.begin_life()
    facts.looking = True
    facts.learn(RUNNING)
    return facts


def test_a_life_from_start_to_healthy() -> None:
    facts = running()
    assert (facts.state, facts.health, facts.wants_look) == ("running", "starting", False)
    facts.hear(event("health_status", health="healthy"))
    assert facts.shown == ("running", "healthy", None)


def test_bad_news_wants_confirmation_and_good_news_does_not() -> None:
    facts = running()
    facts.hear(event("health_status", health="unhealthy"))
    assert (facts.settled, facts.wants_look) == (False, True)
    facts.learn(replace(RUNNING, health="unhealthy"))
    assert (facts.health, facts.settled, facts.wants_look) == ("unhealthy", True, False)


def test_die_with_0_completes_at_once_but_its_end_is_not_settled() -> None:
    facts = running()
    facts.hear(event("die", code=0))
    assert (facts.state, facts.exit_code, facts.completed, facts.settled) == ("exited", 0, True, False)


def test_a_restart_due_shows_as_restarting_and_keeps_the_exit_code() -> None:
    facts = running()
    facts.hear(event("die", code=3))
    facts.learn(replace(RUNNING, state="restarting", restarting=True, exit_code=3, health=""))
    assert facts.shown == ("restarting", "", 3)
    facts.hear(event("start"))
    assert facts.shown == ("running", "starting", None)
    assert facts.life == 2


def test_a_start_voids_own_probes() -> None:
    facts = running()
    facts.probed(ProbeOutput(0, "ok"))
    assert facts.shown == ("running", "healthy", None)
    facts.hear(event("die", code=1))
    facts.hear(event("start"))
    assert (facts.own_healthy, facts.own_probes, facts.own_count) == (False, [], 0)


def test_the_event_of_our_own_start_call_does_not_begin_a_second_life() -> None:
    facts = ContainerFacts(ID, "p-db-1", DB, start_due=True)
    facts.begin_life()  # the call came back first
    facts.looking = True
    facts.hear(event("start"))
    assert (facts.life, facts.start_due, facts.stale) == (1, False, False)


def test_the_event_may_come_before_the_calls_answer() -> None:
    facts = ContainerFacts(ID, "p-db-1", DB, start_due=True)
    facts.hear(event("start"))
    assert (facts.life, facts.start_due) == (1, False)


def test_an_inspection_overtaken_by_an_event_tells_no_state() -> None:
    facts = running()
    facts.looking = True
    facts.hear(event("health_status", health="healthy"))
    facts.learn(RUNNING)
    assert (facts.health, facts.wants_look, facts.stale) == ("healthy", True, False)


def test_pause_oom_rename_destroy() -> None:
    facts = running()
    facts.hear(event("pause"))
    assert facts.state == "paused"
    facts.hear(event("unpause"))
    facts.hear(event("oom"))
    facts.hear(replace(event("rename"), name="new"))
    assert (facts.state, facts.oom_killed, facts.name) == ("running", True, "new")
    facts.hear(event("destroy"))
    assert facts.shown == ("gone", "", None)


def test_probes_of_the_engine_are_told_once() -> None:
    facts = running()
    one, two = ProbeOutput(1, "no", "t1"), ProbeOutput(1, "no", "t2")
    assert facts.learn(replace(RUNNING, health_log=(one,))) == [one]
    assert facts.learn(replace(RUNNING, health_log=(one, two))) == [two]
    assert facts.engine_count == 2


def test_only_the_last_own_probes_are_kept() -> None:
    facts = running()
    for number in range(7):
        facts.probed(ProbeOutput(1, str(number)))
    assert ([probe.output for probe in facts.own_probes], facts.own_count) == (["2", "3", "4", "5", "6"], 7)


# ---- roster ----------------------------------------------------------------------------------------
def observed(**more: object) -> ObservedContainer:
    fields: dict[str, object] = {"id": ID, "name": "p-db-1", "service": "db", "number": 1, "state": "running"}
    return ObservedContainer(**{**fields, **more})  # type: ignore[arg-type]


def test_the_snapshot_settles_good_news_only() -> None:
    roster = Roster()
    roster.observe(observed(health="healthy"))
    facts = roster.of(DB)
    assert facts is not None
    assert (facts.health, facts.has_check, facts.settled) == ("healthy", True, True)
    roster.observe(observed(state="exited", exit_code=1))
    assert (facts.state, facts.exit_code, facts.has_check, facts.settled) == ("exited", 1, None, False)


def test_one_off_containers_are_no_replicas() -> None:
    roster = Roster()
    roster.observe(observed(oneoff=True))
    assert roster.of(DB) is None


def test_a_newcomer_is_known_by_its_labels() -> None:
    roster = Roster()
    tags = {labels.SERVICE: "db", labels.NUMBER: "1"}
    assert roster.meet(EngineEvent("create", ID, "p-db-1", attributes=tags)) is roster.of(DB)
    assert roster.meet(EngineEvent("create", ContainerId("x"), attributes={**tags, labels.ONEOFF: "True"})) is None
    assert roster.meet(EngineEvent("start", ContainerId("y"))) is None


def test_a_replacement_takes_over_the_replica_when_it_is_adopted() -> None:
    roster = Roster()
    roster.observe(observed())
    tags = {labels.SERVICE: "db", labels.NUMBER: "1"}
    newcomer = roster.meet(EngineEvent("create", ContainerId("c2"), "c1_p-db-1", attributes=tags))
    assert newcomer is not None
    assert not roster.is_current(newcomer)
    roster.adopt(DB, ContainerRef(ContainerId("c2"), "c1_p-db-1"))
    assert roster.is_current(newcomer)


def test_names_of_what_runs() -> None:
    roster = Roster()
    roster.observe(observed())
    roster.observe(observed(id=ContainerId("c2"), name="p-job-1", service="job", state="exited"))
    assert roster.names_up() == ("p-db-1",)
