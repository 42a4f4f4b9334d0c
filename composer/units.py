"""Durations and byte sizes: the integers the model holds.

Owns the two `NewType`s; parsing and Go-style printing join them here. Pure.
"""

from __future__ import annotations

from typing import NewType

Nanoseconds = NewType("Nanoseconds", int)
Bytes = NewType("Bytes", int)

SECOND = 1_000_000_000
