"""Staying with containers, on the fake engine: what is shown, in which order, and what ends the stay."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from threading import Condition, Event
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, Script, exits
from composer.engine.port import EventStream, LogRequest, LogStream
from composer.errors import EngineUnreachable
from composer.execute.attached import Attached, AttachPolicy, Over, StopAll
from composer.execute.commands import InterruptedBy
from composer.execute.follow import LogFollower
from composer.execute.session import Lost, Session, Unread, engine_nanoseconds, seconds_text
from composer.plan.actions import ReplicaId
from composer.plan.observed import ObservedContainer
from composer.stamps import TEXT

PATIENCE = 10.0  # seconds until a test that hangs gives up


class Engine(FakeEngine):
    """`opened`: a log is being read from now on."""

    def __init__(self) -> None:
        super().__init__(images=["busybox"], auto=False)
        self.opened = Event()

    def logs(self, container: str, request: LogRequest) -> LogStream:
        stream = super().logs(container, request)
        self.opened.set()
        return stream


class Screen:
    """Where output goes; `until` waits for a line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._changed = Condition()
        self.is_gone = False

    def write(self, label: str, stream: int, data: bytes, *, service: str, container: str) -> None:
        assert service == label.rpartition("-")[0]
        assert container
        self._put(*(f"{label}: {line[TEXT:]}" for line in data.decode().splitlines()))

    def announce(self, label: str, text: str, *, service: str) -> None:
        self._put(f"! {text}")

    def _put(self, *lines: str) -> None:
        if self.is_gone:
            raise BrokenPipeError
        with self._changed:
            self.lines += lines
            self._changed.notify_all()

    def until(self, line: str, *, times: int = 1) -> None:
        with self._changed:
            has_come = self._changed.wait_for(lambda: self.lines.count(line) >= times, PATIENCE)
        assert has_come, f"only {self.lines} came"


class Stay:
    """A session for project `shop`, with what a test does and sees."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.screen = Screen()
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        assert self._session is not None
        return self._session

    def begin(
        self,
        *,
        only_new: bool = True,
        policy: AttachPolicy | None = None,
        watched: Callable[[str], bool] = lambda _: True,
        shown: Callable[[str], bool] = lambda _: True,
        leaving: Collection[str] = (),
        reopen: Callable[[float | None], EventStream] | None = None,
        seen: Sequence[ObservedContainer] | None = None,
    ) -> None:
        """Begins with the containers that are there now, or with those `seen` before, and shows output at once."""
        attached = Attached(policy or AttachPolicy(), settled=False)
        follower = LogFollower(self.engine, LogRequest(follow=True))
        events = self.engine.events(project="shop")
        self._session = Session(self.engine, events, attached, follower, watched=watched, shown=shown, reopen=reopen)
        seen = self.engine.containers(project="shop") if seen is None else seen
        self.session.begin(seen, only_new=only_new, leaving=leaving)
        self.session.show(self.screen)

    def create(self, service: str, **host: Any) -> str:
        marks = {labels.PROJECT: "shop", labels.CONFIG_HASH: "0", labels.SERVICE: service, labels.NUMBER: "1"}
        body = {"Image": "busybox", "Labels": {**marks, labels.ONEOFF: "False"}, "HostConfig": host}
        return self.engine.create_container(f"shop-{service}-1", body, platform=None)

    def start(self, service: str, **host: Any) -> str:
        container = self.create(service, **host)
        self.engine.start(container)
        return container

    def settle(self, *services: str) -> None:
        self.session.settle(ReplicaId(service, 1) for service in services)

    def finish(self, code: int = 0, *, stopped: bool = True) -> int:
        code = self.session.finish(code, stopped=stopped)
        self._session = None
        return code

    def end(self) -> None:
        if self._session is not None:
            self._session.finish(0, stopped=False)


@pytest.fixture
def stay() -> Iterator[Stay]:
    before = set(threading.enumerate())
    made = Stay(Engine())
    yield made
    made.end()
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(PATIENCE)
    assert [thread.name for thread in left if thread.is_alive()] == []


# ---- what is shown ---------------------------------------------------------------------------------------
def test_output_and_then_the_end(stay: Stay) -> None:
    stay.engine.script("web", exits(3, after=1, log=("one", "two")))
    stay.begin()
    stay.start("web")
    stay.settle("web")
    stay.engine.advance(1)
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0
    assert stay.screen.lines == ["web-1: one", "web-1: two", "! web-1 exited with code 3"]


def test_the_end_is_told_after_the_last_output_however_late_that_comes(stay: Stay) -> None:
    stay.begin()
    gate = stay.engine.hold("logs")
    web = stay.start("web")
    stay.settle("web")
    gate.reached.wait(PATIENCE)
    stay.engine.write_log(web, b"last words\n")
    stay.engine.crash(web, 1)
    assert stay.session.wait() == Over(0)
    assert stay.screen.lines == []
    gate.release()
    stay.finish()
    assert stay.screen.lines == ["web-1: last words", "! web-1 exited with code 1"]


def test_what_was_written_before_is_not_shown(stay: Stay) -> None:
    web = stay.start("web")
    stay.engine.write_log(web, b"old\n")
    stay.begin()
    assert stay.engine.opened.wait(PATIENCE)
    stay.engine.write_log(web, b"new\n")
    stay.screen.until("web-1: new")
    assert stay.screen.lines == ["web-1: new"]


def test_what_was_written_before_is_shown_when_asked_for(stay: Stay) -> None:
    web, job = stay.start("web"), stay.start("job")
    stay.engine.write_log(web, b"old\n")
    stay.engine.write_log(job, b"done\n")
    stay.engine.crash(job, 0)
    stay.begin(only_new=False)
    stay.screen.until("web-1: old")
    stay.screen.until("job-1: done")
    assert sorted(stay.screen.lines) == ["job-1: done", "web-1: old"]


def test_only_the_new_run_of_a_container_that_had_ended(stay: Stay) -> None:
    job = stay.start("job")
    stay.engine.write_log(job, b"first run\n")
    stay.engine.crash(job, 0)
    stay.begin()
    stay.engine.start(job)
    stay.engine.write_log(job, b"second run\n")
    stay.screen.until("job-1: second run")
    assert stay.screen.lines == ["job-1: second run"]


def test_a_run_that_was_over_before_we_heard_of_its_start(stay: Stay) -> None:
    job = stay.start("job")
    stay.engine.write_log(job, b"first run\n")
    stay.engine.crash(job, 0)
    stay.engine.advance(60)
    stay.begin()
    gate = stay.engine.hold("inspect_container")
    stay.engine.start(job)
    stay.engine.write_log(job, b"second run\n")
    stay.engine.crash(job, 0)
    gate.reached.wait(PATIENCE)
    gate.release()
    stay.screen.until("! job-1 exited with code 0")
    assert stay.screen.lines == ["job-1: second run", "! job-1 exited with code 0"]


def test_a_restart_by_policy_goes_on(stay: Stay) -> None:
    stay.engine.script("web", Script(log=("begins",), exit_codes=(1, 0), exits_after=1))
    stay.begin()
    stay.start("web", RestartPolicy={"Name": "on-failure"})
    stay.settle("web")
    stay.screen.until("web-1: begins")
    stay.engine.advance(1)
    stay.screen.until("! web-1 exited with code 1 (restarting)")
    stay.engine.advance(0.1)
    stay.screen.until("web-1: begins", times=2)
    stay.engine.advance(1)
    assert stay.session.wait() == Over(0)
    stay.finish()
    assert stay.screen.lines == [
        "web-1: begins",
        "! web-1 exited with code 1 (restarting)",
        "web-1: begins",
        "! web-1 exited with code 0",
    ]


def test_services_that_are_not_shown_count_all_the_same(stay: Stay) -> None:
    stay.begin(shown={"web"}.__contains__)
    web, db = stay.start("web"), stay.start("db")
    stay.settle("web", "db")
    stay.engine.write_log(db, b"unseen\n")
    stay.engine.crash(db, 1)
    stay.engine.write_log(web, b"seen\n")
    stay.engine.crash(web, 0)
    assert stay.session.wait() == Over(0)
    stay.finish()
    assert stay.screen.lines == ["web-1: seen", "! web-1 exited with code 0"]


def test_services_that_are_not_watched_do_not_keep_it_going(stay: Stay) -> None:
    stay.begin(watched={"web"}.__contains__, shown={"web"}.__contains__)
    stay.start("db")
    web = stay.start("web")
    stay.settle("web", "db")
    stay.engine.crash(web, 0)
    assert stay.session.wait() == Over(0)


def test_what_is_shown_and_runs_on_does_not_hold_up_the_end(stay: Stay) -> None:
    stay.begin(watched={"web"}.__contains__)
    db, web = stay.start("db"), stay.start("web")
    stay.settle("web", "db")
    stay.engine.write_log(db, b"still here\n")
    stay.screen.until("db-1: still here")
    stay.engine.crash(web, 0)
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0
    assert stay.screen.lines == ["db-1: still here", "! web-1 exited with code 0"]


def test_one_off_containers_are_none_of_ours(stay: Stay) -> None:
    stay.begin()
    stay.start("web")
    marks = {labels.PROJECT: "shop", labels.CONFIG_HASH: "0", labels.SERVICE: "web", labels.ONEOFF: "True"}
    oneoff = stay.engine.create_container("shop-web-run", {"Image": "busybox", "Labels": marks}, platform=None)
    stay.engine.start(oneoff)
    stay.engine.write_log(oneoff, b"of somebody else\n")
    stay.settle("web")
    stay.engine.crash("shop-web-1", 0)
    assert stay.session.wait() == Over(0)
    stay.finish()
    assert stay.screen.lines == ["! web-1 exited with code 0"]


def test_output_is_held_back_and_comes_at_the_end(stay: Stay) -> None:
    stay.begin()
    web = stay.start("web")
    stay.settle("web")
    stay.engine.write_log(web, b"before\n")
    stay.screen.until("web-1: before")
    stay.session.hold()
    stay.engine.write_log(web, b"meanwhile\n")
    stay.engine.stop(web, timeout=1, grace=1)
    assert stay.session.wait() == Over(0)
    assert stay.screen.lines == ["web-1: before"]
    stay.finish()
    assert stay.screen.lines == ["web-1: before", "web-1: meanwhile", "! web-1 exited with code 143"]


# ---- what ends it ----------------------------------------------------------------------------------------
def test_it_is_not_over_before_what_was_started_has_been_heard_of(stay: Stay) -> None:
    gate = stay.engine.hold("inspect_container")  # our events wait here, as those of a slow connection would
    job = stay.start("job")
    stay.engine.crash(job, 0)
    stay.begin()
    stay.engine.start(job)
    stay.start("web")
    gate.reached.wait(PATIENCE)
    gate.release()
    stay.settle("job", "web")
    stay.engine.crash("shop-web-1", 0)
    stay.engine.crash(job, 5)
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0


def test_what_the_run_stops_is_no_end(stay: Stay) -> None:
    old, kept = stay.start("web"), stay.start("db")
    stay.begin(policy=AttachPolicy(abort_on_exit=True), leaving={old})
    stay.engine.stop(old, timeout=1, grace=1)
    stay.engine.start(old)
    stay.settle("web")
    stay.engine.crash(kept, 4)
    assert stay.session.wait() == StopAll(4)
    stay.engine.stop(old, timeout=1, grace=1)
    stay.finish(4)
    assert sorted(stay.screen.lines) == ["! db-1 exited with code 4", "! web-1 exited with code 143"]


def test_an_end_that_is_not_shown_is_told_when_it_stops_everything(stay: Stay) -> None:
    stay.begin(policy=AttachPolicy(abort_on_exit=True), shown=lambda _: False)
    web = stay.start("web")
    stay.settle("web")
    stay.engine.crash(web, 3)
    assert stay.session.wait() == StopAll(3)
    assert stay.finish(3) == 3
    assert stay.screen.lines == ["! web-1 exited with code 3"]


def test_the_status_of_the_chosen_service_even_if_it_only_ends_when_stopped(stay: Stay) -> None:
    stay.begin(policy=AttachPolicy(exit_code_from="db"))
    web, db = stay.start("web"), stay.start("db")
    stay.settle("web", "db")
    stay.engine.crash(web, 3)
    assert stay.session.wait() == StopAll(3)
    stay.engine.stop(db, timeout=1, grace=1)
    assert stay.finish(3) == 143


def test_a_container_that_is_removed_has_ended(stay: Stay) -> None:
    stay.begin()
    web = stay.start("web")
    stay.settle("web")
    stay.engine.remove_container(web, volumes=False, force=True)
    assert stay.session.wait() == Over(0)


def test_nothing_to_wait_for_is_over_at_once(stay: Stay) -> None:
    stay.begin()
    stay.settle()
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0


def test_an_interrupt(stay: Stay) -> None:
    stay.begin()
    stay.start("web")
    stay.settle("web")
    stay.session.put(InterruptedBy(1))
    assert stay.session.wait() == InterruptedBy(1)
    assert stay.finish(130, stopped=False) == 130


def test_lost_events_end_it(stay: Stay) -> None:
    stay.begin()
    stay.start("web")
    stay.settle("web")
    stay.engine.disconnect()
    ending = stay.session.wait()
    assert isinstance(ending, Lost)
    assert isinstance(ending.error, EngineUnreachable)
    assert stay.finish(1, stopped=False) == 1


def test_a_stream_of_events_that_drops_is_opened_again(stay: Stay) -> None:
    stay.begin(reopen=lambda since: stay.engine.events(project="shop", since=since))
    web = stay.start("web")
    stay.settle("web")
    stay.engine.disconnect()
    stay.engine.crash(web, 4)
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0
    assert stay.screen.lines == ["! web-1 exited with code 4"]


@pytest.mark.parametrize(("is_removed", "told"), [(False, ["! db-1 exited with code 4"]), (True, [])])
def test_what_ended_while_nothing_was_heard_is_looked_at(stay: Stay, is_removed: bool, told: list[str]) -> None:
    def reopen(_: float | None) -> EventStream:
        """As an engine that restarted: what happened before is forgotten."""
        stay.engine.crash(db, 4)
        if is_removed:
            stay.engine.remove_container(db, volumes=False, force=True)
        return stay.engine.events(project="shop")

    stay.begin(reopen=reopen)
    db = stay.start("db")
    stay.settle("db")
    stay.engine.disconnect()
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0
    assert stay.screen.lines == told


def test_what_had_ended_though_it_was_seen_to_run_is_looked_at(stay: Stay) -> None:
    """Older engines tell of an end before their list of containers knows of it, and it may end in between."""
    db = stay.start("db")
    seen = stay.engine.containers(project="shop")
    stay.engine.crash(db, 4)
    stay.begin(seen=seen)
    stay.settle()
    assert stay.session.wait() == Over(0)
    assert stay.finish() == 0
    assert stay.screen.lines == ["! db-1 exited with code 4"]


def test_starts_that_are_never_heard_of_do_not_hold_it_up_when_events_are_lost(stay: Stay) -> None:
    stay.begin()
    stay.engine.disconnect()
    stay.settle("web")
    assert isinstance(stay.session.wait(), Lost)


def test_a_reader_that_has_left_ends_it(stay: Stay) -> None:
    stay.begin()
    stay.screen.is_gone = True
    web = stay.start("web")
    stay.settle("web")
    stay.engine.write_log(web, b"to nobody\n")
    assert stay.session.wait() == Unread()
    stay.finish(stopped=False)


# ---- times -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("moment", "nanoseconds"),
    [
        ("2026-11-21T17:12:23.000000005Z", 1_795_281_143_000_000_005),
        ("2026-11-21T17:12:23.5Z", 1_795_281_143_500_000_000),
        ("2026-11-21T17:12:23Z", 1_795_281_143_000_000_000),
        ("0001-01-01T00:00:00Z", 0),
        ("", 0),
    ],
)
def test_the_engines_times(moment: str, nanoseconds: int) -> None:
    assert engine_nanoseconds(moment) == nanoseconds


def test_times_for_the_engine() -> None:
    assert seconds_text(1_795_281_143_000_000_005) == "1795281143.000000005"
