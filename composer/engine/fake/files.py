"""Files of the fake engine's containers: what a test says is there, and what was sent to them.

An archive is kept as it came; nothing is unpacked. Must not know: how a container's state moves.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from composer.engine.filing import PathStat
from composer.errors import NotFound

if TYPE_CHECKING:
    from composer.engine.fake.registry import Registry
    from composer.engine.filing import ByteSink, ByteSource, CommitRequest


class FilingEngine:
    """The part of `FakeEngine` that is `filing.Files`. `received`: (container name, folder, archive) in order."""

    _registry: Registry
    _call: Callable[..., AbstractContextManager[None]]

    def __init__(self) -> None:
        super().__init__()
        self.received: list[tuple[str, str, bytes]] = []
        self._paths: dict[tuple[str, str], tuple[PathStat, bytes]] = {}

    def put_path(self, container: str, path: str, stat: PathStat, archive: bytes = b"") -> None:
        """`path` is in the container of that name; `archive`: the tar that `get_archive` gives."""
        self._paths[container, path] = stat, archive

    def stat_path(self, container: str, path: str) -> PathStat | None:
        with self._call("stat_path", container, path):
            found = self._paths.get((self._registry.container(container).name, path))
            return None if found is None else found[0]

    def get_archive(self, container: str, path: str) -> tuple[PathStat, ByteSource]:
        with self._call("get_archive", container, path):
            name = self._registry.container(container).name
            if (name, path) not in self._paths:
                raise NotFound(f"Could not find the file {path} in container {container}", status=404)
            stat, archive = self._paths[name, path]
            return stat, io.BytesIO(archive)

    def send_archive(self, container: str, folder: str, write: Callable[[ByteSink], object], *, owners: bool) -> None:
        with self._call("send_archive", container, folder, owners):
            memory = io.BytesIO()
            write(memory)
            self.received.append((self._registry.container(container).name, folder, memory.getvalue()))

    def export(self, container: str) -> ByteSource:
        with self._call("export", container):
            return io.BytesIO(f"the file system of {self._registry.container(container).name}".encode())

    def commit(self, container: str, request: CommitRequest) -> str:
        with self._call("commit", container, request):
            found = self._registry.container(container)
            return f"sha256:{hashlib.sha256(f'{found.id}{request}'.encode()).hexdigest()}"
