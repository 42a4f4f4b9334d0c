"""JSON and quoted text with Go's spelling, so that outputs compare byte for byte with the reference's. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable


def go_json(value: object, *, plain: Callable[[object], object] | None = None) -> str:
    """Compact JSON with the characters escaped that Go escapes for HTML. `plain` makes JSON of other types."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def go_quoted(text: str) -> str:
    """As Go's `%q`, for what command lines and names contain."""
    return json.dumps(text, ensure_ascii=False).replace("\\u00", "\\x")
