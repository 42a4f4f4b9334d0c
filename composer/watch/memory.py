"""What the containers had when watching ended, kept for the next time, so that nothing that changed since is missed.

One file per project in the user's state folder, written whole or not at all; a file that cannot be read or written
only costs that comfort. Must not know: what is done with a difference.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from composer.values import value
from composer.watch.manifest import Manifest, Stamp

if TYPE_CHECKING:
    from composer.watch.rules import Rule

VERSION = 1


@value()
class Remembered:
    """`containers`: the ids that had the files of `manifest`."""

    containers: tuple[str, ...] = ()
    manifest: Manifest = field(default_factory=dict)


class Memory:
    """`file` None remembers nothing; with `writes` False what is remembered stays as it is."""

    def __init__(self, file: Path | None, *, writes: bool = True) -> None:
        self._file = file
        self._writes = writes

    def read(self) -> dict[str, Remembered]:
        """By `key_of` a rule; empty without a file, or with one that is not understood."""
        if self._file is None:
            return {}
        try:
            told = json.loads(self._file.read_text(encoding="utf-8", errors="surrogateescape"))
            if told["version"] != VERSION:
                return {}
            return {
                key: Remembered(
                    tuple(entry["containers"]),
                    {path: Stamp(*stamp) for path, stamp in entry["files"].items()},
                )
                for key, entry in told["rules"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def write(self, remembered: Mapping[str, Remembered]) -> None:
        if self._file is None or not self._writes:
            return
        rules = {key: {"containers": one.containers, "files": one.manifest} for key, one in remembered.items()}
        text = json.dumps({"version": VERSION, "rules": rules}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(
                "w", dir=self._file.parent, delete=False, encoding="utf-8", errors="surrogateescape"
            ) as draft:
                draft.write(text)
            os.replace(draft.name, self._file)  # noqa: PTH105


def memory_file(environment: Mapping[str, str], *, project: str, folder: str) -> Path | None:
    """`$XDG_STATE_HOME/composer/watch/<project>-<hash of its folder>.json`; None without a home."""
    home = environment.get("HOME", "")
    base = environment.get("XDG_STATE_HOME") or (f"{home}/.local/state" if home else "")
    if not base:
        return None
    digest = hashlib.sha256(folder.encode(errors="surrogateescape")).hexdigest()[:12]
    return Path(base) / "composer" / "watch" / f"{project}-{digest}.json"


def key_of(rule: Rule) -> str:
    """A rule that is written anew is another one."""
    return f"{rule.name} {rule.action} {rule.path} {rule.target}"
