from __future__ import annotations

import pytest

from composer.units import format_duration, format_number, parse_bytes, parse_duration, single_precision


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("90s", "1m30s"),
        ("1d", "24h0m0s"),
        ("1w2d", "216h0m0s"),
        ("500ms", "500ms"),
        ("0", "0s"),
        ("0s", "0s"),
        ("1.5s", "1.5s"),
        ("1us", "1µs"),
        ("1h30m", "1h30m0s"),
        ("1500us", "1.5ms"),
        ("-2s", "-2s"),
        ("1.000000001s", "1.000000001s"),
    ],
)
def test_a_duration_is_printed_the_way_go_prints_it(text: str, printed: str) -> None:
    assert format_duration(parse_duration(text)) == printed


@pytest.mark.parametrize("text", ["", "10", "1y", "1h 30m", "s", "1..s", "-", "99999999999h"])
def test_what_is_no_duration_is_refused_with_the_text_in_the_message(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1g", 1 << 30),
        ("1.5 GB", 3 << 29),
        ("64MiB", 64 << 20),
        ("1024", 1024),
        ("1 k", 1024),
        ("10b", 10),
        ("1p", 1 << 50),
        ("-1", -1),
    ],
)
def test_sizes_are_powers_of_1024(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "g", "1x", "1kbb", "1bb", "-1g", "1e400", "x1"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\bsize\b"):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "3"),
        (1.0, "1"),
        (3.10, "3.1"),
        (1000.0, "1000"),
        (1000000.0, "1e+06"),
        (123456789.0, "1.23456789e+08"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (-1.5, "-1.5"),
        (float("inf"), "+Inf"),
        (float("-inf"), "-Inf"),
        (float("nan"), "NaN"),
        (-0.0, "-0"),
    ],
)
def test_numbers_become_the_text_that_go_prints(number: float, text: str) -> None:
    assert format_number(number) == text


def test_single_precision_is_the_shortest_decimal_of_a_32_bit_float() -> None:
    with pytest.raises(ValueError, match="1e\\+300 is too large"):
        single_precision(1e300)
    assert [single_precision(value) for value in (0.1, 1.23456789, 2.0, 1 / 3)] == [0.1, 1.2345679, 2.0, 0.33333334]
