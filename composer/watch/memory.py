"""What the containers had when watching ended, kept for the next time, so that nothing that changed since is missed.

One file per project in the user's state folder, written whole or not at all; a file that cannot be read or written
only costs that comfort. Must not know: what is done with a difference.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from composer.state import project_file, replace_file, state_folder
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
    """`file` "" remembers nothing; with `writes` False what is remembered stays as it is."""

    def __init__(self, file: str, *, writes: bool = True) -> None:
        self._file = file
        self._writes = writes

    def read(self) -> dict[str, Remembered]:
        """By `key_of` a rule; empty without a file, or with one that is not understood."""
        if not self._file:
            return {}
        try:
            with open(self._file, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - text all along
                told = json.load(file)
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
        if not (self._file and self._writes):
            return
        rules = {key: {"containers": one.containers, "files": one.manifest} for key, one in remembered.items()}
        text = json.dumps({"version": VERSION, "rules": rules}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            replace_file(self._file, text)


def memory_file(environment: Mapping[str, str], *, project: str, folder: str) -> str:
    """A file of the project's in the state folder's `watch`; "" without a home."""
    state = state_folder(environment)
    return project_file(f"{state}/watch", project, folder) if state else ""


def key_of(rule: Rule) -> str:
    """A rule that is written anew is another one."""
    return f"{rule.name} {rule.action} {rule.path} {rule.target}"
