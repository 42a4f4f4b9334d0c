"""Protocol buffers: the bytes are those of the encoding's own documentation, where it has an example."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.wireformat import Message


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        (wire.number(1, 150), "089601"),
        (wire.text(2, "testing"), "120774657374696e67"),
        (wire.blob(3, wire.number(1, 150)), "1a03089601"),
        (wire.number(1, 0) + wire.text(2, ""), ""),
        (wire.blob(2, b""), "1200"),
        (wire.number(1, -1), "08ffffffffffffffffff01"),
        (wire.texts(1, ["a", ""]), "0a01610a00"),
        (wire.mapping(1, {"b": b"\x00", "a": "x"}), "0a060a016112017" + "8" + "0a060a0162120100"),
    ],
)
def test_the_bytes(encoded: bytes, expected: str) -> None:
    assert encoded.hex() == expected


@given(
    st.integers(1, 2**20),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=300),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_what_is_written_is_read(field: int, integer: int, blob: bytes, mapping: dict[str, str]) -> None:
    message = Message(wire.number(field, integer) + wire.blob(field + 1, blob) + wire.mapping(field + 2, mapping))
    assert wire.signed(message.number(field)) == integer
    assert message.blob(field + 1) == blob
    assert message.mapping(field + 2) == mapping


def test_defaults_and_repetition() -> None:
    message = Message(wire.texts(1, ["a", "b"]) + b"\x15\x01\x00\x00\x00" + b"\x19" + bytes(8))
    assert (message.text(1), message.texts(1)) == ("b", ["a", "b"])
    assert (message.number(9), message.text(9), message.blobs(9), message.message(9)) == (0, "", [], None)
    assert message.number(1) == 0
    assert message.blob(2) == b"\x01\x00\x00\x00"


@pytest.mark.parametrize("data", [b"\x08", b"\x0a\x05abc", b"\x0b", b"\xff" * 11, b"\x15\x00"])
def test_what_is_no_message(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut off|no end|wire type"):
        Message(data)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_a_value_error(data: bytes) -> None:
    with suppress(ValueError):
        Message(data)
