"""The config hashes, byte for byte those of docker compose, so that each tool takes over the other's objects.

Owns: which parts of a canonical document count, and the JSON text that is hashed. Pure. Must not know:
how the documents are made (`model.dump`) nor what a difference leads to (`containers`, `networks`).
Rule: SHA-256 over Go's compact JSON of the service, network or volume.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from composer.digest import sha256_hex
from composer.model.dump import network_document, service_document, volume_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from composer.model.network import Network
    from composer.model.service import Service
    from composer.model.volume import Volume

# Changing these must not recreate a container: they say how to get the image or how many to run.
IGNORED = frozenset({"build", "pull_policy", "scale", "depends_on", "profiles"})

# What Go's encoder escapes so that JSON may stand inside HTML.
_GO_ESCAPES = {
    ord("&"): "\\u0026",
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def service_hash(service: Service) -> str:
    """64 hex digits: the label `com.docker.compose.config-hash` of the service's containers."""
    return _digest(hashed_document(service))


def hashed_document(service: Service) -> dict[str, Any]:
    """What of a service makes its containers other ones."""
    document = {key: value for key, value in service_document(service).items() if key not in IGNORED}
    deploy = document.get("deploy")
    if deploy is not None:
        document["deploy"] = {key: value for key, value in deploy.items() if key != "replicas"}
    return document


def network_hash(network: Network) -> str:
    return _digest(network_document(network))


def volume_hash(volume: Volume) -> str:
    """An unset driver counts as `local`, right after the name."""
    document = volume_document(volume)
    if "driver" not in document:
        name = {"name": document["name"]} if "name" in document else {}
        document = {**name, "driver": "local", **{key: value for key, value in document.items() if key != "name"}}
    return _digest(document)


def go_json(document: object) -> str:
    """Compact JSON as Go writes it: no blanks, raw non-ASCII text, `& < >` escaped, short floats."""
    text = json.dumps(_go_numbers(document), separators=(",", ":"), ensure_ascii=False)
    return text.translate(_GO_ESCAPES)


def _digest(document: Mapping[str, Any]) -> str:
    return sha256_hex(go_json(document).encode())


def _go_numbers(value: Any) -> Any:
    if isinstance(value, float):
        return _go_float(value)
    if isinstance(value, dict):
        return {key: _go_numbers(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_go_numbers(item) for item in value]
    return value


def _go_float(value: float) -> int | float:
    """The model's floats are 32 bits wide in the reference: print the shortest text that reads back as it."""
    narrow = struct.pack("f", value)
    (exact,) = struct.unpack("f", narrow)
    for digits in range(1, 10):  # pragma: no branch - nine digits always read back
        short = float(f"{exact:.{digits}g}")
        if struct.pack("f", short) == narrow:
            break
    return int(short) if short.is_integer() else short
