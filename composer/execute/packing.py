"""Files as tar streams, and tar streams as files: bounded memory both ways, and nothing written outside.

What comes out of a container is not to be trusted: a name may climb out of the folder, by `..` or through a link that
came before it. Such a member is refused, and an existing link is replaced rather than followed. Must not know: the
engine.
"""

from __future__ import annotations

import os
import stat
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from composer.errors import ComposerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO, Any

    from composer.engine.filing import ByteSink, ByteSource

BUFFER = 256 * 1024


class UnsafeArchive(ComposerError):
    """An archive that would write where it must not."""

    code = "CMP-4010"


def pack(sink: ByteSink, source: str, name: str) -> None:
    """Writes `source` as a tar whose root is called `name` ("": the contents of the folder alone).

    Raises OSError for what cannot be read. Links are kept as links.
    """
    with tarfile.open(mode="w|", fileobj=cast("IO[bytes]", sink), bufsize=BUFFER, format=tarfile.PAX_FORMAT) as tar:
        for path, inside in _tree(source, name):
            info = cast("tarfile.TarInfo | None", tar.gettarinfo(path, inside))
            if info is None:  # a socket: there is no such thing in an archive
                continue
            if info.isreg():
                with open(path, "rb") as content:  # noqa: PTH123 - pathlib is not loaded here
                    tar.addfile(info, content)
            else:
                tar.addfile(info)
            _forget(tar)


def _tree(source: str, name: str) -> Iterator[tuple[str, str]]:
    """(path, name in the archive), a folder before what is in it, sorted."""
    if name:
        yield source, name
    if not os.path.isdir(source) or (name and os.path.islink(source)):  # noqa: PTH112, PTH114
        return
    for entry in sorted(os.listdir(source)):  # noqa: PTH208
        inside = f"{name}/{entry}" if name else entry
        yield from _tree(f"{source}/{entry}", inside)


class Unpacker:
    """Writes the members of a tar stream below `folder`, the root of the archive under the name `name` ("": straight
    into it). `root`: what the root is called in the archive, "" if it has none. `owners`: their owners too."""

    def __init__(self, folder: str, *, root: str, name: str, owners: bool) -> None:
        self._folder = os.path.realpath(folder)
        self._root = root
        self._name = name
        self._owners = owners
        self._folders: list[tuple[str, tarfile.TarInfo]] = []

    def unpack(self, source: ByteSource) -> None:
        """Raises UnsafeArchive, OSError, and ComposerError for what is no archive."""
        try:
            with tarfile.open(mode="r|", fileobj=cast("IO[bytes]", source), bufsize=BUFFER) as tar:
                while (member := tar.next()) is not None:
                    self._take(tar, member)
                    _forget(tar)
        except tarfile.TarError as error:
            raise ComposerError(f"the archive is damaged: {error}") from error
        for path, member in reversed(self._folders):  # what was written into a folder has changed its time
            self._finish(path, member)

    def _take(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        parts = self._place(member.name)
        if not parts:
            return
        path = self._safe_path(parts)
        if member.isdir():
            self._make_folder(path, member)
            return
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - a link that is there must not be followed
        if member.issym():
            os.symlink(member.linkname, path)  # noqa: PTH211
            if self._owners:
                os.chown(path, member.uid, member.gid, follow_symlinks=False)
            return
        if member.islnk():
            os.link(self._safe_path(self._place(member.linkname)), path, follow_symlinks=False)
            return
        if member.isreg():
            _write(tar, member, path)
        elif member.isfifo():
            os.mkfifo(path)
        else:
            kind = stat.S_IFCHR if member.ischr() else stat.S_IFBLK
            os.mknod(path, kind | 0o600, os.makedev(member.devmajor, member.devminor))
        self._finish(path, member)

    def _make_folder(self, path: str, member: tarfile.TarInfo) -> None:
        if os.path.islink(path):  # noqa: PTH114
            os.unlink(path)  # noqa: PTH108
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)  # noqa: PTH102 - its own mode may forbid to write into it
        self._folders.append((path, member))

    def _finish(self, path: str, member: tarfile.TarInfo) -> None:
        if self._owners:
            os.chown(path, member.uid, member.gid, follow_symlinks=False)
        os.chmod(path, stat.S_IMODE(member.mode))  # noqa: PTH101
        os.utime(path, (member.mtime, member.mtime))

    def _place(self, name: str) -> list[str]:
        """The parts below `folder`; [] for the folder itself. Raises UnsafeArchive."""
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise UnsafeArchive(f"the archive would write outside of {self._folder}: {name}")
        if self._root:
            if parts[:1] != [self._root]:
                raise UnsafeArchive(f"the archive holds {name}, which is not in {self._root}")
            parts = parts[1:]
        return [self._name, *parts] if self._name else parts

    def _safe_path(self, parts: list[str]) -> str:
        """Raises UnsafeArchive when the way there leads through a link."""
        path = self._folder
        for part in parts[:-1]:
            path = f"{path}/{part}"
            if os.path.islink(path):  # noqa: PTH114
                raise UnsafeArchive(f"the archive would write through the link {path}")
        return f"{path}/{parts[-1]}"


def _forget(tar: tarfile.TarFile) -> None:
    """It would keep every member until its end."""
    cast("Any", tar).members.clear()


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    content = tar.extractfile(member)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123
        while content is not None and (data := content.read(BUFFER)):
            file.write(data)


def pass_on(source: ByteSource, write: Callable[[bytes], object]) -> None:
    """All of it, piece by piece."""
    while data := source.read(BUFFER):
        write(data)
