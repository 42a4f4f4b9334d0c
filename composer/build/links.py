"""Which paths are needed so that a path can be followed through symbolic links, all within one folder.

The builder asks for a few paths of a context only; what they point to must travel with them. Must not know: patterns
of ignore files, what is sent.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator

from composer.build.patterns import compiled


def needed_paths(root: str, paths: Iterable[str]) -> tuple[str, ...]:
    """`paths` and what their links lead to, as patterns relative to `root`, those inside of others left out; () when
    everything is needed. A path may have wildcards and need not exist."""
    found: set[str] = set()
    for path in paths:
        _follow(root, _within("/", path), found)
    if "." in found:
        return ()
    kept: list[str] = []
    for path in sorted(found, key=lambda each: each.split("/")):
        if not (kept and path.startswith(kept[-1] + "/")):
            kept.append(path)
    return tuple(kept)


def _within(folder: str, path: str) -> str:
    """`path` seen from `folder`; what leads out of the root stops there."""
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/") or "."


def _follow(root: str, path: str, found: set[str]) -> None:
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        current, rest = "/".join(parts[:depth]), "/".join(parts[depth:])
        targets = list(_targets(root, current))
        if (targets or not rest) and current in found:
            return
        if targets or not rest:
            found.add(current)
        for target in targets:
            _follow(root, _within("/", posixpath.join(target, rest)), found)
        if targets:
            return


def _targets(root: str, path: str) -> Iterator[str]:
    """What the link at `path` points to; with wildcards in its last part, all links that fit."""
    folder, name = posixpath.split(path)
    if not any(sign in name for sign in "*?["):
        yield from _target(root, path)
        return
    fits = compiled(name)
    try:
        with os.scandir(posixpath.join(root, folder)) as found:
            names = sorted(each.name for each in found)
    except OSError:
        return
    for each in names:
        if fits(each):
            yield from _target(root, posixpath.join(folder, each))


def _target(root: str, path: str) -> Iterator[str]:
    try:
        target = os.readlink(posixpath.join(root, path))  # noqa: PTH115 - paths stay texts here
    except OSError:  # no link, or not there
        return
    yield _within(posixpath.dirname(path), target)
