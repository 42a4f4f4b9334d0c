"""Path patterns as the builder's own matcher understands them: those of `.dockerignore` and of its requests.

They are not `.gitignore`'s: a pattern is bound to the root, case counts, `[^x]` negates and `[!x]` does not, and what
matches a folder matches all in it unless a later `!` pattern says otherwise. Pure. Must not know: files, contexts.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence

SPECIAL = frozenset("*[]?^\\")
_ESCAPED = frozenset(".+()|{}$")

Match = Callable[[str], object]


class Pattern:
    """One line. `text` without the `!`; `is_exception`: it takes back what earlier ones matched."""

    __slots__ = ("is_exception", "matches", "prefix", "text")

    def __init__(self, line: str) -> None:
        """Raises ValueError for a pattern that cannot be understood."""
        text = cleaned(line.strip())
        self.is_exception = text.startswith("!")
        self.text = text[1:] if self.is_exception else text
        if not self.text:
            raise ValueError("illegal exclusion pattern: '!'")
        check_syntax(self.text)
        self.matches = compiled(self.text)
        self.prefix = self.text.removesuffix("/**").removesuffix("/*")

    @property
    def is_plain(self) -> bool:
        """But for a `*` or `**` at the end it is a path, so that what lies outside of it needs no look."""
        return not SPECIAL.intersection(self.prefix)


class Patterns:
    """A list of patterns, the last one that matches counts.

    >>> Patterns(["*.log", "!keep.log"]).match("keep.log")
    False
    """

    def __init__(self, lines: Iterable[str]) -> None:
        """Raises ValueError for a pattern that cannot be understood."""
        self.all = tuple(Pattern(line) for line in lines if line.strip())
        self.has_exceptions = any(pattern.is_exception for pattern in self.all)

    def __bool__(self) -> bool:
        return bool(self.all)

    def match(self, path: str) -> bool:
        """Is `path`, or for the sake of a folder above it, matched?"""
        known: Sequence[bool] = ()
        folders = path.split("/")
        matched = False
        for depth in range(1, len(folders) + 1):
            matched, known = self.match_below(known, "/".join(folders[:depth]))
        return matched

    def match_below(self, folder: Sequence[bool], path: str) -> tuple[bool, Sequence[bool]]:
        """The verdict on `path`, and what to give as `folder` for all that is directly in it. `folder` is () at
        the root. What is skipped here for speed counts as not matched for those below: the builder does so too."""
        matched = False
        hits = [False] * len(self.all)
        for place, pattern in enumerate(self.all):
            hit = bool(folder) and folder[place]
            if not hit and pattern.is_exception == matched:
                hit = bool(pattern.matches(path))
            hits[place] = hit
            if hit:
                matched = not pattern.is_exception
        return matched, hits

    def only_plain(self, *, exceptions: bool) -> bool:
        """Are the exceptions (or else the others) all plain? Then `may_match_inside` can be asked."""
        return all(pattern.is_plain for pattern in self.all if pattern.is_exception == exceptions)

    def may_match_inside(self, folder: str, *, exceptions: bool) -> bool:
        """Could one of the plain exceptions (or else of the others) match something in `folder`?"""
        inside = folder + "/"
        return any(
            (pattern.prefix + "/").startswith(inside) for pattern in self.all if pattern.is_exception == exceptions
        )


def cleaned(path: str) -> str:
    """Without `.`, empty parts, and `..` where it can be resolved; "." for nothing."""
    path = posixpath.normpath(path)
    return path[1:] if path.startswith("//") else path


def compiled(text: str) -> Match:
    """A function that says whether a whole path fits the cleaned pattern `text`."""
    body, kind = _translated(text)
    match kind:
        case "exact":
            return text.__eq__
        case "prefix":
            start = text[:-2]
            return lambda path: path.startswith(start)
        case "suffix":
            end = text[2:]
            return lambda path: path.endswith(end) or (end[:1] == "/" and path == end[1:])
        case _:
            return re.compile(body + r"\Z").match


def _translated(text: str) -> tuple[str, str]:
    """The regular expression, and which simpler test (exact, prefix, suffix) does the same."""
    parts: list[str] = []
    kind = "exact"
    place = 0
    while place < len(text):
        start, sign = place, text[place]
        place += 1
        if text.startswith("**", start):
            place = start + (3 if text.startswith("**/", start) else 2)
            kind, part = _stars(kind, is_last=place >= len(text), is_first=start == 0)
            parts.append(part)
            continue
        if sign in "*?[]\\":
            kind = "pattern"
        if sign == "\\" and place < len(text):
            parts.append(re.escape(text[place]))
            place += 1
        else:
            parts.append({"*": "[^/]*", "?": "[^/]", "\\": r"\\"}.get(sign, _literal(sign)))
    return "".join(parts), kind


def _stars(kind: str, *, is_last: bool, is_first: bool) -> tuple[str, str]:
    """`**`, with the slash behind it: any number of folders, also none; at the end, anything."""
    if not is_last:
        return ("suffix" if is_first else "pattern"), "(.*/)?"
    if is_first:
        return "suffix", ".*"
    return ("prefix" if kind == "exact" else "pattern"), ".*"


def _literal(sign: str) -> str:
    return "\\" + sign if sign in _ESCAPED else sign


def check_syntax(text: str) -> None:
    """Raises ValueError for a class that is not closed, an empty one, or a lone backslash at the end."""
    place = 0
    while place < len(text):
        sign = text[place]
        place += 1
        if sign == "\\":
            place = _after_escaped(text, place)
        elif sign == "[":
            place = _after_class(text, place)


def _after_escaped(text: str, place: int) -> int:
    if place >= len(text):
        raise ValueError(f"syntax error in pattern: {text!r} ends with a backslash")
    return place + 1


def _after_class(text: str, place: int) -> int:
    start = place = place + 1 if text.startswith("^", place) else place
    while place < len(text) and (text[place] != "]" or place == start):
        if text[place] == "]":
            break
        place = _after_escaped(text, place + 1) if text[place] == "\\" else place + 1
    if place >= len(text) or place == start:
        raise ValueError(f"syntax error in pattern: a '[' in {text!r} is not closed")
    return place + 1
