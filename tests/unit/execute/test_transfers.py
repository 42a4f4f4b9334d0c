"""Pulls and pushes of a run: what is told of their layers, and which failures are tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from composer.engine.fake import FakeEngine
from composer.engine.port import PullProgress
from composer.errors import (
    Conflict,
    CredentialsError,
    EngineError,
    EngineRefused,
    EngineUnreachable,
    NotFound,
    RegistrySilent,
)
from composer.events.types import Layer
from composer.execute.commands import Progressed, Retrying
from composer.execute.retries import is_worth_retrying
from composer.execute.transfers import GivenUp, Summary, Transfers
from composer.plan.actions import PullImage, PushImage, StepId

STEP = StepId("pull:app")
RESET = "read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer"


def ticking(step: float) -> Callable[[], float]:
    moments = iter(range(1000))
    return lambda: next(moments) * step


def told_of(*lines: PullProgress) -> list[tuple[str, int, int]]:
    """Text and bytes after each line."""
    summary = Summary(ticking(1.0))
    told = []
    for line in lines:
        assert summary.add(line)
        said = summary.progress(STEP)
        told.append((said.text, said.current, said.total))
    return told


def test_a_pull_in_words_and_bytes() -> None:
    assert told_of(
        PullProgress("", "Pulling from library/app"),
        PullProgress("a", "Pulling fs layer"),
        PullProgress("b", "Already exists"),
        PullProgress("c", "Waiting"),
        PullProgress("a", "Downloading", 10, 40),
        PullProgress("c", "Downloading", 5, 10),
        PullProgress("c", "Download complete"),
        PullProgress("a", "Verifying Checksum"),
        PullProgress("a", "Extracting", 5, 40),
        PullProgress("a", "Pull complete"),
        PullProgress("c", "Pull complete"),
    ) == [
        ("Pulling from library/app", 0, 0),
        ("0 of 1 layers", 0, 0),
        ("1 of 2 layers", 0, 0),
        ("1 of 3 layers", 0, 0),
        ("1 of 3 layers", 10, 40),
        ("1 of 3 layers", 15, 50),
        ("1 of 3 layers", 20, 50),
        ("1 of 3 layers", 50, 50),
        ("1 of 3 layers, extracting", 50, 50),
        ("2 of 3 layers", 50, 50),
        ("3 of 3 layers", 50, 50),
    ]


def test_a_push_in_words_and_bytes() -> None:
    assert told_of(
        PullProgress("", "The push refers to repository [h/app]"),
        PullProgress("a", "Preparing"),
        PullProgress("b", "Mounted from other"),
        PullProgress("c", "Layer already exists"),
        PullProgress("a", "Pushing", 1, 4),
        PullProgress("a", "Pushing", 5, 4),  # what the engine adds when it packs a layer
        PullProgress("a", "Pushed"),
    ) == [
        ("The push refers to repository [h/app]", 0, 0),
        ("0 of 1 layers", 0, 0),
        ("1 of 2 layers", 0, 0),
        ("2 of 3 layers", 0, 0),
        ("2 of 3 layers", 1, 4),
        ("2 of 3 layers", 4, 4),
        ("3 of 3 layers", 4, 4),
    ]


def test_the_layers_as_they_stand() -> None:
    summary = Summary()
    summary.add(PullProgress("a", "Waiting"))
    summary.add(PullProgress("b", "Already exists"))
    summary.add(PullProgress("a", "Extracting", 1, 9))
    assert summary.progress(STEP).layers == (Layer("a", "Extracting", 1, 9), Layer("b", "Already exists"))


def test_a_pull_is_not_told_too_often() -> None:
    summary = Summary(ticking(0.06))
    assert [summary.add(PullProgress("", "x")) for _ in range(5)] == [True, False, True, False, True]


class Desk:
    def __init__(self, *, delays: tuple[float, ...] = (0.0, 0.0), is_quiet: bool = False) -> None:
        self.engine = FakeEngine(["app"], registry=["app"])
        self.told: list[Progressed | Retrying] = []
        self.over = threading.Event()
        self.transfers = Transfers(self.engine, self.told.append, self.over, delays=delays, is_quiet=is_quiet)

    def pull(self) -> None:
        self.transfers.pull(PullImage("app", None, ("web",)), STEP)

    def retries(self) -> list[Retrying]:
        return [one for one in self.told if isinstance(one, Retrying)]


def test_the_last_line_is_always_told() -> None:
    desk = Desk()
    desk.pull()
    desk.transfers.push(PushImage("app", ("web",)), STEP)
    ends = [one.layers[0].status for one in desk.told if isinstance(one, Progressed) and one.layers]
    assert (ends[-1], "Pull complete" in ends) == ("Pushed", True)


def test_a_quiet_transfer_tells_nothing() -> None:
    desk = Desk(is_quiet=True)
    desk.pull()
    assert desk.told == []


def test_what_may_pass_is_tried_again_and_told() -> None:
    desk = Desk()
    desk.engine.fail("pull", EngineRefused(RESET), times=2)
    desk.pull()
    assert desk.retries() == [Retrying(STEP, RESET, 2, 3, 0.0), Retrying(STEP, RESET, 3, 3, 0.0)]
    assert len(desk.engine.called("pull")) == 3


def test_what_does_not_pass_fails_in_the_end() -> None:
    desk = Desk()
    desk.engine.fail("push", EngineRefused(RESET), times=0)
    with pytest.raises(EngineRefused) as raised:
        desk.transfers.push(PushImage("app", ("web",)), STEP)
    assert raised.value.message == f"{RESET} (attempt 3 of 3)"
    assert len(desk.engine.called("push")) == 3


def test_what_a_registry_has_decided_is_not_asked_again() -> None:
    desk = Desk()
    desk.engine.fail("pull", NotFound("manifest unknown"), times=0)
    with pytest.raises(NotFound, match=r"^manifest unknown$"):
        desk.pull()
    assert (len(desk.engine.called("pull")), desk.told) == (1, [])


def test_waiting_for_another_attempt_ends_with_the_run() -> None:
    desk = Desk(delays=(3600.0,))
    desk.engine.fail("pull", EngineRefused(RESET), times=0)
    desk.over.set()
    with pytest.raises(GivenUp):
        desk.pull()
    assert len(desk.engine.called("pull")) == 1


PASSING = [
    RESET,
    "unexpected EOF",
    'Get "http://127.0.0.1:5000/v2/": EOF',
    "net/http: TLS handshake timeout",
    'Head "https://r/v2/a/manifests/1": dial tcp 10.0.0.1:443: i/o timeout',
    "received unexpected HTTP status: 503 Service Unavailable",
    "error parsing HTTP 502 response body: invalid character '<' looking for beginning of value: \"<html>\"",
    "unexpected status from HEAD request to http://r/v2/a/manifests/1: 500 Internal Server Error",
    'Get "https://r/v2/": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
]
DECIDED = [
    "manifest unknown",
    "pull access denied for app, repository does not exist or may require 'docker login'",
    "unauthorized: authentication required",
    'Head "http://127.0.0.1:5000/v2/a/manifests/1": no basic auth credentials',
    "toomanyrequests: You have reached your pull rate limit",
    "no matching manifest for linux/arm64/v8 in the manifest list entries",
    "dial tcp 127.0.0.1:5000: connect: connection refused",
    "dial tcp: lookup nowhere: no such host",
    "invalid reference format",
    "write /var/lib/docker/tmp/x: no space left on device",
    "failed to register layer: exit status 500 bytes short",
]


@pytest.mark.parametrize("message", PASSING)
def test_passing(message: str) -> None:
    assert is_worth_retrying(EngineRefused(message), has_begun=False)


@pytest.mark.parametrize("message", DECIDED)
def test_decided(message: str) -> None:
    assert not is_worth_retrying(EngineRefused(message), has_begun=True)


@pytest.mark.parametrize("kind", [NotFound, Conflict, EngineUnreachable, CredentialsError])
def test_kinds_that_do_not_pass(kind: type[EngineError]) -> None:
    assert not is_worth_retrying(kind(RESET), has_begun=True)


@pytest.mark.parametrize("has_begun", [True, False])
def test_silence_passes_only_in_the_middle(has_begun: bool) -> None:
    assert is_worth_retrying(RegistrySilent("no answer"), has_begun=has_begun) is has_begun
