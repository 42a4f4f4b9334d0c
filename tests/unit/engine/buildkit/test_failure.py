"""A failed build in words."""

from __future__ import annotations

import base64
import json

import pytest

from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.failure import DETAILS, TAIL, bare, build_failed

TEXT = "FROM busybox\nRUN make all\n"


def details(told: object, kind: str = "github.com/moby/buildkit/errdefs.Source+json") -> str:
    detail = wire.text(1, kind) + wire.blob(2, json.dumps(told).encode())
    other = wire.text(1, "github.com/moby/buildkit/stack.Stack+json") + wire.blob(2, b"{}")
    status = wire.number(1, 2) + wire.blob(3, other) + wire.blob(3, detail)
    return base64.b64encode(status).decode().rstrip("=")


def source(line: int) -> dict[str, object]:
    info = {"filename": "app/Dockerfile", "data": base64.b64encode(TEXT.encode()).decode()}
    return {"info": info, "ranges": [{"start": {"line": line}, "end": {"line": line}}]}


def test_the_line_and_the_last_output() -> None:
    message = 'process "/bin/sh -c make all" did not complete successfully: exit code: 2'
    failed = build_failed(
        {"grpc-message": f"failed to solve: {message}", DETAILS: details(source(2))}, map(str, range(50))
    )
    assert (failed.message, failed.place, failed.excerpt) == (message, "app/Dockerfile:2", "RUN make all")
    assert failed.output == tuple(str(number) for number in range(50 - TAIL, 50))


@pytest.mark.parametrize(
    "told", ["", "!!", "AAAA", details({}), details(source(99)), details([]), details({"info": 1, "ranges": 2})]
)
def test_without_a_place_the_message_must_do(told: str) -> None:
    failed = build_failed({"grpc-message": "it%20broke", DETAILS: told}, [])
    assert (failed.message, failed.place, failed.excerpt, failed.output) == ("it broke", "", "", ())


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("failed to resolve source metadata for docker.io/library/x: y", "the base image is neither on the engine nor"),
        ("secret token: not found", "give the service's build the secret under this name"),
        ('process "cat /run/secret x" did not complete', ""),
    ],
)
def test_hints(message: str, hint: str) -> None:
    found = build_failed({"grpc-message": message}, []).hint
    assert found.startswith(hint) if hint else found == ""


def test_layers_are_taken_off() -> None:
    assert (
        bare("failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: x") == "x"
    )


def test_the_base_image_that_could_not_be_looked_up_is_named() -> None:
    step = "[internal] load metadata for registry.test/nothing:latest"
    failed = build_failed({"grpc-message": "failed to solve: connection refused"}, (), step=step)
    assert failed.message == "registry.test/nothing:latest: connection refused"
    told = "registry.test/nothing:latest: failed to resolve source metadata"
    assert build_failed({"grpc-message": told}, (), step=step).message == told
