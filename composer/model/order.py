"""The order of names in the reference's YAML: `s2` before `s10`, signs before digits before letters. Pure."""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LETTERS = re.compile(r"[a-z_.-]*")
_NUMBERED = re.compile(r"([a-z.-]*)([0-9]{0,18})")


def in_order(names: Iterable[str]) -> list[str]:
    """Every name once more.

    >>> in_order(["s10", "s2", "s", "s-x", "B", "_a"])
    ['_a', 'B', 's', 's-x', 's2', 's10']
    """
    listed = sorted(names)
    if all(map(_LETTERS.fullmatch, listed)):
        return listed
    if all(map(_NUMBERED.fullmatch, listed)):
        return sorted(listed, key=_numbered)
    return sorted(listed, key=cmp_to_key(_compare))


def _numbered(name: str) -> tuple[str, int, int]:
    """For the names that are a word and a number, which is nearly all: the rule of `_compare`, but quick."""
    word = name.rstrip("0123456789")
    if word == name:
        return name, 0, 0
    return word + "/", int(name[len(word) :]), len(name)  # `/` stands between signs and letters


def _compare(first: str, second: str) -> int:
    """Below zero when `first` comes first: letters by code, runs of digits by their number, letters last except
    right after a digit."""
    after_digit = False
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one == other:
            after_digit = one.isdecimal()
            continue
        if one.isalpha() and other.isalpha():
            return -1 if one < other else 1
        if one.isalpha() or other.isalpha():
            return -1 if one.isalpha() == after_digit else 1
        leading = "1" if "0" in (one, other) and _goes_on(first[:at]) else ""
        sides = [_run(first, at), _run(second, at)]
        numbers = [int(leading + digits or "0") for digits in sides]
        mine, theirs = (numbers[0], len(sides[0]), one), (numbers[1], len(sides[1]), other)
        return -1 if mine < theirs else 1
    return len(first) - len(second)


def _run(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end] in "0123456789":
        end += 1
    return text[start:end]


def _goes_on(before: str) -> bool:
    """Whether the digits just before are a number already, so that a zero counts."""
    digits = before[len(before.rstrip("0123456789")) :]
    return digits.strip("0") != ""
