"""The names in compose files, read in a hurry: for completion, where nothing is checked and nothing may take long.

No model, no interpolation, no merge: the keys of `services` and the profiles, of the files and of what they include.
A file that cannot be read or parsed gives no names. Must not know: what is done with the names.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from composer.load.names import normalised
from composer.load.request import LoadRequest, Outline
from composer.load.source import COMPOSE_FILES

_DEEPEST = 5  # includes of includes


def outline(request: LoadRequest) -> Outline:
    """Only the folder, the environment, the files and the project's name of the request count."""
    cwd, environment, name = request.cwd, request.environment, request.project_name
    paths = list(request.files or _from_environment(cwd, environment) or _default(cwd))
    services: dict[str, None] = {}
    profiles: dict[str, None] = {}
    declared = ""
    for path in paths:
        for document in _documents(posixpath.join(cwd, path), _DEEPEST):
            declared = _text(document.get("name")) or declared
            for service, definition in _items(document.get("services")):
                services[service] = None
                listed = definition.get("profiles") if isinstance(definition, dict) else None
                profiles.update((text, None) for text in (listed if isinstance(listed, list) else ()) if _text(text))
    folder = posixpath.basename(posixpath.dirname(posixpath.join(cwd, paths[0])) if paths else cwd)
    chosen = name or environment.get("COMPOSE_PROJECT_NAME") or declared or normalised(folder)
    return Outline(chosen, tuple(services), tuple(profiles))


def _from_environment(cwd: str, environment: Mapping[str, str]) -> list[str]:
    listed = environment.get("COMPOSE_FILE", "")
    if not listed:
        lines = _read(posixpath.join(cwd, ".env")).splitlines()
        listed = next((line.partition("=")[2].strip("'\" ") for line in lines if line.startswith("COMPOSE_FILE=")), "")
    return [path for path in listed.split(environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep) if path]


def _default(cwd: str) -> list[str]:
    """The first compose file upwards, and its override."""
    folder = cwd
    while True:
        for file in COMPOSE_FILES:
            path = posixpath.join(folder, file)
            if posixpath.exists(path):
                stem = file.rpartition(".")[0]
                overrides = (posixpath.join(folder, f"{stem}.override.{ending}") for ending in ("yml", "yaml"))
                return [path, *(other for other in overrides if posixpath.exists(other))]
        if folder in ("/", ""):
            return []
        folder = posixpath.dirname(folder)


def _documents(path: str, depth: int) -> Iterator[dict[str, Any]]:
    from yaml import CSafeLoader, YAMLError, load_all  # noqa: PLC0415 - not for other completions

    text = _read(path)
    try:
        # `!reset` and `!override` mark values, whose names stay names.
        found = [document for document in load_all(text, _tolerant(CSafeLoader)) if isinstance(document, dict)]
    except YAMLError:
        return
    for document in found:
        included = document.get("include")
        for entry in included if isinstance(included, list) and depth else ():
            named = entry.get("path") if isinstance(entry, dict) else entry
            for other in named if isinstance(named, list) else [named]:
                if _text(other):
                    yield from _documents(posixpath.join(posixpath.dirname(path), str(other)), depth - 1)
        yield document


def _tolerant(loader: type[Any]) -> type[Any]:
    class Tolerant(loader):  # type: ignore[misc]
        """Takes any tag for what stands behind it."""

    def plain(self: Any, _: str, node: Any) -> Any:
        kinds = {"mapping": self.construct_mapping, "sequence": self.construct_sequence}
        return kinds.get(node.id, lambda _: None)(node)

    Tolerant.add_multi_constructor("!", plain)
    return Tolerant


def _items(section: object) -> Iterator[tuple[str, object]]:
    for key, found in section.items() if isinstance(section, dict) else ():
        if _text(key):
            yield key, found


def _text(found: object) -> str:
    """The text, if it is one that needs no variables."""
    return found if isinstance(found, str) and "$" not in found else ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - no need for pathlib
            return file.read()
    except OSError:
        return ""
