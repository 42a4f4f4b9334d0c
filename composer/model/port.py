"""One published port, long form. `published` is text: a port, a range `8000-8005`, or None for random."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    name: str | None = None
    mode: str = "ingress"
    host_ip: str | None = None
    target: int
    published: str | None = None
    protocol: str = "tcp"
    app_protocol: str | None = None
