"""A folder as the builder wants it told: one `Entry` per file, folder or link, in a fixed order.

Owns the walk and the choice of what is sent. Owners are left out: in an image everything copied is root's. A file
that cannot be read is named. Must not know: how entries travel.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from composer.build.links import needed_paths
from composer.build.patterns import Patterns
from composer.errors import ComposerError
from composer.values import value


@value()
class Entry:
    """`path` relative, with `/`. `mode` as `stat` has it. `link`: the target of a symbolic link, or the entry that this
    is a hard link to. `modified` in nanoseconds since 1970."""

    path: str
    mode: int
    size: int = 0
    modified: int = 0
    link: str = ""
    device: int = 0
    attributes: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        return stat.S_ISREG(self.mode) and not self.link


@value()
class Choice:
    """What of a folder is sent: `include` () is everything; `follow`: paths to be followed through links."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()


EVERYTHING = Choice()


def walk(root: str, choice: Choice = EVERYTHING) -> Iterator[Entry]:
    """The chosen entries of the folder `root`, a folder before what is in it, each level by name.

    Raises ComposerError naming what cannot be read, ValueError for a pattern that cannot be understood.
    """
    include = choice.include
    if choice.follow:
        needed = needed_paths(root, choice.follow)
        include = tuple(dict.fromkeys((*include, *needed))) if needed else ()
    yield from _Walk(root, Patterns(include), Patterns(choice.exclude)).folder("", (), ())


class _Walk:
    def __init__(self, root: str, include: Patterns, exclude: Patterns) -> None:
        self._root = root
        self._include, self._exclude = include, exclude
        self._plain_includes = include.only_plain(exceptions=False)
        self._plain_exceptions = exclude.only_plain(exceptions=True)
        self._waiting: list[Entry] = []  # folders that are sent only if something in them is
        self._first: dict[tuple[int, int], str] = {}  # inode → the path it was sent under

    def folder(self, path: str, included: Sequence[bool], excluded: Sequence[bool]) -> Iterator[Entry]:
        for found in self._listed(path):
            below = f"{path}/{found.name}" if path else found.name
            is_folder = found.is_dir(follow_symlinks=False)
            wanted, now_included = self._include.match_below(included, below) if self._include else (True, ())
            unwanted, now_excluded = self._exclude.match_below(excluded, below) if self._exclude else (False, ())
            if is_folder and not self._may_enter(below, wanted=wanted, unwanted=unwanted):
                continue
            is_sent = wanted and not unwanted
            if not is_folder and not is_sent:
                continue
            entry = self._entry(found, below)
            if entry is None:
                continue
            depth = len(self._waiting)
            self._waiting.append(entry)
            if is_sent:
                yield from self._waiting
                self._waiting.clear()
            if is_folder:
                yield from self.folder(below, now_included, now_excluded)
            del self._waiting[depth:]

    def _may_enter(self, path: str, *, wanted: bool, unwanted: bool) -> bool:
        """Could anything in the folder be sent? In doubt, yes."""
        if not wanted and self._plain_includes and not self._include.may_match_inside(path, exceptions=False):
            return False
        return not (unwanted and self._plain_exceptions and not self._exclude.may_match_inside(path, exceptions=True))

    def _listed(self, path: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self._root, path)) as found:  # noqa: PTH118 - a walk of many thousand files
                return sorted(found, key=lambda each: each.name)
        except OSError as error:
            raise unreadable(os.path.join(self._root, path), error) from error  # noqa: PTH118

    def _entry(self, found: os.DirEntry[str], path: str) -> Entry | None:
        """None for what cannot be sent: a socket, or a file that has gone since."""
        try:
            seen = found.stat(follow_symlinks=False)
            if stat.S_ISSOCK(seen.st_mode):
                return None
            link = os.readlink(found.path) if stat.S_ISLNK(seen.st_mode) else ""  # noqa: PTH115
            attributes = _attributes(found.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreadable(found.path, error) from error
        size = 0 if stat.S_ISDIR(seen.st_mode) else seen.st_size
        if seen.st_nlink > 1 and stat.S_ISREG(seen.st_mode):
            link = self._first.setdefault((seen.st_dev, seen.st_ino), path)
            link = "" if link == path else link
            size = 0 if link else size
        device = seen.st_rdev if stat.S_ISCHR(seen.st_mode) or stat.S_ISBLK(seen.st_mode) else 0
        return Entry(path, seen.st_mode, size, seen.st_mtime_ns, link, device, attributes)


def _attributes(path: str) -> dict[str, bytes]:
    try:
        return {
            name: os.getxattr(path, name, follow_symlinks=False) for name in os.listxattr(path, follow_symlinks=False)
        }
    except (OSError, AttributeError):  # not every file system has them, nor every system
        return {}


def unreadable(path: str, error: OSError) -> ComposerError:
    return ComposerError(
        f"cannot read {path}: {error.strerror or error}",
        hint="make it readable, or leave it out of the build with a line in .dockerignore",
    )
