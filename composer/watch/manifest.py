"""What a rule's path holds at one moment: every file, folder and link that counts, with enough to see a change.

Owns the walk of the disk. What differs between two looks is pure. Must not know: containers, what follows.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from composer.values import value

if TYPE_CHECKING:
    from composer.watch.rules import Rule


class Stamp(NamedTuple):
    """`kind`: f, d or l. `modified` in nanoseconds; 0 for folders, whose time changes with their files'. `text`: what
    a link points to."""

    kind: str
    mode: int
    size: int = 0
    modified: int = 0
    text: str = ""


Manifest = dict[str, Stamp]  # relative path ("." is the rule's path itself) → stamp


@value()
class Difference:
    """Relative paths, sorted; of what is gone, only the topmost."""

    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


def look(rule: Rule, start: str = ".") -> Manifest:
    """All that counts at `start` (relative) and below; empty when nothing is there. What cannot be read is left out."""
    found: Manifest = {}
    _add(rule, start, found)
    return found


def difference(before: Mapping[str, Stamp], now: Mapping[str, Stamp], *, touched: Iterable[str] = ()) -> Difference:
    """`touched`: files that were written for certain, even if two looks see no difference.

    Where a folder takes the place of a file, or the other way round, the old one is gone before the new one comes.
    The rule's path itself is never gone, only what was in it: its target is not ours to remove.
    """
    written = {path for path in touched if path in now and now[path].kind != "d"}
    changed = {path for path, stamp in now.items() if before.get(path) != stamp} | written
    gone = {path for path in before if path not in now}
    gone |= {path for path in changed if path in before and _is_of_another_kind(before[path], now[path])}
    return Difference(tuple(sorted(changed)), topmost(gone - {"."}))


def _is_of_another_kind(before: Stamp, now: Stamp) -> bool:
    return before.kind != now.kind and "d" in (before.kind, now.kind)


def topmost(paths: Iterable[str]) -> tuple[str, ...]:
    """Without those that lie in another one of them."""
    kept: list[str] = []
    for path in sorted(paths):
        if not (kept and is_below(path, kept[-1])):
            kept.append(path)
    return tuple(kept)


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is `folder`, or in it."""
    return folder in (".", path) or path.startswith(folder + "/")


def _add(rule: Rule, relative: str, found: Manifest) -> None:
    path = rule.path if relative == "." else f"{rule.path}/{relative}"
    try:
        status = os.lstat(path)
    except OSError:
        return
    if relative != "." and rule.ignores(path):
        return
    if not stat.S_ISDIR(status.st_mode):
        _add_file(rule, relative, path, status, found)
        return
    if rule.include is None:
        found[relative] = Stamp("d", stat.S_IMODE(status.st_mode))
    try:
        names = sorted(os.listdir(path))  # noqa: PTH208 - a deep walk; plain texts are faster
    except OSError:
        return
    for name in names:
        _add(rule, name if relative == "." else f"{relative}/{name}", found)


def _add_file(rule: Rule, relative: str, path: str, status: os.stat_result, found: Manifest) -> None:
    if not rule.includes(path):
        return
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISREG(status.st_mode):
        found[relative] = Stamp("f", mode, status.st_size, status.st_mtime_ns)
    elif stat.S_ISLNK(status.st_mode):
        try:
            found[relative] = Stamp("l", mode, text=os.readlink(path))  # noqa: PTH115
        except OSError:
            return
