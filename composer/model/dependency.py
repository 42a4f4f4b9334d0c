"""One `depends_on` edge (Compose Specification, `depends_on`, long form)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """`required: false` turns a failure into a warning; `restart` restarts the dependent with it."""

    condition: Condition = Condition.STARTED
    restart: bool = False
    required: bool = True
