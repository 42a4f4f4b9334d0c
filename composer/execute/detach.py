"""The keys that leave a process alone: recognised in what is typed, whole or key by key. Pure."""

from __future__ import annotations

from composer.errors import UsageError

DEFAULT = "ctrl-p,ctrl-q"
_SPECIAL = {"@": 0, "[": 27, "\\": 28, "]": 29, "^": 30, "_": 31}


def parse_keys(text: str) -> bytes:
    """`ctrl-p,ctrl-q` or `a,ctrl-]` → the bytes a terminal sends. Raises UsageError."""
    return bytes(_key(part, text) for part in text.split(","))


def _key(part: str, text: str) -> int:
    name = part.removeprefix("ctrl-")
    if part == "DEL":
        return 127
    if name != part:
        if len(name) == 1 and name.isascii() and name.isalpha():
            return ord(name.lower()) - ord("a") + 1
        if name in _SPECIAL:
            return _SPECIAL[name]
    elif len(part) == 1 and part.isascii():
        return ord(part)
    raise UsageError(
        f"invalid detach keys '{text}': unknown key '{part}'",
        hint="Keys are single characters, or ctrl- and one of a-z @ [ \\ ] ^ _, with commas between.",
    )


class DetachKeys:
    """Holds back what may become the sequence, until it is clear that it does not."""

    def __init__(self, sequence: bytes) -> None:
        self._sequence = sequence
        self._held = b""

    def feed(self, typed: bytes) -> tuple[bytes, bool]:
        """What is to be passed on, and whether the whole sequence was typed (what follows it is dropped)."""
        passed = bytearray()
        for key in typed:
            self._held += bytes((key,))
            while not self._sequence.startswith(self._held):
                passed.append(self._held[0])
                self._held = self._held[1:]
            if self._held == self._sequence:
                return bytes(passed), True
        return bytes(passed), False
