"""The fake engine's event and log streams: order, replay, breaking, closing from another thread."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from composer import labels
from composer.engine.fake import FakeEngine, Script
from composer.engine.port import EngineEvent, LogChunk, LogRequest
from composer.errors import EngineRefused, EngineUnreachable, NotFound


def create(engine: FakeEngine, name: str, project: str = "shop", **payload: Any) -> str:
    marks = {labels.PROJECT: project, labels.CONFIG_HASH: "0", labels.SERVICE: name}
    return engine.create_container(name, {"Image": "busybox", "Labels": marks, **payload}, platform=None)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(images=["busybox"])


def test_a_stream_has_its_projects_events_from_its_opening_on(engine: FakeEngine) -> None:
    create(engine, "before")
    stream = engine.events(project="shop")
    create(engine, "stranger", project="other")
    engine.start(create(engine, "web"))
    engine.disconnect()
    found: list[EngineEvent] = []
    with pytest.raises(EngineUnreachable, match="broke off"):
        found.extend(stream)
    assert [f"{event.action} {event.name}" for event in found] == ["create web", "start web"]


def test_since_replays_what_happened_at_that_time_and_later(engine: FakeEngine) -> None:
    create(engine, "a")
    moment = engine.now
    create(engine, "b")
    stream = iter(engine.events(project="shop", since=moment))
    assert [next(stream).name for _ in range(2)] == ["a", "b"]
    later = iter(engine.events(project="shop", since=moment + 0.0005))
    assert next(later).name == "b"


def test_the_history_is_as_short_as_the_real_ones(engine: FakeEngine) -> None:
    for number in range(300):
        create(engine, f"c{number}")
    stream = iter(engine.events(project="shop", since=0))
    assert next(stream).name == "c44"


def test_a_stream_that_breaks_after_three_events(engine: FakeEngine) -> None:
    engine.drop_events(after=3)
    stream = engine.events(project="shop")
    second = engine.events(project="shop")
    for name in "abcd":
        create(engine, name)
    iterator = iter(stream)
    assert [next(iterator).name for _ in range(3)] == ["a", "b", "c"]
    with pytest.raises(EngineUnreachable):
        next(iterator)
    other = iter(second)
    assert [next(other).name for _ in range(4)] == ["a", "b", "c", "d"]


def test_close_ends_a_blocked_reader(engine: FakeEngine) -> None:
    stream = engine.events(project="shop")
    found: list[EngineEvent] = []
    thread = threading.Thread(target=lambda: found.extend(stream))
    thread.start()
    stream.close()
    thread.join(10)
    assert not thread.is_alive()
    assert found == []
    assert list(stream) == []


def test_order_holds_under_many_threads(engine: FakeEngine) -> None:
    stream = engine.events(project="shop")
    names = [f"c{number}" for number in range(40)]
    threads = [threading.Thread(target=lambda one=name: engine.start(create(engine, one))) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    iterator = iter(stream)
    events = [next(iterator) for _ in range(80)]
    assert [event.time for event in events] == sorted({event.time for event in events})
    for name in names:
        assert [event.action for event in events if event.name == name] == ["create", "start"]


LINES = Script(log=("one", "two", "three"))


def text_of(engine: FakeEngine, container: str, **request: Any) -> str:
    return b"".join(chunk.data for chunk in engine.logs(container, LogRequest(**request))).decode()


def test_logs(engine: FakeEngine) -> None:
    engine.script("web", LINES)
    container = create(engine, "web")
    assert list(engine.logs(container, LogRequest(follow=True))) == []
    engine.start(container)
    engine.write_log(container, b"trouble\n", stream=2)
    assert text_of(engine, container) == "one\ntwo\nthree\ntrouble\n"
    assert list(engine.logs(container, LogRequest(tail=1))) == [LogChunk(2, b"trouble\n")]
    assert text_of(engine, container, tail=0) == ""
    assert text_of(engine, container, tail=99) == "one\ntwo\nthree\ntrouble\n"
    with pytest.raises(NotFound):
        engine.logs("nobody", LogRequest())


def test_pieces_of_a_line_count_as_one_and_are_stamped_once(engine: FakeEngine) -> None:
    container = create(engine, "web")
    engine.start(container)
    for piece in (b"a\nlong", b" line", b" with\rreturns\n"):
        engine.write_log(container, piece)
    chunks = list(engine.logs(container, LogRequest(tail=1, timestamps=True)))
    assert [chunk.data.partition(b"Z ")[2] or chunk.data for chunk in chunks] == [
        b"long",
        b" line",
        b" with\rreturns\n",
    ]
    assert chunks[0].data.startswith(b"2023-11-14T22:13:20.")


def test_logs_between_two_times(engine: FakeEngine) -> None:
    container = create(engine, "web")
    engine.start(container)
    moments = []
    for line in (b"1\n", b"2\n", b"3\n"):
        engine.write_log(container, line)
        moments.append(f"{engine.now:.3f}")
        engine.advance(1)
    assert text_of(engine, container, since=moments[1]) == "2\n3\n"
    assert text_of(engine, container, until=moments[1]) == "1\n2\n"


def test_following_ends_with_the_run(engine: FakeEngine) -> None:
    container = create(engine, "web")
    engine.start(container)
    stream = iter(engine.logs(container, LogRequest(follow=True)))
    engine.write_log(container, b"first\n")
    assert next(stream) == LogChunk(1, b"first\n")
    engine.write_log(container, b"last\n")
    engine.stop(container, timeout=1, grace=1)
    assert list(stream) == [LogChunk(1, b"last\n")]


def test_close_ends_a_blocked_follower(engine: FakeEngine) -> None:
    container = create(engine, "web")
    engine.start(container)
    stream = engine.logs(container, LogRequest(follow=True))
    thread = threading.Thread(target=lambda: list(stream))
    thread.start()
    stream.close()
    thread.join(10)
    assert not thread.is_alive()


def test_a_terminal_writes_its_own_line_ends_to_one_stream(engine: FakeEngine) -> None:
    container = create(engine, "web", Tty=True)
    engine.start(container)
    engine.write_log(container, b"hello\n", stream=2)
    assert list(engine.logs(container, LogRequest())) == [LogChunk(1, b"hello\r\n")]


def test_a_driver_that_cannot_be_read(engine: FakeEngine) -> None:
    container = create(engine, "web", HostConfig={"LogConfig": {"Type": "syslog"}})
    with pytest.raises(EngineRefused, match="configured logging driver does not support reading"):
        engine.logs(container, LogRequest())


def test_a_slow_follower_does_not_see_the_next_run(engine: FakeEngine) -> None:
    container = create(engine, "web")
    engine.start(container)
    engine.write_log(container, b"first run\n")
    stream = engine.logs(container, LogRequest(follow=True))
    engine.restart(container, timeout=1, grace=1)
    engine.write_log(container, b"second run\n")
    assert list(stream) == [LogChunk(1, b"first run\n")]
