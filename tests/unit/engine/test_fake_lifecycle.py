"""The fake engine's containers: states, exit codes, health, restart policy, scripts, faults."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, FakeImage, Script, exits, never_healthy, turns_unhealthy
from composer.engine.port import EngineEvent, Healthprobe, ProbeOutput
from composer.errors import Conflict, EngineRefused, EngineUnreachable, NotFound

CHECK = {"Test": ["CMD", "ready"], "Interval": 5_000_000_000, "Retries": 2}
PROBE = Healthprobe(("CMD", "ready"))


def create(engine: FakeEngine, service: str = "web", number: int = 1, **payload: Any) -> str:
    marks = {
        labels.PROJECT: "shop",
        labels.SERVICE: service,
        labels.NUMBER: str(number),
        labels.CONFIG_HASH: "0",
    }
    body = {"Image": "busybox", "Labels": marks, **payload}
    return engine.create_container(f"shop-{service}-{number}", body, platform=None)


def run(engine: FakeEngine, service: str = "web", number: int = 1, **payload: Any) -> str:
    container = create(engine, service, number, **payload)
    engine.start(container)
    return container


def happened(engine: FakeEngine) -> list[str]:
    """All events so far, as text."""
    stream = engine.events(project="shop", since=0)
    engine.disconnect()
    found: list[EngineEvent] = []
    with pytest.raises(EngineUnreachable):
        found.extend(stream)
    return [_text(event) for event in found]


def _text(event: EngineEvent) -> str:
    code = "" if event.exit_code is None else f" {event.exit_code}"
    return f"{event.action} {event.name}{code}{event.health and ' ' + event.health}"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


def test_from_creation_to_removal(engine: FakeEngine) -> None:
    container = create(engine)
    assert engine.inspect_container(container).state == "created"
    engine.start(container)
    assert engine.inspect_container(container).state == "running"
    engine.stop(container, timeout=None, grace=10)
    detail = engine.inspect_container(container)
    assert (detail.state, detail.exit_code) == ("exited", 143)
    engine.remove_container(container, volumes=True, force=False)
    with pytest.raises(NotFound, match=f"No such container: {container}"):
        engine.inspect_container(container)
    assert happened(engine) == [
        "create shop-web-1",
        "start shop-web-1",
        "kill shop-web-1",
        "stop shop-web-1",
        "die shop-web-1 143",
        "destroy shop-web-1",
    ]


def test_a_container_is_found_by_name_and_by_the_beginning_of_its_id(engine: FakeEngine) -> None:
    container = create(engine)
    assert engine.inspect_container("shop-web-1").id == container
    assert engine.inspect_container(container[:12]).id == container


def test_starting_twice_is_one_start(engine: FakeEngine) -> None:
    container = run(engine)
    engine.start(container)
    assert happened(engine) == ["create shop-web-1", "start shop-web-1"]


def test_stopping_what_does_not_run_changes_nothing(engine: FakeEngine) -> None:
    container = create(engine)
    engine.stop(container, timeout=1, grace=1)
    assert happened(engine) == ["create shop-web-1"]


def test_what_ignores_signals_is_killed_when_its_time_is_over(engine: FakeEngine) -> None:
    engine.script("web", Script(ignores_signals=True))
    container = run(engine, StopTimeout=3)
    before = engine.now
    engine.stop(container, timeout=None, grace=3)
    assert engine.inspect_container(container).exit_code == 137
    assert engine.now - before == pytest.approx(3, abs=0.1)
    assert happened(engine)[2:] == [
        "kill shop-web-1",
        "kill shop-web-1",
        "stop shop-web-1",
        "die shop-web-1 137",
    ]


@pytest.mark.parametrize(("script", "expected"), [(Script(), 143), (Script(stop_code=0), 0)])
def test_exit_code_after_a_stop(engine: FakeEngine, script: Script, expected: int) -> None:
    engine.script("web", script)
    container = run(engine)
    engine.stop(container, timeout=1, grace=1)
    assert engine.inspect_container(container).exit_code == expected


@pytest.mark.parametrize(
    ("signal", "state", "code"),
    [("SIGKILL", "exited", 137), ("SIGINT", "exited", 130), ("15", "exited", 143), ("SIGHUP", "running", None)],
)
def test_kill(engine: FakeEngine, signal: str, state: str, code: int | None) -> None:
    container = run(engine)
    engine.kill(container, signal=signal)
    detail = engine.inspect_container(container)
    assert (detail.state, detail.exit_code) == (state, code)


def test_kill_of_what_does_not_run_is_refused(engine: FakeEngine) -> None:
    container = create(engine)
    with pytest.raises(Conflict, match="is not running"):
        engine.kill(container, signal="SIGKILL")


def test_restart(engine: FakeEngine) -> None:
    container = run(engine)
    engine.restart(container, timeout=1, grace=1)
    assert happened(engine)[2:] == [
        "kill shop-web-1",
        "stop shop-web-1",
        "die shop-web-1 143",
        "start shop-web-1",
        "restart shop-web-1",
    ]


def test_a_running_container_is_removed_by_force_only(engine: FakeEngine) -> None:
    container = run(engine)
    with pytest.raises(Conflict, match="container is running"):
        engine.remove_container(container, volumes=False, force=False)
    engine.remove_container(container, volumes=False, force=True)
    assert engine.containers(project="shop") == ()


def test_rename(engine: FakeEngine) -> None:
    container = create(engine)
    create(engine, "db")
    with pytest.raises(Conflict, match='"/shop-db-1" is already in use'):
        engine.rename(container, "shop-db-1")
    engine.rename(container, "other")
    assert engine.inspect_container(container).name == "other"
    assert happened(engine)[-1] == "rename other"


def test_a_one_shot_ends_within_its_start(engine: FakeEngine) -> None:
    engine.script("job", exits(3))
    container = run(engine, "job")
    detail = engine.inspect_container(container)
    assert (detail.state, detail.exit_code) == ("exited", 3)
    assert happened(engine)[1:] == ["start shop-job-1", "die shop-job-1 3"]


def test_out_of_memory_is_told_before_the_end(engine: FakeEngine) -> None:
    engine.script("job", exits(137, oom_killed=True))
    container = run(engine, "job")
    assert engine.inspect_container(container).oom_killed
    assert happened(engine)[2:] == ["oom shop-job-1", "die shop-job-1 137"]


def policy(name: str, most: int = 0) -> dict[str, Any]:
    return {"RestartPolicy": {"Name": name, "MaximumRetryCount": most}}


def test_on_failure_gives_up(engine: FakeEngine) -> None:
    engine.script("job", exits(1))
    container = run(engine, "job", HostConfig=policy("on-failure", 2))
    detail = engine.inspect_container(container)
    assert (detail.state, detail.exit_code, detail.restart_count) == ("exited", 1, 2)
    assert happened(engine)[1:] == ["start shop-job-1", "die shop-job-1 1"] * 3


def test_on_failure_ends_with_success(engine: FakeEngine) -> None:
    engine.script("job", exits(1, 0))
    container = run(engine, "job", HostConfig=policy("on-failure"))
    detail = engine.inspect_container(container)
    assert (detail.state, detail.exit_code, detail.restart_count) == ("exited", 0, 1)


def test_a_crash_loop_does_not_hang(engine: FakeEngine) -> None:
    engine.script("job", exits(1))
    container = run(engine, "job", HostConfig=policy("always"))
    detail = engine.inspect_container(container)
    assert (detail.state, detail.restarting, detail.restart_count) == ("restarting", True, 5)
    assert engine.containers(project="shop")[0].exit_code == 1


def test_a_stopped_container_is_not_restarted(engine: FakeEngine) -> None:
    container = run(engine, HostConfig=policy("always"))
    engine.stop(container, timeout=1, grace=1)
    assert engine.inspect_container(container).state == "exited"


def test_a_crash_from_outside(engine: FakeEngine) -> None:
    container = run(engine)
    engine.crash("shop-web-1", 139)
    assert engine.inspect_container(container).exit_code == 139


def test_a_checked_container_is_healthy_when_its_start_returns(engine: FakeEngine) -> None:
    container = run(engine, Healthcheck=CHECK)
    assert engine.inspect_container(container).health == "healthy"
    assert engine.containers(project="shop")[0].health == "healthy"
    assert happened(engine)[1:] == ["start shop-web-1", "health_status shop-web-1 healthy"]


def test_without_a_check_there_is_no_health(engine: FakeEngine) -> None:
    container = run(engine)
    assert engine.inspect_container(container).health == ""


def test_the_images_check_counts_unless_the_container_switches_it_off() -> None:
    engine = FakeEngine(images=[FakeImage(ref="busybox", healthcheck=CHECK)])
    assert engine.inspect_container(run(engine)).health == "healthy"
    assert engine.inspect_container(run(engine, "db", Healthcheck={"Test": ["NONE"]})).health == ""


def test_unhealthy_with_its_outputs(engine: FakeEngine) -> None:
    engine.script("web", turns_unhealthy("refused"))
    detail = engine.inspect_container(run(engine, Healthcheck=CHECK))
    assert (detail.health, detail.failing_streak) == ("unhealthy", 2)
    assert [(probe.exit_code, probe.output) for probe in detail.health_log] == [(1, "refused")]


def test_never_healthy(engine: FakeEngine) -> None:
    engine.script("web", never_healthy())
    container = run(engine, Healthcheck=CHECK)
    assert engine.inspect_container(container).health == "starting"
    assert engine.run_probe(container, PROBE, user="").exit_code == 1


def test_time_moves_only_when_told() -> None:
    engine = FakeEngine(images=["busybox"], auto=False)
    engine.script("job", exits(0, after=7))
    engine.script("slow", Script(health=("unhealthy", "healthy"), after=2))
    job, slow, web = (run(engine, name, Healthcheck=CHECK) for name in ("job", "slow", "web"))

    def states() -> list[str]:
        details = [engine.inspect_container(container) for container in (job, slow, web)]
        return [f"{detail.state} {detail.health}" for detail in details]

    assert states() == ["running starting"] * 3
    engine.advance(2.5)
    assert states() == ["running starting", "running unhealthy", "running starting"]
    engine.advance(3)
    assert states() == ["running healthy", "running healthy", "running healthy"]
    engine.advance(2)
    assert states() == ["exited unhealthy", "running healthy", "running healthy"]


def test_what_was_planned_for_a_run_ends_with_it() -> None:
    engine = FakeEngine(images=["busybox"], auto=False)
    engine.script("web", Script(after=5))
    container = run(engine, Healthcheck=CHECK)
    engine.advance(4)
    engine.restart(container, timeout=1, grace=1)
    engine.advance(2)
    assert engine.inspect_container(container).health == "starting"
    engine.advance(4)
    assert engine.inspect_container(container).health == "healthy"


def test_health_set_by_the_test(engine: FakeEngine) -> None:
    container = run(engine, Healthcheck=CHECK)
    engine.set_health(container, "unhealthy", "gone")
    engine.set_health(container, "unhealthy", "still gone")
    assert engine.inspect_container(container).failing_streak == 4
    assert happened(engine)[2:] == ["health_status shop-web-1 healthy", "health_status shop-web-1 unhealthy"]


def test_scripted_probes_and_the_container_that_does_not_run(engine: FakeEngine) -> None:
    engine.script("web", Script(probes=(ProbeOutput(1, "not yet"), ProbeOutput(0, "ok"))))
    container = run(engine)
    answers = [engine.run_probe(container, PROBE, user="") for _ in range(3)]
    assert [answer.output for answer in answers] == ["not yet", "ok", "ok"]
    engine.stop(container, timeout=1, grace=1)
    with pytest.raises(Conflict, match="is not running"):
        engine.run_probe(container, PROBE, user="")


def test_the_most_particular_script_counts(engine: FakeEngine) -> None:
    engine.script("web", exits(1))
    engine.script("web-2", exits(2))
    engine.script("shop-web-3", exits(3))
    codes = [engine.inspect_container(run(engine, "web", number)).exit_code for number in (1, 2, 3)]
    assert codes == [1, 2, 3]


def test_a_fault_strikes_its_target_as_often_as_told(engine: FakeEngine) -> None:
    engine.fail("create_container", Conflict("the name is taken"), target="web", skip=1)
    create(engine, "db")
    create(engine, "web", 1)
    with pytest.raises(Conflict, match="the name is taken"):
        create(engine, "web", 2)
    create(engine, "web", 2)


@pytest.mark.parametrize("target", ["", "web", "web-1", "shop-web-1"])
def test_a_start_that_fails(engine: FakeEngine, target: str) -> None:
    engine.fail("start", EngineRefused("exec: not found"), target=target, times=0)
    container = create(engine)
    for _ in range(2):
        with pytest.raises(EngineRefused, match="exec: not found"):
            engine.start(container)
    assert engine.inspect_container(container).state == "created"


def test_a_held_call_waits_for_its_release(engine: FakeEngine) -> None:
    gate = engine.hold("start", "web")
    container = create(engine)
    thread = threading.Thread(target=engine.start, args=(container,))
    thread.start()
    assert gate.reached.wait(10)
    assert engine.inspect_container(container).state == "created"
    gate.release()
    thread.join(10)
    assert engine.inspect_container(container).state == "running"


def test_calls_are_recorded_with_names(engine: FakeEngine) -> None:
    container = run(engine)
    engine.stop(container, timeout=None, grace=10)
    assert [method for method, _ in engine.calls] == ["create_container", "start", "stop"]
    assert engine.called("stop") == [("shop-web-1", None, 10)]


def test_the_list_shows_projects_and_running_ones(engine: FakeEngine) -> None:
    create(engine, "web")
    run(engine, "db")
    engine.create_container("stranger", {"Image": "busybox"}, platform=None)
    assert [one.name for one in engine.containers(project="shop")] == ["shop-db-1", "shop-web-1"]
    assert [one.name for one in engine.containers(project=None, all_states=False)] == ["shop-db-1"]
    assert engine.containers(project="other") == ()
