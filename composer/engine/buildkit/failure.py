"""Why a build failed, in words: the step, its place in the Dockerfile, and its last output.

Pure. The details ride in the trailers of the failed call. Must not know: how it is shown.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from composer.engine.buildkit import wireformat as wire
from composer.engine.errors import DISK_FULL
from composer.errors import BuildFailed

DETAILS = "grpc-status-details-bin"
SOURCE = "errdefs.Source"
TAIL = 20  # lines
METADATA = "[internal] load metadata for "
# What the layers between the step and the answer put before the reason.
LAYERS = (
    "failed to solve: ",
    "rpc error: code = Unknown desc = ",
    "failed to solve with frontend dockerfile.v0: ",
    "failed to create LLB definition: ",
)
HINTS = (
    ("pull access denied", "check the image's name; a private one needs `docker login` first"),
    ("failed to resolve source metadata", "the base image is neither on the engine nor to be had from its registry"),
    ("failed to do request", "the base image is not on the engine, and its registry does not answer"),
    ("no space left on device", DISK_FULL),
    ("failed to read dockerfile", "check `dockerfile` and `context` of the service's build"),
    ("unset ssh forward key", "give the service's build the agent: `ssh: [default]`"),
)


def build_failed(trailers: Mapping[str, str], output: Iterable[str], *, step: str = "") -> BuildFailed:
    """`output`: the last lines of the step that failed, `step` its name."""
    message = bare(unquote(trailers.get("grpc-message", "")) or "the builder gave no reason")
    base = step.removeprefix(METADATA) if step.startswith(METADATA) else ""
    if base and base not in message:  # older builders do not say which image it is about
        message = f"{base}: {message}"
    place, excerpt = source_place(trailers.get(DETAILS, ""))
    hint = next((hint for part, hint in HINTS if part in message), "")
    if not hint and "secret " in message and message.endswith("not found"):
        hint = "give the service's build the secret under this name: `secrets:`"
    return BuildFailed(message, hint=hint, place=place, excerpt=excerpt, output=tuple(output)[-TAIL:])


def bare(message: str) -> str:
    """Without the layers; the exit code last, as the builder has it."""
    for _ in range(4):
        for layer in LAYERS:
            message = message.removeprefix(layer)
    return message.strip()


def source_place(details: str) -> tuple[str, str]:
    """`Dockerfile:3` and that line; two "" when the failure has no place."""
    try:
        status = wire.Message(base64.b64decode(details + "=" * (-len(details) % 4)))
        for detail in status.messages(3):
            if SOURCE in detail.text(1):
                return _place(json.loads(detail.blob(2)))
    except (ValueError, KeyError, TypeError, IndexError):
        pass  # the message alone must do
    return "", ""


def _place(told: Mapping[str, object]) -> tuple[str, str]:
    info, ranges = told["info"], told["ranges"]
    if not isinstance(info, dict) or not isinstance(ranges, list):
        return "", ""
    lines = base64.b64decode(info["data"]).decode(errors="replace").splitlines()
    number = ranges[0]["start"]["line"]
    return f"{info['filename']}:{number}", lines[number - 1].strip()
