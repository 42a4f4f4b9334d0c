"""Images of this engine as inputs of a build, so that not even `--pull` looks for them at a registry.

Pure: an image's inspection in, a definition and its settings out. Source: BuildKit's `solver/pb/ops.proto`. Must not
know: calls.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from composer.digest import sha256_hex
from composer.engine.buildkit import wireformat as wire
from composer.plan.references import parse_reference

RESOLVE_LOCALLY = {"image.resolvemode": "local"}


def image_definition(image: str, inspected: Mapping[str, Any]) -> bytes:
    """A build of one step, which is the image itself, and the end that refers to it. Each has settings, though empty:
    without any the builder takes the whole for nothing."""
    source = wire.text(1, f"docker-image://{parse_reference(image).full}") + wire.mapping(2, RESOLVE_LOCALLY)
    platform = wire.text(1, str(inspected["Architecture"])) + wire.text(2, str(inspected["Os"]))
    step = wire.blob(3, source) + wire.blob(10, platform)
    end = wire.blob(1, wire.text(1, _digest(step)))
    return wire.blob(1, step) + wire.blob(1, end) + wire.mapping(2, {_digest(step): b"", _digest(end): b""})


def _digest(step: bytes) -> str:
    return f"sha256:{sha256_hex(step)}"


def image_settings(inspected: Mapping[str, Any]) -> str:
    """What builds on it inherits."""
    config = {
        "architecture": inspected["Architecture"],
        "os": inspected["Os"],
        "config": inspected.get("Config") or {},
        "rootfs": {"type": "layers", "diff_ids": (inspected.get("RootFS") or {}).get("Layers") or []},
    }
    return json.dumps({"containerimage.config": base64.b64encode(json.dumps(config).encode()).decode()})
