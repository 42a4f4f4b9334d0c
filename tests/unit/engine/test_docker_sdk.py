"""The pure parts of acting: one network per create call on old engines, and the words of a health test."""

from __future__ import annotations

from typing import Any

import pytest

from composer.engine.docker_sdk import split_endpoints
from composer.engine.healthprobe import command
from composer.engine.port import Healthprobe


def payload(mode: str, **endpoints: dict[str, Any]) -> dict[str, Any]:
    return {"Image": "a", "HostConfig": {"NetworkMode": mode}, "NetworkingConfig": {"EndpointsConfig": endpoints}}


def test_the_network_of_the_mode_stays_and_the_others_keep_their_order() -> None:
    whole = payload("b", a={"Aliases": ["x"]}, b={}, c={"Links": []})
    kept, further = split_endpoints(whole)
    assert kept == payload("b", b={})
    assert list(further.items()) == [("a", {"Aliases": ["x"]}), ("c", {"Links": []})]
    assert whole == payload("b", a={"Aliases": ["x"]}, b={}, c={"Links": []})


def test_without_a_fitting_mode_the_first_network_stays() -> None:
    assert split_endpoints(payload("bridge", a={}, b={})) == (payload("bridge", a={}), {"b": {}})


@pytest.mark.parametrize("one", [{"Image": "a"}, {"NetworkingConfig": None}, payload("a", a={}), payload("none")])
def test_nothing_to_split(one: dict[str, Any]) -> None:
    assert split_endpoints(one) == (one, {})


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (("CMD", "a", "b c"), ["a", "b c"]),
        (("CMD-SHELL", "a | b"), ["/bin/sh", "-c", "a | b"]),
    ],
)
def test_a_health_test_as_a_command(test: tuple[str, ...], expected: list[str]) -> None:
    assert command(Healthprobe(test)) == expected
