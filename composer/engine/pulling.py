"""The lines of a pull's progress stream, as `PullProgress` or as trouble. Pure.

The engine answers 200 first and tells most errors in the stream. Must not know: how a pull is started or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from composer.engine.port import PullProgress

WRONG_PLATFORM = "does not match the specified platform"


def parse_progress(line: Mapping[str, Any]) -> PullProgress:
    """`{"status": …, "id": layer, "progressDetail": {"current": …, "total": …}}`, all but status optional."""
    status = str(line.get("status") or "")
    detail = line.get("progressDetail") or {}
    # In the opening line the id is the tag.
    layer = "" if status.startswith("Pulling from ") else str(line.get("id") or "")
    return PullProgress(layer, status, int(detail.get("current") or 0), int(detail.get("total") or 0))


def trouble_in(line: Mapping[str, Any]) -> str:
    """The engine's words if the pull failed or brought an image for another platform, else ""."""
    detail = line.get("errorDetail") or {}
    if error := detail.get("message") or line.get("error"):
        return str(error)
    status = str(line.get("status") or "")
    return status.removeprefix("WARNING: ") if WRONG_PLATFORM in status else ""
