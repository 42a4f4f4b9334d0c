"""Workers, the event listener, interrupts, pull summaries, and who is in the way."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from composer import labels
from composer.engine.fake import FakeEngine
from composer.engine.port import EngineEvent
from composer.errors import EngineRefused, EngineUnreachable
from composer.execute.commands import EngineSaid, InterruptedBy, StreamLost, StreamResumed
from composer.execute.interrupt import Interrupts
from composer.execute.listen import Listener, Said
from composer.execute.trouble import port_hint, taken_port, users_of_network
from composer.execute.workers import Workers
from composer.plan.actions import ContainerId, RemoveNetwork


# ---- workers -------------------------------------------------------------------------------------------
def test_an_idle_worker_is_used_again_and_no_more_than_allowed_are_started() -> None:
    names: SimpleQueue[str] = SimpleQueue()
    workers = Workers(2)
    for _ in range(20):
        workers.do(lambda: names.put(threading.current_thread().name))
    assert {names.get(timeout=10) for _ in range(20)} <= {"composer-1", "composer-2"}
    workers.close()


def test_as_many_workers_as_tasks_run_side_by_side() -> None:
    together = threading.Barrier(5)
    workers = Workers(8)
    for _ in range(4):
        workers.do(together.wait)  # type: ignore[arg-type]
    together.wait(10)
    workers.close()


# ---- listener ------------------------------------------------------------------------------------------
class Stream:
    """Yields events, then breaks with `error` or ends."""

    def __init__(self, *events: EngineEvent, error: Exception | None = None) -> None:
        self.events = events
        self.error = error
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[EngineEvent]:
        yield from self.events
        if self.error is not None:
            raise self.error
        self.closed.wait(10)

    def close(self) -> None:
        self.closed.set()


def event(time: int) -> EngineEvent:
    return EngineEvent("start", ContainerId("c"), time=time)


def listen(first: Stream, *further: Stream | EngineRefused) -> tuple[Listener, SimpleQueue[Said], list[float | None]]:
    said: SimpleQueue[Said] = SimpleQueue()
    asked: list[float | None] = []
    rest = iter(further)

    def reopen(since: float | None) -> Stream:
        asked.append(since)
        following = next(rest)
        if isinstance(following, EngineRefused):
            raise following
        return following

    listener = Listener(first, said.put, reopen=reopen, pauses=(0.0, 0.0))
    listener.start()
    return listener, said, asked


def test_a_cut_stream_goes_on_without_repeating_what_was_heard() -> None:
    first = Stream(event(5_000_000_000), error=EngineUnreachable("cut"))
    listener, said, asked = listen(first, EngineRefused("not yet"), Stream(event(5_000_000_000), event(6_000_000_000)))
    heard = [said.get(timeout=10) for _ in range(3)]
    resumed = StreamResumed(engine_was_away=True)
    assert heard == [EngineSaid(event(5_000_000_000)), resumed, EngineSaid(event(6_000_000_000))]
    assert asked == [pytest.approx(5.0, abs=0.001)] * 2
    listener.close()


def test_a_stream_that_cannot_be_reopened_is_lost() -> None:
    gone = EngineRefused("still no")
    _, said, asked = listen(Stream(error=EngineUnreachable("cut")), EngineRefused("no"), gone)
    assert said.get(timeout=10) == StreamLost(gone)
    assert asked == [None, None]


def test_a_closed_listener_says_nothing_more() -> None:
    stream = Stream()
    listener, said, asked = listen(stream)
    listener.close()
    assert stream.closed.is_set()
    assert (said.empty(), asked) == (True, [])


# ---- interrupts ------------------------------------------------------------------------------------------
def test_signals_are_counted_and_handlers_put_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    received: SimpleQueue[InterruptedBy] = SimpleQueue()
    with Interrupts(received.put):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        assert [received.get(timeout=10) for _ in range(2)] == [InterruptedBy(1), InterruptedBy(2)]
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_signal_is_noticed_however_busy_the_process_is() -> None:
    main = threading.main_thread().ident
    assert main is not None

    def after(start: threading.Event, act: Callable[[], object]) -> None:
        start.wait()
        act()

    for _ in range(60):
        received: SimpleQueue[InterruptedBy] = SimpleQueue()
        start = threading.Event()
        # All wake up when the main thread is about to wait for the queue.
        acts = [lambda: signal.pthread_kill(main, signal.SIGINT), *[lambda: sum(range(3000))] * 3]
        threads = [threading.Thread(target=after, args=(start, act)) for act in acts]
        for thread in threads:
            thread.start()
        with Interrupts(received.put):
            start.set()
            assert received.get(timeout=10) == InterruptedBy(1)
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("enabled", [True, False])
def test_no_handlers_outside_the_main_thread_or_when_not_wanted(enabled: bool) -> None:
    found: list[object] = []

    def enter() -> None:
        with Interrupts(lambda _: None, enabled=enabled):
            found.append(signal.getsignal(signal.SIGINT))

    if enabled:
        thread = threading.Thread(target=enter)
        thread.start()
        thread.join(10)
    else:
        enter()
    assert found == [signal.getsignal(signal.SIGINT)]


# ---- who is in the way -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("message", "port"),
    [
        ("Bind for 0.0.0.0:18080 failed: port is already allocated", 18080),
        ("failed to bind host port 0.0.0.0:80/tcp: address already in use", 80),
        ("failed to bind host port for [::]:8443:172.18.0.2:443/tcp: address already in use", 8443),
        ("Error starting userland proxy: listen tcp4 127.0.0.1:5432: bind: address already in use", 5432),
        ("no such image: app:8080", None),
        ("address already in use", None),
    ],
)
def test_the_port_is_read_from_the_engines_words(message: str, port: int | None) -> None:
    assert taken_port(message) == port


def with_published_port() -> FakeEngine:
    engine = FakeEngine(["app"])
    tags = {labels.PROJECT: "shop", labels.SERVICE: "web", labels.NUMBER: "1", labels.CONFIG_HASH: "h"}
    host = {"PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}}
    body = {"Image": "app", "Labels": tags, "ExposedPorts": {"80/tcp": {}}, "HostConfig": host}
    engine.start(engine.create_container("shop-web-1", body, platform=None))
    return engine


def test_the_container_that_publishes_the_port_is_named() -> None:
    message = "Bind for 0.0.0.0:8080 failed: port is already allocated"
    assert port_hint(with_published_port(), message, "another") == (
        "port 8080 is published by container shop-web-1 (service web of project shop): stop it, or publish another port"
    )


def test_no_container_publishes_it() -> None:
    message = "Bind for 0.0.0.0:9999 failed: port is already allocated"
    engine = with_published_port()
    assert port_hint(engine, message, "another").startswith("port 9999 is used by another program")
    engine.fail("containers", EngineRefused("no"))
    assert port_hint(engine, message, "another").startswith("port 9999 is used by another program")
    assert port_hint(engine, "no such image", "another") == ""


def test_users_of_a_network_without_the_engines_words() -> None:
    engine = FakeEngine()
    action = RemoveNetwork("p_default", "n1")
    assert users_of_network(engine, action, 'has active endpoints (name:"b" id:"1", name:"a" id:"2")') == " by a, b"
    assert users_of_network(engine, action, "has active endpoints") == ""
    engine.fail("containers", EngineRefused("no"))
    assert users_of_network(engine, action, "has active endpoints") == ""
