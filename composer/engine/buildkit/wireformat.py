"""Protocol buffers, as much of them as BuildKit's messages need: fields in, fields out.

Knows numbers, texts, bytes, nested messages and maps; no schema. Pure. Must not know: which messages there are.
Source: the protocol buffers encoding (base-128 varints, tag = field number << 3 | wire type).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_MASK = (1 << 64) - 1
_SHORT = tuple(bytes((number,)) for number in range(0x80))  # most numbers are small, and a context has many


def varint(number: int) -> bytes:
    """Negative numbers as 64-bit two's complement."""
    if 0 <= number < 0x80:
        return _SHORT[number]
    number &= _MASK
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field: int, value: int) -> bytes:
    """An integer, boolean or enumeration; nothing for 0, which is the default."""
    return varint(field << 3 | VARINT) + varint(value) if value else b""


def blob(field: int, value: bytes) -> bytes:
    """Bytes or a nested message, also when empty."""
    return varint(field << 3 | BYTES) + varint(len(value)) + value


def text(field: int, value: str) -> bytes:
    """Nothing for "", which is the default. Names of files that are no UTF-8 keep their bytes."""
    return blob(field, value.encode(errors="surrogateescape")) if value else b""


def texts(field: int, values: Iterable[str]) -> bytes:
    return b"".join(blob(field, value.encode(errors="surrogateescape")) for value in values)


def mapping(field: int, values: Mapping[str, str | bytes]) -> bytes:
    """`map<string, string>` or `map<string, bytes>`, in the order of the keys."""
    return b"".join(
        blob(field, text(1, key) + blob(2, value if isinstance(value, bytes) else value.encode()))
        for key, value in sorted(values.items())
    )


class Message:
    """A received message: its fields by number. A field that is not there reads as its default.

    Raises ValueError when the bytes are no message.
    """

    __slots__ = ("_fields",)

    def __init__(self, data: bytes) -> None:
        self._fields: dict[int, list[int | bytes]] = {}
        place = 0
        while place < len(data):
            tag, place = _read_varint(data, place)
            value, place = _read_value(data, place, tag & 7)
            self._fields.setdefault(tag >> 3, []).append(value)

    def number(self, field: int) -> int:
        value = self._fields.get(field, [0])[-1]
        return value if isinstance(value, int) else 0

    def blob(self, field: int) -> bytes:
        value = self._fields.get(field, [b""])[-1]
        return value if isinstance(value, bytes) else b""

    def text(self, field: int) -> str:
        return self.blob(field).decode(errors="replace")

    def blobs(self, field: int) -> list[bytes]:
        return [value for value in self._fields.get(field, ()) if isinstance(value, bytes)]

    def texts(self, field: int) -> list[str]:
        return [value.decode(errors="replace") for value in self.blobs(field)]

    def messages(self, field: int) -> list[Message]:
        return [Message(value) for value in self.blobs(field)]

    def message(self, field: int) -> Message | None:
        """None when it is not there."""
        return Message(self.blob(field)) if field in self._fields else None

    def mapping(self, field: int) -> dict[str, str]:
        return {entry.text(1): entry.text(2) for entry in self.messages(field)}


def signed(value: int) -> int:
    """A 64-bit field as the signed number it stands for."""
    return value - (1 << 64) if value >> 63 else value


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 70:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _MASK, place
        shift += 7
    raise ValueError("a number has no end")


def _read_value(data: bytes, place: int, kind: int) -> tuple[int | bytes, int]:
    if kind == VARINT:
        return _read_varint(data, place)
    if kind == BYTES:
        length, place = _read_varint(data, place)
    elif kind in (FIXED64, FIXED32):
        length = 8 if kind == FIXED64 else 4
    else:
        raise ValueError(f"unknown wire type {kind}")
    if place + length > len(data):
        raise ValueError("the message is cut off")
    return data[place : place + length], place + length
