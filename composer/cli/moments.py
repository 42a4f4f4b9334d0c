"""Times as users write them in `--since` and `--until`. Must not know: the verbs."""

from __future__ import annotations

from composer.errors import UsageError


def moment(text: str, *, now: float) -> str:
    """A time as the user writes it → seconds since 1970 as text (`""` stays). Raises UsageError.

    `10m` / `1h30m` is that long before `now`; a plain number is seconds since 1970; else ISO 8601, where a
    time without a zone is local time.
    """
    if not text or text.replace(".", "", 1).isdecimal():
        return text
    from composer.units import parse_duration  # noqa: PLC0415

    try:
        return f"{now - parse_duration(text) / 1e9:.9f}"
    except ValueError:
        pass
    from datetime import datetime  # noqa: PLC0415

    try:
        return f"{datetime.fromisoformat(text).timestamp():.9f}"
    except ValueError:
        hint = "Write 10m for ten minutes ago, or a time such as 2026-01-02T03:04:05Z."
        raise UsageError(f"cannot read the time '{text}'", hint=hint) from None
