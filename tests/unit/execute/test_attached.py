"""When an attached `up` ends."""

from __future__ import annotations

from composer.execute.attached import Announce, Attached, AttachPolicy, Over, StopAll, jobs_of


def attached(**policy: object) -> Attached:
    state = Attached(AttachPolicy(**policy))  # type: ignore[arg-type]
    state.started("1", "job", "job-1")
    state.started("2", "web", "web-1")
    return state


def test_it_is_over_when_the_last_container_has_ended() -> None:
    state = attached()
    assert state.exited("1", exit_code=3, restarting=False) == [Announce("job-1 exited with code 3")]
    assert state.exited("2", exit_code=0, restarting=False) == [Announce("web-1 exited with code 0"), Over(0)]


def test_a_container_that_restarts_has_not_ended() -> None:
    state = attached()
    state.exited("1", exit_code=0, restarting=False)
    assert state.exited("2", exit_code=1, restarting=True) == [Announce("web-1 exited with code 1 (restarting)")]
    assert state.running == {"2": ("web", "web-1")}


def test_abort_on_exit_stops_the_rest_with_the_first_status_and_only_once() -> None:
    state = attached(abort_on_exit=True)
    assert state.exited("1", exit_code=3, restarting=False) == [Announce("job-1 exited with code 3"), StopAll(3)]
    assert state.exited("2", exit_code=137, restarting=False) == [Announce("web-1 exited with code 137")]


def test_abort_on_failure_lets_a_success_pass() -> None:
    state = attached(abort_on_failure=True)
    assert state.exited("1", exit_code=0, restarting=False) == [Announce("job-1 exited with code 0")]
    assert state.exited("2", exit_code=2, restarting=False)[-1] == StopAll(2)


def test_a_finished_job_does_not_abort_a_run_for_a_services_status_but_a_failed_one_does() -> None:
    state = attached(exit_code_from="web", jobs=frozenset({"job"}))
    assert state.exited("1", exit_code=0, restarting=False) == [Announce("job-1 exited with code 0")]
    state = attached(exit_code_from="web", jobs=frozenset({"job"}))
    assert state.exited("1", exit_code=9, restarting=False)[-1] == StopAll(9)


def test_any_exit_is_one_for_abort_on_exit() -> None:
    state = attached(abort_on_exit=True, jobs=frozenset({"job"}))
    assert state.exited("1", exit_code=0, restarting=False)[-1] == StopAll(0)


def test_exit_code_from_gives_that_services_status_even_when_another_ended_first() -> None:
    state = attached(exit_code_from="web")
    assert state.exited("1", exit_code=5, restarting=False)[-1] == StopAll(5)
    state.exited("2", exit_code=143, restarting=False)
    assert state.final_code(5) == 143


def test_a_removed_container_counts_as_ended() -> None:
    state = attached()
    assert state.removed("1") == []
    assert state.removed("2") == [Over(0)]
    assert state.removed("2") == []


def test_it_is_not_over_before_everything_was_started() -> None:
    state = Attached(AttachPolicy(), settled=False)
    state.started("1", "job", "job-1")
    assert state.exited("1", exit_code=0, restarting=False) == [Announce("job-1 exited with code 0")]
    state.started("2", "web", "web-1")
    assert state.settle() == []
    assert state.exited("2", exit_code=0, restarting=False)[-1] == Over(0)


def test_unknown_containers_are_not_ours() -> None:
    assert attached().exited("9", exit_code=1, restarting=False) == []


def test_jobs_are_those_somebody_waits_to_complete() -> None:
    assert jobs_of({"web": {"db": "service_healthy", "init": "service_completed_successfully"}}) == {"init"}
