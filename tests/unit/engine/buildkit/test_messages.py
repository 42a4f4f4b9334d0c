"""The control messages: what is asked, what is told."""

from __future__ import annotations

import base64
import json

from composer.engine.buildkit import messages
from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.inputs import image_definition, image_settings
from composer.engine.buildkit.wireformat import Message
from composer.engine.port import BuildOutput, BuildTransfer, BuildVertex, BuildWarning

INSPECTED = {"Architecture": "amd64", "Os": "linux", "Config": {"Env": ["A=b"]}, "RootFS": {"Layers": ["sha256:1"]}}


def time(seconds: int, nanoseconds: int = 0) -> bytes:
    return wire.number(1, seconds) + wire.number(2, nanoseconds)


def test_the_order_for_a_build() -> None:
    order = messages.solve_request(
        "ref",
        "session",
        attributes={"filename": "Dockerfile", "no-cache": ""},
        names=("a", "b"),
        cache_to=[("inline", {})],
        entitlements=["network.host"],
        inputs={"base": b"\x01"},
    )
    told = Message(order)
    assert (told.text(1), told.text(3), told.mapping(4)) == ("ref", "moby", {"name": "a,b"})
    assert (told.text(5), told.text(6)) == ("session", "dockerfile.v0")
    assert told.mapping(7) == {"filename": "Dockerfile", "no-cache": ""}
    cache = told.message(8)
    assert cache is not None
    assert [export.text(1) for export in cache.messages(4)] == ["inline"]
    assert told.texts(9) == ["network.host"]
    assert [(each.text(1), each.blob(2)) for each in told.messages(10)] == [("base", b"\x01")]
    assert told.number(11) == 1, "no record in the builder's history"


def test_which_image_was_built() -> None:
    newer = {"containerimage.digest": "sha256:manifest", "containerimage.config.digest": "sha256:image"}
    assert messages.built_image(wire.mapping(1, newer)) == "sha256:image"
    assert messages.built_image(wire.mapping(1, {"containerimage.digest": "sha256:image"})) == "sha256:image"
    assert messages.built_image(b"") == ""


def test_what_is_told_of_a_build() -> None:
    vertex = (
        wire.text(1, "d") + wire.text(3, "RUN") + wire.number(4, 1) + wire.blob(5, time(1, 5)) + wire.blob(6, time(2))
    )
    transfer = (
        wire.text(1, "sending") + wire.text(2, "d") + wire.number(4, 7) + wire.number(5, 9) + wire.blob(8, time(1))
    )
    output = wire.text(1, "d") + wire.number(3, 2) + wire.blob(4, b"x\n")
    place = wire.blob(1, wire.number(1, 3))
    warning = wire.text(1, "d") + wire.text(3, "odd") + wire.text(5, "http://x") + wire.blob(7, place)
    status = wire.blob(4, warning) + wire.blob(3, output) + wire.blob(2, transfer) + wire.blob(1, vertex)
    assert messages.updates(status) == [
        BuildVertex("d", "RUN", cached=True, started=1_000_000_005, completed=2_000_000_000),
        BuildTransfer("d", "sending", 7, 9, is_over=True),
        BuildOutput("d", 2, b"x\n"),
        BuildWarning("odd", url="http://x", line=3),
    ]
    assert messages.updates(b"") == []


def test_what_host_gateway_means() -> None:
    silent = wire.text(1, "id")
    telling = wire.text(1, "id") + wire.mapping(2, {messages.HOST_GATEWAY: "172.17.0.1"})
    assert messages.host_gateway(wire.blob(1, silent) + wire.blob(1, telling)) == "172.17.0.1"
    assert messages.host_gateway(wire.blob(1, silent)) == ""


def test_an_image_as_an_input() -> None:
    definition = Message(image_definition("base", INSPECTED))
    step, end = definition.blobs(1)
    source = Message(step).message(3)
    assert source is not None
    assert source.text(1) == "docker-image://docker.io/library/base:latest"
    assert source.mapping(2) == {"image.resolvemode": "local"}
    referred = Message(end).message(1)
    assert referred is not None
    assert referred.text(1) in [each.text(1) for each in definition.messages(2)]
    settings = json.loads(image_settings(INSPECTED))
    assert json.loads(base64.b64decode(settings["containerimage.config"])) == {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["A=b"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]},
    }
