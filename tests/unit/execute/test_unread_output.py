"""A session whose output nobody reads any more ends; it neither hangs nor fails in its thread."""

from __future__ import annotations

from composer import labels
from composer.engine.fake import FakeEngine
from composer.engine.port import LogRequest
from composer.execute.attached import Attached, AttachPolicy
from composer.execute.follow import LogFollower
from composer.execute.session import Session, Unread


class ClosedPipe:
    """An output whose reader has left."""

    def write(self, label: str, stream: int, data: bytes, *, service: str = "", container: str = "") -> None:
        raise BrokenPipeError

    def announce(self, label: str, text: str, *, service: str = "") -> None:
        raise BrokenPipeError


def running_engine() -> FakeEngine:
    engine = FakeEngine(images=("busybox",))
    marks = {
        labels.PROJECT: "p",
        labels.SERVICE: "web",
        labels.NUMBER: "1",
        labels.CONFIG_HASH: "h",
        labels.ONEOFF: "False",
    }
    web = engine.create_container("p-web-1", {"Image": "busybox", "Labels": marks}, platform=None)
    engine.start(web)
    engine.write_log(web, b"one\n")
    return engine


def test_a_reader_that_leaves_ends_the_session() -> None:
    engine = running_engine()
    session = Session(
        engine,
        engine.events(project="p"),
        Attached(AttachPolicy(), settled=False),
        LogFollower(engine, LogRequest(follow=True)),
        watched=lambda _: True,
        shown=lambda _: True,
    )
    session.begin(engine.containers(project="p"), only_new=False)
    session.show(ClosedPipe())
    session.settle()
    assert session.wait() == Unread()
    assert session.finish(0, stopped=False) == 0
