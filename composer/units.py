"""Durations, byte sizes and numbers as text: parse what users write, print what docker compose prints.

Owns the two `NewType`s and their grammars (Go's `time.Duration` with days and weeks, go-units sizes in
powers of 1024, Go's `%v` of numbers). Pure. Must not know: files, spans, the model.
"""

from __future__ import annotations

from typing import NewType

Nanoseconds = NewType("Nanoseconds", int)
Bytes = NewType("Bytes", int)

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_DURATION_UNITS = {
    "ns": 1,
    "us": MICROSECOND,
    "µs": MICROSECOND,  # micro sign
    "μs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
    "d": 24 * HOUR,
    "w": 7 * 24 * HOUR,
}
_SIZE_UNITS = "bkmgtp"
_LARGEST = 2**63 - 1


def parse_duration(text: str) -> Nanoseconds:
    """`1m30s`, `1.5h`, `2d`, `-1s`, `0` in nanoseconds.

    Raises ValueError with a message for the user.
    """
    body = text[1:] if text[:1] in ("+", "-") else text
    if body == "0":
        return Nanoseconds(0)
    if not body:
        raise ValueError(f"invalid duration {text!r}")
    total = 0
    at = 0
    while at < len(body):
        number, after = _scan(body, at, "0123456789.")
        unit, at = _scan_until(body, after, "0123456789.")
        total += _duration_part(text, number, unit)
    if total > _LARGEST:
        raise ValueError(f"duration {text!r} is too long")
    return Nanoseconds(-total if text[0] == "-" else total)


def _duration_part(text: str, number: str, unit: str) -> int:
    if not any(char.isdigit() for char in number) or number.count(".") > 1:
        raise ValueError(f"invalid duration {text!r}: a number must stand before each unit")
    if not unit:
        raise ValueError(f"missing unit in duration {text!r} (one of ms, s, m, h, d, w)")
    scale = _DURATION_UNITS.get(unit)
    if scale is None:
        raise ValueError(f"unknown unit {unit!r} in duration {text!r} (use us, ms, s, m, h, d or w, without blanks)")
    whole, _, fraction = number.partition(".")
    value = int(whole or "0") * scale
    if fraction:
        value += int(fraction) * scale // 10 ** len(fraction)
    return value


def _scan(text: str, start: int, allowed: str) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] in allowed:
        end += 1
    return text[start:end], end


def _scan_until(text: str, start: int, stop: str) -> tuple[str, int]:
    end = start
    while end < len(text) and text[end] not in stop:
        end += 1
    return text[start:end], end


def format_duration(value: int) -> str:
    """Go's form: `1m30s`, `24h0m0s`, `1.5s`, `500ms`, `0s`."""
    if value == 0:
        return "0s"
    sign, rest = ("-", -value) if value < 0 else ("", value)
    if rest < SECOND:
        unit, scale = ("ns", 1) if rest < MICROSECOND else ("µs", MICROSECOND)
        if rest >= MILLISECOND:
            unit, scale = "ms", MILLISECOND
        return f"{sign}{_decimal(rest, scale)}{unit}"
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{_decimal(rest, SECOND)}s"
    if minutes == 0:
        return f"{sign}{seconds}"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}h{minutes}m{seconds}" if hours else f"{sign}{minutes}m{seconds}"


def _decimal(value: int, scale: int) -> str:
    whole, rest = divmod(value, scale)
    if not rest:
        return str(whole)
    digits = len(str(scale)) - 1
    return f"{whole}.{str(rest).rjust(digits, '0').rstrip('0')}"


def parse_bytes(text: str) -> Bytes:
    """`1g`, `1.5 GB`, `64MiB`, `1024` in bytes; every unit is a power of 1024. A plain integer may be
    negative (`-1` means unlimited in some places).

    Raises ValueError with a message for the user.
    """
    if text[:1] == "-" and text[1:].isdecimal():
        return Bytes(int(text))
    end = max((at for at, char in enumerate(text) if char in "0123456789. "), default=-1)
    if end < 0:
        raise ValueError(f"invalid size: {text!r}")
    number, suffix = (text[:end], text[end + 1 :]) if text[end] == " " else (text[: end + 1], text[end + 1 :])
    try:
        value = float(number)
    except ValueError:
        raise ValueError(f"invalid size: {text!r}") from None
    if not value >= 0:
        raise ValueError(f"invalid size: {text!r}")
    size = value * 1024.0 ** _size_exponent(text, suffix.lower())
    if size > _LARGEST:
        raise ValueError(f"size {text!r} is too large")
    return Bytes(int(size))


def format_bytes(size: int) -> str:
    """As short as it reads back exactly: 67108864 → `64m`, 1000 → `1000`."""
    units = ("", "k", "m", "g", "t")
    exponent = 0
    while size and size % 1024 == 0 and exponent < len(units) - 1:
        size, exponent = size // 1024, exponent + 1
    return f"{size}{units[exponent]}"


def _size_exponent(text: str, suffix: str) -> int:
    if not suffix:
        return 0
    exponent = _SIZE_UNITS.find(suffix[0])
    tail = suffix[1:]
    if exponent < 0 or tail not in ("", "b", "ib") or (exponent == 0 and tail):
        raise ValueError(f"invalid suffix {suffix!r} in size {text!r} (use b, k, m, g, t or p)")
    return exponent


def format_number(value: float) -> str:
    """Go's `%v`: integers plain, floats in the fewest digits, an exponent below 1e-4 and from 1e6 on."""
    if isinstance(value, int):
        return str(value)
    if value != value:  # noqa: PLR0124  NaN
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    if value == 0:
        return "-0" if str(value)[0] == "-" else "0"
    sign, digits, exponent = _digits(value)
    if -4 <= exponent < 6:
        return sign + _positional(digits, exponent)
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _digits(value: float) -> tuple[str, str, int]:
    """Sign, significant digits and the decimal exponent of the first one."""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    exponent = len(whole) - 1 - leading + int(power or "0")
    return ("-" if value < 0 else ""), digits.rstrip("0"), exponent


def _positional(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    if len(digits) <= exponent + 1:
        return digits + "0" * (exponent + 1 - len(digits))
    return f"{digits[: exponent + 1]}.{digits[exponent + 1 :]}"


def single_precision(value: float) -> float:
    """The shortest decimal that a 32-bit float tells apart, as docker compose holds `cpus`.

    Raises ValueError when there is none.
    """
    import struct  # noqa: PLC0415  rare

    exact: float = struct.unpack("f", struct.pack("f", value))[0]
    if exact in (float("inf"), float("-inf")):
        raise ValueError(f"{format_number(value)} is too large")
    for digits in range(1, 10):
        short = float(f"{exact:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == exact:
            return short
    return exact
