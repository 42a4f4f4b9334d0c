"""Composer: a Compose-style multi-container orchestrator. Public names load on first use."""

from __future__ import annotations

__version__ = "0.1.0"
