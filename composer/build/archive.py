"""A context as a tar stream, for builders that take no other: written piece by piece, never held as a whole.

Owns what is in it: the chosen files, and the Dockerfile wherever that comes from. Must not know: where it is sent.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from composer.build.ignore import NAME as IGNORE
from composer.build.ignore import read_ignore
from composer.build.tree import Choice, Entry, unreadable, walk
from composer.errors import ComposerError

if TYPE_CHECKING:
    from composer.plan.recipe import Recipe

FOREIGN = ".dockerfile.composer"  # the name of a Dockerfile that is not in the context
_TYPES = {
    stat.S_IFDIR: tarfile.DIRTYPE,
    stat.S_IFLNK: tarfile.SYMTYPE,
    stat.S_IFIFO: tarfile.FIFOTYPE,
    stat.S_IFCHR: tarfile.CHRTYPE,
    stat.S_IFBLK: tarfile.BLKTYPE,
}


class _Sink(io.RawIOBase):
    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(cast("bytes", data))
        self._send(piece)
        return len(piece)


def dockerfile_name(recipe: Recipe) -> str:
    """What the Dockerfile is called within the context."""
    if recipe.inline is not None:
        return FOREIGN
    inside = os.path.relpath(recipe.dockerfile, recipe.context)
    return FOREIGN if inside.startswith("..") else inside


def send_context(recipe: Recipe, send: Callable[[bytes], None]) -> None:
    """Raises ComposerError naming what cannot be read."""
    with tarfile.open(fileobj=cast("IO[bytes]", _Sink(send)), mode="w|", format=tarfile.PAX_FORMAT) as tar:
        foreign = dockerfile_name(recipe) == FOREIGN
        for entry in _entries(recipe):
            if not (foreign and entry.path == IGNORE):
                _add(tar, entry, recipe.context)
        if foreign:
            _add_text(tar, FOREIGN, _foreign_dockerfile(recipe))
            _add_text(tar, IGNORE, _ignoring_foreign(recipe))


def _ignoring_foreign(recipe: Recipe) -> bytes:
    """The builder removes a Dockerfile from the context only where the ignore file says so."""
    path = Path(recipe.context, IGNORE)
    try:
        here = path.read_bytes() + b"\n"
    except FileNotFoundError:
        here = f"{IGNORE}\n".encode()
    except OSError as error:
        raise unreadable(str(path), error) from error
    return here + f"{FOREIGN}\n".encode()


def _entries(recipe: Recipe) -> Iterable[Entry]:
    """The Dockerfile and the ignore file come along though they are ignored: the builder leaves them out itself."""
    exclude = read_ignore(Path(recipe.context), Path(recipe.dockerfile) if recipe.inline is None else None)
    kept = (f"!{IGNORE}", f"!{dockerfile_name(recipe)}") if exclude else ()
    return walk(recipe.context, Choice(exclude=(*exclude, *kept)))


def _foreign_dockerfile(recipe: Recipe) -> bytes:
    if recipe.inline is not None:
        return recipe.inline.encode()
    try:
        return Path(recipe.dockerfile).read_bytes()
    except OSError as error:
        raise ComposerError(f"cannot read {recipe.dockerfile}: {error.strerror}") from error


def _add_text(tar: tarfile.TarFile, name: str, text: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text)
    tar.addfile(member, io.BytesIO(text))


def _add(tar: tarfile.TarFile, entry: Entry, root: str) -> None:
    member = tarfile.TarInfo(entry.path)
    member.mode = stat.S_IMODE(entry.mode)
    member.mtime = entry.modified // 1_000_000_000
    member.type = _TYPES.get(stat.S_IFMT(entry.mode), tarfile.REGTYPE)
    member.linkname = entry.link
    if entry.link and stat.S_ISREG(entry.mode):
        member.type = tarfile.LNKTYPE
    if entry.device:
        member.devmajor, member.devminor = os.major(entry.device), os.minor(entry.device)
    if not entry.has_content:
        tar.addfile(member)
        return
    member.size = entry.size
    path = os.path.join(root, entry.path)  # noqa: PTH118 - paths stay texts here
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            tar.addfile(member, file)
    except OSError as error:
        raise unreadable(path, error) from error
