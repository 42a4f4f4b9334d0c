"""The part of the engine port that moves files: archives in and out of containers, whole file systems, new images.

Types and Protocols only; `engine.files.SocketFiles` is the implementation over the socket, `fake.files` the one in
memory. Nothing is ever held as a whole. Must not know: what is packed how, or where it lands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from composer.values import value


@value()
class PathStat:
    """A path in a container. `target`: where a symbolic link leads, "" for everything else."""

    name: str
    is_dir: bool = False
    target: str = ""
    is_regular: bool = True


class ByteSource(Protocol):
    """Bytes as they come. `read` gives b"" at the end; it raises EngineUnreachable when they break off."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class ByteSink(Protocol):
    def write(self, data: bytes, /) -> int: ...


@value(kw_only=True)
class CommitRequest:
    """`changes`: instructions as in a Dockerfile. `pause`: the container stands still meanwhile."""

    repository: str = ""
    tag: str = ""
    author: str = ""
    message: str = ""
    changes: tuple[str, ...] = ()
    pause: bool = True


class Files(Protocol):
    """All calls raise EngineError kinds only."""

    def stat_path(self, container: str, path: str) -> PathStat | None:
        """None for what is not there."""
        ...

    def get_archive(self, container: str, path: str) -> tuple[PathStat, ByteSource]:
        """A tar stream of the path. Raises NotFound."""
        ...

    def send_archive(self, container: str, folder: str, write: Callable[[ByteSink], object], *, owners: bool) -> None:
        """Unpacks the tar that `write` writes in `folder`. `owners`: all of it belongs to the container's user.

        Raises NotFound when there is no such folder, EngineRefused.
        """
        ...

    def export(self, container: str) -> ByteSource:
        """Its whole file system as a tar stream."""
        ...

    def commit(self, container: str, request: CommitRequest) -> str:
        """A new image; its id."""
        ...
