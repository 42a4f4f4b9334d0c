"""`healthcheck` of a service. Durations in nanoseconds; None means: inherit from image or engine."""

from __future__ import annotations

from dataclasses import dataclass

from composer.units import Nanoseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Healthcheck:
    """`test` is None (inherit), or begins with NONE, CMD or CMD-SHELL."""

    test: tuple[str, ...] | None = None
    timeout: Nanoseconds | None = None
    interval: Nanoseconds | None = None
    retries: int | None = None
    start_period: Nanoseconds | None = None
    start_interval: Nanoseconds | None = None
    disable: bool = False
