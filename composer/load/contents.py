"""What stands behind the secrets and configs of a project, as digests that live only in memory.

The one place, beside `source`, that reads files: those behind secrets and configs, piece by piece, whatever their
size. Must not know: labels, what a change leads to.
"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

from composer.digest import sha256_hex
from composer.model.secret import Sealed

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.secret import Config, Secret


def content_digests(project: Project) -> dict[str, Sealed]:
    """By path (`configs.app`): how the content comes and its digest. One that cannot be read, or is a folder, is
    left out: whether it can be delivered is not decided here."""
    used: dict[str, Secret | Config] = {}
    for service in project.services.values():
        used.update((f"secrets.{entry.source}", project.secrets[entry.source or ""]) for entry in service.secrets)
        used.update((f"configs.{entry.source}", project.configs[entry.source or ""]) for entry in service.configs)
    told = {path: _origin_and_digest(project, path, entry) for path, entry in used.items()}
    return {path: Sealed(text) for path, text in told.items() if text}


def _origin_and_digest(project: Project, path: str, entry: Secret | Config) -> str:
    if entry.external:
        return ""
    if entry.file:
        digest = _file_digest(entry.file)
        return f"file {entry.file} {digest}" if digest else ""
    if entry.environment:
        given = project.content_from(path, entry.environment)
        return f"text {_digest(given.reveal())}" if given is not None else ""
    return f"text {_digest(getattr(entry, 'content', None) or '')}"


def _digest(text: str) -> str:
    return sha256_hex(text.encode(errors="surrogateescape"))


def _file_digest(path: str) -> str:
    if not os.path.isfile(path):  # noqa: PTH113 - the path is text all along; opening a pipe would block
        return ""
    import hashlib  # noqa: PLC0415 - only for files

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - as above
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
