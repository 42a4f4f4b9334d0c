"""One `depends_on` edge (Compose Specification, `depends_on`, long form)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from composer.values import value


class Condition(StrEnum):
    STARTED = "service_started"
    HEALTHY = "service_healthy"
    COMPLETED = "service_completed_successfully"


@value(kw_only=True)
class Dependency:
    """`required: false` turns a failure into a warning; `restart` restarts the dependent with it."""

    condition: Condition = Condition.STARTED
    restart: bool = False
    required: bool = True
    extensions: Mapping[str, object] = field(default_factory=dict)
