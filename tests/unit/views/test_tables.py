"""Tables: the reference's when there is room, narrower ones that always fit."""

from __future__ import annotations

import pytest

from composer.views.cells import clip, fill, width
from composer.views.tables import shrink, table_text

HEADERS = ("NAME", "IMAGE", "PORTS")
ROWS = [("app-web-1", "nginx:1.27-alpine", "0.0.0.0:80->80/tcp"), ("db", "postgres", "")]


def test_without_a_width_it_is_the_reference_s_table() -> None:
    assert table_text(HEADERS, ROWS) == (
        "NAME        IMAGE               PORTS\n"
        "app-web-1   nginx:1.27-alpine   0.0.0.0:80->80/tcp\n"
        "db          postgres            \n"
    )


def test_columns_have_a_least_width() -> None:
    assert table_text(("A", "B"), [("1", "2")], minimum=20) == f"{'A':<20}B\n{'1':<20}2\n"


def test_a_narrow_terminal_cuts_the_widest_columns() -> None:
    assert table_text(HEADERS, ROWS, columns=40) == (
        "NAME       IMAGE          PORTS\napp-web-1  nginx:1.27-a…  0.0.0.0:80->8…\ndb         postgres       \n"
    )


def test_columns_go_when_there_is_no_room_for_them() -> None:
    assert table_text(HEADERS, ROWS, columns=24, dispensable=("IMAGE",)) == (
        "NAME       PORTS\napp-web-1  0.0.0.0:80->…\ndb         \n"
    )


@pytest.mark.parametrize("columns", range(8, 60))
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    text = table_text(HEADERS, [*ROWS, ("日本語のサービス", "イメージ", "x")], columns=columns)
    assert max(width(line) for line in text.splitlines()) <= columns


def test_wide_characters_take_two_columns() -> None:
    assert width("日本") == 4
    assert clip("日本語", 5) == "日本…"
    assert clip("日本語", 4) == "日…"
    assert fill("日本語", 4) == "日… "
    assert width("e\u0301") == 1


def test_control_characters_are_no_part_of_a_cell() -> None:
    assert table_text(("A", "B"), [("x\x1b[31m\ny", "z")]) == "A         B\nx[31m y   z\n"


@pytest.mark.parametrize(
    ("wanted", "room", "kept"),
    [([5, 5], 10, [5, 5]), ([10, 4], 8, [4, 4]), ([9, 9, 2], 12, [5, 5, 2]), ([3, 3], 0, [0, 0]), ([], 5, [])],
)
def test_room_is_taken_from_the_widest(wanted: list[int], room: int, kept: list[int]) -> None:
    assert shrink(wanted, room) == kept
