"""How loading stages read files without touching the disk themselves.

Owns the `Reader` protocol and a reader of texts in memory. `load.source` has the one for the disk.
"""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Mapping
from typing import Protocol

from composer.load.texts import SourceText

REMOTE = "CMP-1044"  # the code of a `RemoteError`, once it is told


class RemoteError(Exception):
    """A file that lies elsewhere cannot be had."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Reader(Protocol):
    """All paths are absolute."""

    def read(self, path: str) -> SourceText:
        """The text of a file. Raises OSError (FileNotFoundError, IsADirectoryError, PermissionError …)."""

    def kind(self, path: str) -> str:
        """`file`, `directory`, or "" when there is nothing."""

    def names(self, directory: str) -> list[str]:
        """What a directory holds, sorted; [] when there is none."""

    def real(self, path: str) -> str:
        """The path with symbolic links followed."""

    def display(self, path: str) -> str:
        """The path as the user would write it, for spans and messages."""

    def fetch(self, address: str) -> str:
        """The path of a Compose file that lies elsewhere, brought here. Raises RemoteError."""


class MemoryReader:
    """Texts by absolute path; directories are implied. For embedders and tests."""

    def __init__(self, files: Mapping[str, str], *, cwd: str = "/") -> None:
        self.files = dict(files)
        self.cwd = cwd

    def read(self, path: str) -> SourceText:
        kind = self.kind(path)
        if kind == "directory":
            raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
        if not kind:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return SourceText(path, self.display(path), self.files[path])

    def kind(self, path: str) -> str:
        if path in self.files:
            return "file"
        prefix = path.rstrip("/") + "/"
        return "directory" if any(name.startswith(prefix) for name in self.files) else ""

    def names(self, directory: str) -> list[str]:
        prefix = directory.rstrip("/") + "/"
        return sorted({path[len(prefix) :].split("/")[0] for path in self.files if path.startswith(prefix)})

    def real(self, path: str) -> str:
        return path

    def display(self, path: str) -> str:
        return relative(path, self.cwd)

    def fetch(self, address: str) -> str:
        raise RemoteError(f"remote file {address!r} is not supported", hint="give its text, and name that")


def relative(path: str, cwd: str) -> str:
    """`path` from `cwd`, unless the whole path is shorter."""
    short = posixpath.relpath(path, cwd)
    return path if len(short) > len(path) else short
