"""One copy into or out of one container.

Composes where it lands (`plan.landing`), how it is packed (`packing`) and the engine's calls. Must not know: services,
flags, how progress is told.
"""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from composer.errors import ComposerError, NotFound
from composer.execute.packing import BUFFER, Unpacker, pack, pass_on
from composer.plan.landing import Origin, Place, landing, origin, split
from composer.values import value

if TYPE_CHECKING:
    from typing import BinaryIO

    from composer.engine.filing import ByteSink, Files
    from composer.plan.observed import ObservedContainer


@value(kw_only=True)
class HowToCopy:
    """`owners`: owners are kept (out), or all becomes the container's user's (in). `follow`: links in the source's
    place are followed."""

    owners: bool = False
    follow: bool = False


def copy_in(engine: Files, container: ObservedContainer, source: str, path: str, how: HowToCopy) -> None:
    """A local file or folder into a container. Raises PlanError, NotFound, ComposerError for what cannot be read."""
    place = _place_inside(engine, container, path)
    where = landing(local_origin(source, follow=how.follow), place)
    # What is packed is what the link leads to, under the name that was asked for.
    real = os.path.realpath(source) if how.follow else source.rstrip("/") or "/"

    def write(sink: ByteSink) -> None:
        pack(sink, real, where.name)

    try:
        engine.send_archive(container.id, where.folder, write, owners=how.owners)
    except OSError as error:
        raise ComposerError(f"cannot read {error.filename or source}: {error.strerror}") from error


def unpack_in(engine: Files, container: ObservedContainer, archive: BinaryIO, path: str, how: HowToCopy) -> None:
    """A tar stream into a folder of a container. Raises ComposerError when it is none."""
    place = _place_inside(engine, container, path)
    if not place.is_dir:
        raise ComposerError(f'destination "{container.name}:{path}" must be a directory')

    def write(sink: ByteSink) -> None:
        while data := archive.read(BUFFER):
            sink.write(data)

    engine.send_archive(container.id, place.path, write, owners=how.owners)


def copy_out(engine: Files, container: ObservedContainer, path: str, destination: str, how: HowToCopy) -> None:
    """A file or folder of a container to this machine. Raises NotFound, PlanError, UnsafeArchive, ComposerError."""
    path, name = _followed(engine, container, path) if how.follow else (path, "")
    stat, stream = engine.get_archive(container.id, path)
    try:
        source = origin(path, is_dir=stat.is_dir, name=name)
        where = landing(source, local_place(destination))
        if not os.path.isdir(where.folder):  # noqa: PTH112
            raise ComposerError(f'invalid output path: directory "{where.folder}" does not exist')
        root = "" if source.contents else split(path)[1]
        Unpacker(where.folder, root=root, name=where.name, owners=how.owners).unpack(stream)
    except OSError as error:
        raise ComposerError(f"cannot write {error.filename or destination}: {error.strerror}") from error
    finally:
        stream.close()


def archive_out(engine: Files, container: ObservedContainer, path: str, out: BinaryIO, how: HowToCopy) -> None:
    """The same as a tar stream. Raises NotFound."""
    if how.follow:
        path, _ = _followed(engine, container, path)
    _, stream = engine.get_archive(container.id, path)
    try:
        pass_on(stream, out.write)
        out.flush()
    finally:
        stream.close()


def local_origin(path: str, *, follow: bool) -> Origin:
    """Raises ComposerError when there is nothing."""
    if not os.path.lexists(path):
        raise ComposerError(f"lstat {path}: no such file or directory")
    through = follow or path.endswith(("/", "/."))
    is_dir = os.path.isdir(path) and (through or not os.path.islink(path))  # noqa: PTH112, PTH114
    whole = origin(path, is_dir=is_dir)
    if whole.name in ("", ".", ".."):
        return Origin(path, os.path.basename(os.path.realpath(path)), is_dir, whole.contents)  # noqa: PTH119
    return whole


def local_place(path: str) -> Place:
    real = os.path.realpath(path)
    exists = os.path.exists(real)  # noqa: PTH110
    text = real + ("/" if path.endswith(("/", "/.")) and not exists else "")
    return Place(text, exists, os.path.isdir(real))  # noqa: PTH112


def _place_inside(engine: Files, container: ObservedContainer, path: str) -> Place:
    """A link is followed once, as the reference does. Relative paths begin at the root."""
    absolute = path if path.startswith("/") else f"/{path}"
    stat = engine.stat_path(container.id, absolute)
    if stat is not None and stat.target:
        absolute = posixpath.join(split(absolute)[0], stat.target)
        stat = engine.stat_path(container.id, absolute)
    if stat is not None and not stat.is_regular:
        raise ComposerError(f'destination "{container.name}:{path}" is neither a file nor a directory')
    return Place(absolute, stat is not None, stat is not None and stat.is_dir)


def _followed(engine: Files, container: ObservedContainer, path: str) -> tuple[str, str]:
    """Where the link leads, and the name it had. Raises NotFound."""
    stat = engine.stat_path(container.id, path)
    if stat is None:
        raise NotFound(f"could not find the file {path} in container {container.name}", status=404)
    if not stat.target:
        return path, ""
    folder, name = split(path)
    return posixpath.normpath(posixpath.join(folder, stat.target)), name
