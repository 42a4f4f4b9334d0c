"""Small files of the user's that outlive a command, below XDG_STATE_HOME: where they are and how they are replaced.

What is kept in them is their owners' business (`cli.journal`, `watch.memory`). Must not know: that.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from composer.digest import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Mapping


def state_folder(environment: Mapping[str, str]) -> str:
    """By the XDG base directory rules; "" when the user has no home."""
    base = environment.get("XDG_STATE_HOME", "")
    if not base.startswith("/"):
        home = environment.get("HOME", "")
        base = f"{home}/.local/state" if home.startswith("/") else ""
    return f"{base}/composer" if base else ""


def project_file(folder: str, project: str, working_dir: str) -> str:
    """`<project>-<8 hex digits of the project's folder>.json`."""
    digest = sha256_hex(working_dir.encode(errors="surrogateescape"))[:8]
    return f"{folder}/{file_stem(project)}-{digest}.json"


def file_stem(project: str) -> str:
    """The project's name as part of a file's: whatever `-p` says, it leads into no other folder."""
    return project.replace("/", "_")


def replace_file(path: str, text: str) -> None:
    """Whoever reads it meanwhile gets the old one or the new one. Only the user may read it. Raises OSError."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120 - paths are text all along
    temporary = f"{path}.{os.getpid()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        os.replace(temporary, path)  # noqa: PTH105 - as above
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108 - as above
        raise
