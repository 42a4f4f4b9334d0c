"""However the bytes of a log are cut on their way, the same lines come out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from composer.execute.lines import Lines

pieces = st.lists(st.text("ab\n", max_size=12).map(str.encode), max_size=12)


def joined(parts: list[bytes], longest: int) -> bytes:
    lines = Lines(longest)
    given_out = [lines.feed(part) for part in parts]
    assert all(not out or out.endswith(b"\n") for out in given_out)
    return b"".join(given_out) + lines.flush()


@given(pieces)
def test_any_cut_gives_the_lines_that_were_written(parts: list[bytes]) -> None:
    written = b"".join(parts)
    ending = b"" if written.endswith(b"\n") or not written else b"\n"
    assert joined(parts, longest=1000) == written + ending


@given(pieces, st.integers(1, 9))
def test_any_cut_breaks_long_lines_at_the_same_places(parts: list[bytes], longest: int) -> None:
    result = joined(parts, longest)
    assert result == joined([b"".join(parts)], longest)
    assert result == joined([bytes([byte]) for byte in b"".join(parts)], longest)
    assert all(len(line) <= longest for line in result.split(b"\n"))
    assert result.replace(b"\n", b"") == b"".join(parts).replace(b"\n", b"")
