"""Whole lines out of pieces."""

from __future__ import annotations

from composer.execute.lines import Lines


def test_pieces_wait_for_the_end_of_their_line() -> None:
    lines = Lines()
    assert [lines.feed(piece) for piece in (b"a", b"b\nc", b"", b"\n\nd\ne")] == [b"", b"ab\n", b"", b"c\n\nd\n"]
    assert lines.flush() == b"e\n"
    assert lines.flush() == b""


def test_many_lines_stay_one_piece() -> None:
    data = b"one line\n" * 1000
    assert Lines().feed(data) is not None
    assert Lines().feed(data + b"rest") == data


def test_carriage_returns_are_no_line_ends() -> None:
    lines = Lines()
    assert lines.feed(b"10%\r20%\r") == b""
    assert lines.feed(b"done\r\n") == b"10%\r20%\rdone\r\n"


def test_a_line_without_end_is_broken() -> None:
    lines = Lines(longest=4)
    assert lines.feed(b"abcd") == b""
    assert lines.feed(b"efghijk") == b"abcd\nefgh\n"
    assert lines.feed(b"l\nmnop\nqrstu\n") == b"ijkl\nmnop\nqrst\nu\n"
    assert lines.flush() == b""
