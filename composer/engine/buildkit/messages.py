"""The control messages of BuildKit: the order for a build, and what is told of it.

Pure: values to bytes and back. Field numbers: `api/services/control/control.proto` of BuildKit. Must not know: when
they are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from composer.engine.buildkit import wireformat as wire
from composer.engine.port import BuildOutput, BuildTransfer, BuildUpdate, BuildVertex, BuildWarning

SOLVE = "/moby.buildkit.v1.Control/Solve"
WORKERS = "/moby.buildkit.v1.Control/ListWorkers"
STATUS = "/moby.buildkit.v1.Control/Status"
FRONTEND = "dockerfile.v0"
EXPORTER = "moby"  # into the engine's own images
HOST_GATEWAY = "org.mobyproject.buildkit.worker.moby.host-gateway-ip"
NANOSECONDS = 1_000_000_000


def solve_request(
    ref: str,
    session: str,
    *,
    attributes: Mapping[str, str],
    names: Iterable[str],
    cache_to: Iterable[tuple[str, Mapping[str, str]]] = (),
    entitlements: Iterable[str] = (),
    inputs: Mapping[str, bytes] | None = None,
) -> bytes:
    """`inputs`: definitions by name.

    As an internal build: to write the record that its history shows takes a builder longer than a cached build does.
    """
    exports = b"".join(wire.blob(4, wire.text(1, kind) + wire.mapping(2, told)) for kind, told in cache_to)
    return (
        wire.text(1, ref)
        + wire.text(3, EXPORTER)
        + wire.mapping(4, {"name": ",".join(names)})
        + wire.text(5, session)
        + wire.text(6, FRONTEND)
        + wire.mapping(7, attributes)
        + wire.blob(8, exports)
        + wire.texts(9, entitlements)
        + wire.mapping(10, inputs or {})
        + wire.number(11, 1)
    )


def built_image(answer: bytes) -> str:
    """The image's id (`sha256:…`) out of the answer to a solve; "" if it does not say."""
    told = wire.Message(answer).mapping(1)
    return told.get("containerimage.config.digest") or told.get("containerimage.digest", "")


def host_gateway(answer: bytes) -> str:
    """The address that `host-gateway` means to the engine, out of the list of its workers; "" if it does not say."""
    workers = wire.Message(answer).messages(1)
    return next((told for worker in workers if (told := worker.mapping(2).get(HOST_GATEWAY))), "")


def status_request(ref: str) -> bytes:
    return wire.text(1, ref)


def updates(message: bytes) -> list[BuildUpdate]:
    """What one status message tells, in an order that makes sense. Raises ValueError."""
    told = wire.Message(message)
    found: list[BuildUpdate] = [_vertex(each) for each in told.messages(1)]
    found += [_transfer(each) for each in told.messages(2)]
    found += [BuildOutput(each.text(1), each.number(3), each.blob(4)) for each in told.messages(3)]
    found += [_warning(each) for each in told.messages(4)]
    return found


def _vertex(told: wire.Message) -> BuildVertex:
    return BuildVertex(
        told.text(1),
        told.text(3),
        cached=bool(told.number(4)),
        started=_time(told, 5),
        completed=_time(told, 6),
        error=told.text(7),
    )


def _transfer(told: wire.Message) -> BuildTransfer:
    return BuildTransfer(
        told.text(2),
        told.text(1),
        current=wire.signed(told.number(4)),
        total=wire.signed(told.number(5)),
        is_over=told.message(8) is not None,
    )


def _warning(told: wire.Message) -> BuildWarning:
    places = told.messages(7)
    start = places[0].message(1) if places else None
    return BuildWarning(told.text(3), url=told.text(5), line=start.number(1) if start else 0)


def _time(told: wire.Message, field: int) -> int | None:
    """Nanoseconds since 1970."""
    moment = told.message(field)
    return None if moment is None else moment.number(1) * NANOSECONDS + moment.number(2)
