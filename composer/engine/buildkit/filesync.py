"""Folders for the builder: it is told what is there, and asks for the files that it does not have yet.

So an unchanged file never travels twice. Owns the exchange (`FileSync/DiffCopy`): every entry in order, an empty one at
the end, then the contents that were asked for by an entry's place. Must not know: why a folder is needed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from composer.build.tree import Choice, Entry, unreadable, walk
from composer.engine.buildkit import wireformat as wire
from composer.engine.buildkit.grpc import UNKNOWN, Refused
from composer.values import value

if TYPE_CHECKING:
    from composer.engine.buildkit.grpc import Call

METHOD = "/moby.filesync.v1.FileSync/DiffCopy"
STAT, REQUEST, DATA, FINISH = 0, 1, 2, 3
PIECE = 128 * 1024  # bytes of content a packet
BATCH = 64 * 1024  # bytes of entries that are sent together

# Modes travel as Go has them: type and special bits at the top, permissions below.
_TYPES = {
    stat.S_IFDIR: 1 << 31,
    stat.S_IFLNK: 1 << 27,
    stat.S_IFBLK: 1 << 26,
    stat.S_IFIFO: 1 << 25,
    stat.S_IFSOCK: 1 << 24,
    stat.S_IFCHR: 1 << 26 | 1 << 21,
}
_SPECIAL = {stat.S_ISUID: 1 << 23, stat.S_ISGID: 1 << 22, stat.S_ISVTX: 1 << 20}


@value()
class Folder:
    """A folder of the disk."""

    path: str


@value()
class Texts:
    """A folder that is not there: files by name, for an inline Dockerfile."""

    files: Mapping[str, str]


Source = Folder | Texts


class FileSync:
    """The handler. `sources`: what the builder may ask for, by name."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def __call__(self, call: Call) -> None:
        """Raises ComposerError for a file that cannot be read, `Refused` for a folder that was not offered."""
        name = "".join(_told(call.headers, "dir-name"))
        source = self._sources.get(name)
        if source is None:
            raise Refused(UNKNOWN, f"no access allowed to dir {name!r}")
        if isinstance(source, Texts):
            _Exchange(call, "", source.files).run(_text_entries(source.files))
            return
        choice = Choice(
            tuple(_told(call.headers, "include-patterns")),
            tuple(_told(call.headers, "exclude-patterns")),
            tuple(_told(call.headers, "followpaths")),
        )
        _Exchange(call, source.path, {}).run(walk(source.path, choice))


class _Exchange:
    def __init__(self, call: Call, root: str, texts: Mapping[str, str]) -> None:
        self._call, self._root, self._texts = call, root, texts
        self._paths: list[str] = []  # by place; "" for what has no content

    def run(self, entries: Iterable[Entry]) -> None:
        batch: list[bytes] = []
        size = 0
        for entry in entries:
            self._paths.append(entry.path if entry.has_content else "")
            batch.append(packet(STAT, told=entry_message(entry)))
            size += len(batch[-1])
            if size >= BATCH:
                self._call.send_all(batch)
                batch, size = [], 0
        self._call.send_all([*batch, packet(STAT)])
        for data in self._call:
            asked = wire.Message(data)
            if asked.number(1) == REQUEST:
                self._send_content(asked.number(3))
            elif asked.number(1) == FINISH:
                self._call.send(packet(FINISH))
                return
            else:
                raise Refused(UNKNOWN, asked.text(4) or "the builder broke off")

    def _send_content(self, place: int) -> None:
        path = self._paths[place] if place < len(self._paths) else ""
        if not path:
            raise Refused(UNKNOWN, f"invalid file id {place}")
        if path in self._texts:
            self._call.send(packet(DATA, place=place, data=self._texts[path].encode()))
        else:
            self._send_file(os.path.join(self._root, path), place)  # noqa: PTH118
        self._call.send(packet(DATA, place=place))

    def _send_file(self, path: str, place: int) -> None:
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - paths stay texts here
                while piece := file.read(PIECE):
                    self._call.send(packet(DATA, place=place, data=piece))
        except OSError as error:
            raise unreadable(path, error) from error


def packet(kind: int, *, told: bytes = b"", place: int = 0, data: bytes = b"") -> bytes:
    return (
        wire.number(1, kind)
        + (wire.blob(2, told) if told else b"")
        + wire.number(3, place)
        + (wire.blob(4, data) if data else b"")
    )


def entry_message(entry: Entry) -> bytes:
    """All is owned by root, as everything copied into an image is."""
    return (
        wire.text(1, entry.path)
        + wire.number(2, go_mode(entry.mode))
        + wire.number(5, entry.size)
        + wire.number(6, entry.modified)
        + wire.text(7, entry.link)
        + wire.number(8, os.major(entry.device) if entry.device else 0)
        + wire.number(9, os.minor(entry.device) if entry.device else 0)
        + (wire.mapping(10, entry.attributes) if entry.attributes else b"")
    )


@lru_cache(maxsize=256)
def go_mode(mode: int) -> int:
    special = sum(bit for mask, bit in _SPECIAL.items() if mode & mask)
    return mode & 0o777 | special | _TYPES.get(stat.S_IFMT(mode), 0)


def _text_entries(files: Mapping[str, str]) -> Iterable[Entry]:
    """With the time 0, so that equal texts are equal files."""
    return [Entry(name, stat.S_IFREG | 0o644, len(files[name].encode())) for name in sorted(files)]


def _told(headers: Mapping[str, str], name: str) -> list[str]:
    """A header with several values; those that are no plain text are quoted."""
    values = headers[name].split("\n") if name in headers else []
    return [unquote_plus(each) for each in values] if f"{name}-encoded" in headers else values
