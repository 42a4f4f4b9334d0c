"""Durations, sizes and counts in words. Pure; imports nothing, so that telling an error stays fast."""

from __future__ import annotations


def duration_text(seconds: float) -> str:
    """`0.3s`, `12.0s`, `2m05s`, `1h02m`."""
    if seconds < 59.95:
        return f"{max(seconds, 0.0):.1f}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def size_text(count: int) -> str:
    """Decimal units as docker prints them: `512B`, `1.99MB`."""
    value, units = float(count), ["TB", "GB", "MB", "kB", "B"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop()
    return f"{value:.3g}{units[-1]}" if value < 1000 else f"{value:.0f}{units[-1]}"


def pull_text(text: str, current: int, total: int) -> str:
    """`2 of 5 layers, 12MB/40MB`; bytes only when they are known."""
    known = f"{size_text(current)}/{size_text(total)}" if total else ""
    return ", ".join(part for part in (text, known) if part)


def count_text(number: int, noun: str) -> str:
    """`1 service`, `3 services`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
