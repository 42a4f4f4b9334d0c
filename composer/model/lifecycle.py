"""What runs around a container's life: hooks, and providers that stand in for a container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import value


@value(kw_only=True)
class Hook:
    """A command run in the container after start or before stop; or, before start, in a container of its own. Only
    the latter may have an `image` (else the service's) and no `command` (then the image's)."""

    command: tuple[str, ...] | None = None
    image: str | None = None
    user: str | None = None
    privileged: bool | None = None
    working_dir: str | None = None
    environment: Mapping[str, str | None] = field(default_factory=dict)
    per_replica: bool | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Provider:
    """`type` names the program; each option has one or more values."""

    type: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)
