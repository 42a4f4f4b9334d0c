"""`ports` in the short form: `[[host_ip:]published[-end]:]target[-end][/protocol]`.

Owns the grammar (that of the engine's own `-p`). Must not know: files, merging, the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.canonical import wrong_type
from composer.load.findings import BAD_VALUE
from composer.load.node import Mapping, Node, Scalar
from composer.load.shape import Kind, Shape

if TYPE_CHECKING:
    from composer.diagnostics import Span
    from composer.load.findings import Findings

_PROTOCOLS = ("tcp", "udp", "sctp")
_PORT = Shape(Kind.TEXT_OR_NUMBER)
_LAST_PORT = 65535


def expand_port(node: Node, path: str, found: Findings) -> tuple[Node, ...] | None:
    """One entry as one or more long ones: a range of targets makes one for each."""
    if type(node) is not Scalar or type(node.value) not in (str, int):
        wrong_type(_PORT, node, path, found)
        return None
    try:
        ports = parse_port(str(node.value))
    except ValueError as error:
        hint = "ports look like 8080:80, 127.0.0.1:8080:80/udp or 9000-9005:80-85"
        found.error(BAD_VALUE, str(error), node.span, path=path, hint=hint)
        return None
    if not found.may_expand(len(ports)):
        found.error(BAD_VALUE, "the port ranges of this project are too large", node.span, path=path)
        return None
    shared: dict[str | int, Scalar] = {}
    return tuple(_long(port, node.span, shared) for port in ports)


def _long(port: dict[str, str | int], span: Span, shared: dict[str | int, Scalar]) -> Mapping:
    """Equal values of one range share their node."""
    for value in port.values():
        if value not in shared:
            shared[value] = Scalar(value, span)
    return Mapping({key: shared[value] for key, value in port.items()}, span)


def parse_port(spec: str) -> list[dict[str, str | int]]:
    """The long form(s) of one short entry. Raises ValueError with a message for the user."""
    address, published, rest = _sections(spec)
    target, _, protocol = rest.partition("/")
    protocol = (protocol or "tcp").lower()
    if protocol not in _PROTOCOLS:
        raise ValueError(f"invalid protocol {protocol!r} in port {spec!r} (use tcp, udp or sctp)")
    if not target:
        raise ValueError(f"no container port in {spec!r}")
    first, last = _range(target, "container", spec)
    host = _range(published, "host", spec) if published else None
    if host is not None and host[1] - host[0] != last - first and first != last:
        raise ValueError(f"the ranges of host and container ports differ in size: {spec!r}")
    ports = []
    for at in sorted(range(first, last + 1), key=lambda port: f"{port}/{protocol}"):
        port: dict[str, str | int] = {"mode": "ingress", "target": at, "protocol": protocol}
        if host is not None:
            port["published"] = _published(host, at - first, single=first == last)
        if address:
            port["host_ip"] = address
        ports.append(port)
    return ports


def _published(host: tuple[int, int], offset: int, *, single: bool) -> str:
    if single and host[0] != host[1]:
        return f"{host[0]}-{host[1]}"  # the engine picks a free one
    return str(host[0] + offset)


def _sections(spec: str) -> tuple[str, str, str]:
    parts = spec.split(":")
    if len(parts) == 1:
        return "", "", spec
    address = ":".join(parts[:-2])
    if not address:
        return "", parts[-2], parts[-1]
    bracketed = address.startswith("[") and address.endswith("]")
    if bracketed:
        address = address[1:-1]
    if not is_ip(address) or (":" in address and not bracketed):
        raise ValueError(f"invalid IP address {address!r} in port {spec!r}")
    return address, parts[-2], parts[-1]


def is_ip(text: str) -> bool:
    import socket  # noqa: PLC0415  rare: only when an address is given

    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    try:
        socket.inet_pton(family, text)
    except (OSError, ValueError):
        return False
    return True


def _range(text: str, side: str, spec: str) -> tuple[int, int]:
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()) or len(text) > 11:
        raise ValueError(f"invalid {side} port {text!r} in {spec!r}")
    start, end = int(first), int(last or first)
    if end < start or end > _LAST_PORT:
        raise ValueError(f"invalid {side} port {text!r} in {spec!r}")
    return start, end
