"""`healthcheck` of a service. Durations in nanoseconds; None means: inherit from image or engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from composer.model.base import between
from composer.units import Nanoseconds
from composer.values import value


@value(kw_only=True)
class Healthcheck:
    """`test` is None (inherit), or begins with NONE, CMD or CMD-SHELL."""

    test: tuple[str, ...] | None = None
    timeout: Nanoseconds | None = None
    interval: Nanoseconds | None = None
    retries: Annotated[int | None, between(0)] = None
    start_period: Nanoseconds | None = None
    start_interval: Nanoseconds | None = None
    disable: bool = False
    extensions: Mapping[str, object] = field(default_factory=dict)
