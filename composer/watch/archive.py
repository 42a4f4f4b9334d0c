"""Files of this machine as tar archives that the engine unpacks at `/`.

Owners stay as numbers, as docker compose has it, and so do modes, times and links. One archive is at most a few MiB
larger than `LIMIT` unless a single file is: memory stays bounded. Must not know: rules, containers.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable, Iterator

LIMIT = 32 * 1024 * 1024  # bytes


def archives(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """`files`: (path here, path in the container). What has vanished meanwhile is left out: its end is told apart."""
    buffer = io.BytesIO()
    writer = _opened(buffer)
    count = 0
    for path, target in files:
        count += _add(writer, path, target.lstrip("/"))
        if buffer.tell() >= LIMIT:
            writer.close()
            yield buffer.getvalue()
            buffer = io.BytesIO()
            writer, count = _opened(buffer), 0
    writer.close()
    if count:
        yield buffer.getvalue()


def _opened(buffer: io.BytesIO) -> tarfile.TarFile:
    return tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT)


def _add(writer: tarfile.TarFile, path: str, target: str) -> int:
    try:
        header = writer.gettarinfo(path, arcname=target)
    except OSError:
        return 0
    if not (header.isreg() or header.isdir() or header.issym() or header.islnk()):
        return 0
    header.uname = header.gname = ""
    if header.islnk():  # the other name may be one that is not sent
        header.type, header.linkname = tarfile.REGTYPE, ""
    if not header.isreg():
        writer.addfile(header)
        return 1
    try:
        with open(path, "rb") as content:  # noqa: PTH123
            header.size = os.fstat(content.fileno()).st_size
            data = content.read(header.size)
    except OSError:
        return 0
    header.size = len(data)  # it may have been cut meanwhile
    writer.addfile(header, io.BytesIO(data))
    return 1
