"""The names in compose files, read in a hurry: for completion, where nothing is checked and nothing may take long.

No model, no interpolation, no merge: the keys of `services` and the profiles, of the files and of what they include.
A file that cannot be read or parsed gives no names. Must not know: what is done with the names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from composer.errors import LoadError
from composer.load.names import VARIABLE, normalised
from composer.load.request import LoadRequest, Outline
from composer.load.source import read as find

_DEEPEST = 5  # includes of includes


def outline(request: LoadRequest) -> Outline:
    """Which files these are, and the variables, is found out as for loading; standard input is left alone."""
    try:
        sources = find(replace(request, stdin_text=""))
    except LoadError:
        return Outline(request.project_name or normalised(posixpath.basename(request.cwd)))
    services: dict[str, None] = {}
    profiles: dict[str, None] = {}
    declared = ""
    for source in sources.files:
        for document in _documents(source.text, source.path, _DEEPEST):
            declared = _text(document.get("name")) or declared
            for service, definition in _items(document.get("services")):
                services[service] = None
                listed = definition.get("profiles") if isinstance(definition, dict) else None
                profiles.update((text, None) for text in (listed if isinstance(listed, list) else ()) if _text(text))
    folder = posixpath.basename(sources.named_after)
    name = request.project_name or sources.environment.get(VARIABLE) or declared or normalised(folder)
    return Outline(name, tuple(services), tuple(profiles))


def _documents(text: str, path: str, depth: int) -> Iterator[dict[str, Any]]:
    from yaml import CSafeLoader, YAMLError, load_all  # noqa: PLC0415 - not for other completions

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
                    beside = posixpath.join(posixpath.dirname(path), str(other))
                    yield from _documents(_read(beside), beside, depth - 1)
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
