"""One published port, long form. `published` is text: a port, a range `8000-8005`, or None for random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated

from composer.model.base import between
from composer.values import value


@value(kw_only=True)
class Port:
    name: str | None = None
    mode: str = "ingress"
    host_ip: str | None = None
    target: Annotated[int, between(1, 65535)]
    published: str | None = None
    protocol: str = "tcp"
    app_protocol: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
