"""A top-level volume; `name` is the engine's name (project prefix already applied)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import value


@value(kw_only=True)
class Volume:
    name: str = ""
    driver: str | None = None
    driver_opts: Mapping[str, str] = field(default_factory=dict)
    external: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)
