"""Many containers' output in one place: order, back-pressure, next runs, unreadable drivers, closing."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, Script
from composer.engine.port import LogRequest
from composer.errors import EngineUnreachable
from composer.execute.follow import LogBatch, LogEnded, LogFollower, LogSource
from composer.stamps import TEXT

PATIENCE = 20.0  # seconds until a test that hangs gives up


def start(engine: FakeEngine, service: str, **payload: Any) -> LogSource:
    marks = {labels.PROJECT: "shop", labels.CONFIG_HASH: "0", labels.SERVICE: service, labels.NUMBER: "1"}
    body = {"Image": "busybox", "Labels": marks, **payload}
    container = engine.create_container(f"shop-{service}-1", body, platform=None)
    engine.start(container)
    return LogSource(container, f"shop-{service}-1", service, 1)


def restart(engine: FakeEngine, source: LogSource) -> str:
    """When the old run ended, as `since` wants it."""
    engine.stop(source.container, timeout=1, grace=1)
    died = f"{engine.now:.9f}"
    engine.start(source.container)
    return died


def text_of(items: list[Any]) -> str:
    """Without the stamps."""
    data = b"".join(item.data for item in items if isinstance(item, LogBatch))
    return b"".join(line[TEXT:] + b"\n" for line in data.splitlines()).decode()


def bare(items: list[Any]) -> list[Any]:
    """Batches as (stream, text without the stamps)."""
    return [(item.stream, text_of([item])) if isinstance(item, LogBatch) else item for item in items]


def read_until(follower: LogFollower, text: str) -> str:
    """What was read up to and with `text`."""
    seen = ""
    while text not in seen:
        items = follower.drain(PATIENCE)
        assert items, f"only {seen!r} came"
        seen += text_of(items)
    return seen


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


def test_without_follow_every_container_is_read_to_its_end(engine: FakeEngine) -> None:
    engine.script("web", Script(log=("one", "two")))
    web, db = start(engine, "web"), start(engine, "db")
    follower = LogFollower(engine, LogRequest())
    follower.attach(web)
    follower.attach(db)
    items = list(follower)
    assert bare([item for item in items if item.source == web]) == [(1, "one\ntwo\n"), LogEnded(web)]
    assert [item for item in items if item.source == db] == [LogEnded(db)]
    assert follower.is_over


def test_the_request_reaches_the_engine(engine: FakeEngine) -> None:
    engine.script("web", Script(log=("one", "two")))
    web = start(engine, "web")
    follower = LogFollower(engine, LogRequest(tail=1))
    follower.attach(web)
    assert text_of(list(follower)) == "two\n"


def test_new_output_comes_while_it_is_written(engine: FakeEngine) -> None:
    web = start(engine, "web")
    follower = LogFollower(engine, LogRequest(follow=True))
    follower.attach(web)
    engine.write_log(web.container, b"first\n")
    assert read_until(follower, "first\n") == "first\n"
    engine.write_log(web.container, b"second\n")
    assert read_until(follower, "second\n") == "second\n"
    follower.close()


def test_lines_are_joined_per_stream(engine: FakeEngine) -> None:
    web = start(engine, "web")
    for stream, piece in ((1, b"ou"), (2, b"err"), (1, b"t\n"), (2, b"or\n")):
        engine.write_log(web.container, piece, stream=stream)
    follower = LogFollower(engine, LogRequest())
    follower.attach(web)
    assert bare(list(follower)) == [(1, "out\n"), (2, "error\n"), LogEnded(web)]


def test_the_last_line_gets_the_newline_it_did_not_have(engine: FakeEngine) -> None:
    web = start(engine, "web")
    engine.write_log(web.container, b"done\nprompt> ")
    follower = LogFollower(engine, LogRequest())
    follower.attach(web)
    assert text_of(list(follower)) == "done\nprompt> \n"


def test_a_container_may_join_later(engine: FakeEngine) -> None:
    web = start(engine, "web")
    follower = LogFollower(engine, LogRequest(follow=True))
    follower.attach(web)
    engine.write_log(web.container, b"web\n")
    read_until(follower, "web\n")
    db = start(engine, "db")
    follower.attach(db)
    engine.write_log(db.container, b"db\n")
    assert read_until(follower, "db\n") == "db\n"
    follower.close()


def test_a_next_run_comes_after_the_first_and_is_not_told_twice(engine: FakeEngine) -> None:
    engine.script("web", Script(log=("hello",)))
    web = start(engine, "web")
    follower = LogFollower(engine, LogRequest(follow=True, tail=5))
    follower.attach(web)
    assert read_until(follower, "hello\n") == "hello\n"
    died = restart(engine, web)
    follower.attach(web, since=died)
    engine.write_log(web.container, b"again\n")
    assert read_until(follower, "again\n") == "hello\nagain\n"
    follower.attach(web)
    engine.kill(web.container, signal="KILL")
    assert text_of(list(follower)) == ""


def test_runs_that_end_while_the_consumer_is_slow_are_told_once(engine: FakeEngine) -> None:
    web = start(engine, "web")
    engine.write_log(web.container, b"run 1\n")
    full = threading.Event()
    follower = LogFollower(engine, LogRequest(follow=True), wake=full.set, room=1)
    follower.attach(web)
    assert full.wait(PATIENCE)
    engine.write_log(web.container, b"run 1, held back\n")
    for number in (2, 3, 4):
        died = restart(engine, web)
        engine.write_log(web.container, b"run %d\n" % number)
        follower.attach(web, since=died)
    engine.kill(web.container, signal="KILL")
    assert text_of(list(follower)) == "run 1\nrun 1, held back\nrun 2\nrun 3\nrun 4\n"


def test_detach_ends_one_and_leaves_the_others(engine: FakeEngine) -> None:
    web, db = start(engine, "web"), start(engine, "db")
    follower = LogFollower(engine, LogRequest(follow=True))
    for source in (web, db):
        follower.attach(source)
        engine.write_log(source.container, b"up\n")
        read_until(follower, "up\n")
    follower.detach(web.container)
    follower.detach("unknown")
    assert follower.drain(PATIENCE) == [LogEnded(web)]
    engine.write_log(web.container, b"unheard\n")
    engine.write_log(db.container, b"heard\n")
    assert read_until(follower, "heard\n") == "heard\n"
    follower.close()


def test_a_driver_that_cannot_be_read_is_told_once(engine: FakeEngine) -> None:
    web = start(engine, "web", HostConfig={"LogConfig": {"Type": "syslog"}})
    follower = LogFollower(engine, LogRequest(follow=True))
    follower.attach(web)
    assert list(follower) == [LogEnded(web, "configured logging driver does not support reading")]
    follower.attach(web, since="1")
    assert list(follower) == [LogEnded(web)]


def test_a_container_that_is_gone_just_ends(engine: FakeEngine) -> None:
    web = start(engine, "web")
    engine.remove_container(web.container, volumes=True, force=True)
    follower = LogFollower(engine, LogRequest(follow=True))
    follower.attach(web)
    assert list(follower) == [LogEnded(web)]


def test_an_engine_that_goes_away_is_told(engine: FakeEngine) -> None:
    web = start(engine, "web")
    engine.fail("logs", EngineUnreachable("the connection broke off"))
    follower = LogFollower(engine, LogRequest())
    follower.attach(web)
    assert list(follower) == [LogEnded(web, "the connection broke off")]


def test_a_slow_consumer_holds_the_reader_back(engine: FakeEngine) -> None:
    web = start(engine, "web")
    for number in range(1000):
        engine.write_log(web.container, b"%03d\n" % number)
    stuck = threading.Event()
    follower = LogFollower(engine, LogRequest(), wake=stuck.set, room=10 * (TEXT + 4))
    follower.attach(web)
    assert stuck.wait(PATIENCE)
    sizes = []
    seen = ""
    while not follower.is_over:
        items = follower.drain(PATIENCE)
        sizes.append(len(text_of(items)))
        seen += text_of(items)
    assert max(sizes) <= 40
    assert seen == "".join(f"{number:03d}\n" for number in range(1000))


def test_wake_is_called_for_what_comes_into_an_empty_queue(engine: FakeEngine) -> None:
    web = start(engine, "web")
    woken = threading.Semaphore(0)
    follower = LogFollower(engine, LogRequest(follow=True), wake=woken.release)
    follower.attach(web)
    for line in (b"a\n", b"b\n"):
        engine.write_log(web.container, line)
        assert woken.acquire(timeout=PATIENCE)
        assert text_of(follower.drain(0)) == line.decode()
    follower.close()


def test_drain_without_news_ends_when_its_time_is_over(engine: FakeEngine) -> None:
    follower = LogFollower(engine, LogRequest())
    assert follower.drain(0) == []
    assert follower.drain() == []


def test_close_ends_a_waiting_consumer_and_all_readers(engine: FakeEngine) -> None:
    sources = [start(engine, name) for name in ("web", "db")]
    follower = LogFollower(engine, LogRequest(follow=True))
    for source in sources:
        follower.attach(source)
    before = {thread.name for thread in threading.enumerate()}
    consumer = threading.Thread(target=lambda: list(follower))
    consumer.start()
    follower.close()
    consumer.join(PATIENCE)
    assert not consumer.is_alive()
    assert {"logs of shop-web-1", "logs of shop-db-1"} <= before
    for thread in threading.enumerate():
        if thread.name.startswith("logs of"):
            thread.join(PATIENCE)
            assert not thread.is_alive()
    follower.attach(sources[0])
    assert follower.drain(0) == []
    assert follower.is_over


def test_close_frees_a_reader_that_waits_for_room(engine: FakeEngine) -> None:
    web = start(engine, "web")
    for _ in range(100):
        engine.write_log(web.container, b"line\n")
    full = threading.Event()
    follower = LogFollower(engine, LogRequest(), wake=full.set, room=1)
    follower.attach(web)
    assert full.wait(PATIENCE)
    (reader,) = [thread for thread in threading.enumerate() if thread.name == "logs of shop-web-1"]
    follower.close()
    reader.join(PATIENCE)
    assert not reader.is_alive()


def test_every_line_of_many_containers_arrives_in_order(engine: FakeEngine) -> None:
    names = [f"s{number}" for number in range(6)]
    for name in names:
        engine.script(name, Script(log=tuple(f"{name} {number}" for number in range(300))))
    follower = LogFollower(engine, LogRequest())
    for name in names:
        follower.attach(start(engine, name))
    seen: dict[str, str] = dict.fromkeys(names, "")
    for item in follower:
        if isinstance(item, LogBatch):
            seen[item.source.service] += text_of([item])
    assert seen == {name: "".join(f"{name} {number}\n" for number in range(300)) for name in names}
