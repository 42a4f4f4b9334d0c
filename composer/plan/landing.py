"""Where a copied file or folder lands, by the rules of `cp`: in a folder that exists, under a new name, or not at all.

Pure. Must not know: which side is the container.
"""

from __future__ import annotations

from composer.errors import PlanError
from composer.values import value


@value()
class Origin:
    """What is copied. `name`: its last part. `contents`: what is in the folder, without the folder (`dir/.`)."""

    path: str
    name: str
    is_dir: bool
    contents: bool = False


@value()
class Place:
    """Where to. `exists` and `is_dir` are of what is there, links followed."""

    path: str
    exists: bool
    is_dir: bool = False

    @property
    def says_folder(self) -> bool:
        return self.path.endswith(("/", "/."))


@value()
class Landing:
    """`folder` exists already; `name` is the new name in it, "" for "straight into it"."""

    folder: str
    name: str


def origin(path: str, *, is_dir: bool, name: str = "") -> Origin:
    """`name`: the last part, if it is not the path's own (a link that was followed)."""
    plain = path.rstrip("/")
    contents = is_dir and (plain.endswith("/.") or plain in ("", "."))
    last = plain.removesuffix("/.").rpartition("/")[2]
    return Origin(path, name or last, is_dir, contents)


def landing(source: Origin, place: Place) -> Landing:
    """Raises `PlanError` when the source cannot come to be at that place."""
    if place.exists and place.is_dir:
        return Landing(place.path, "" if source.contents else source.name)
    folder, name = split(place.path)
    if place.exists:
        if source.is_dir:
            raise PlanError(f"cannot copy directory {source.path} over the file {place.path}")
        return Landing(folder, name)
    if place.says_folder and not source.is_dir:
        raise PlanError(f"no such directory: {place.path}", hint="Without the slash at its end it is a new name.")
    return Landing(folder, name)


def split(path: str) -> tuple[str, str]:
    """`/a/b/` → `/a`, `b`; the folder of a bare name is `.`."""
    plain = path.rstrip("/").removesuffix("/.").rstrip("/")
    folder, slash, name = plain.rpartition("/")
    return (folder or slash or ".", name)
