"""Where a copy lands: every combination of file and folder, there and not there."""

from __future__ import annotations

import pytest

from composer.errors import PlanError
from composer.plan.landing import Landing, Origin, Place, landing, origin, split

FILE, FOLDER = origin("src/a.txt", is_dir=False), origin("src/dir", is_dir=True)
CONTENTS = origin("src/dir/.", is_dir=True)


@pytest.mark.parametrize(
    ("source", "place", "expected"),
    [
        (FILE, Place("/srv", exists=True, is_dir=True), Landing("/srv", "a.txt")),
        (FILE, Place("/srv/b.txt", exists=True), Landing("/srv", "b.txt")),
        (FILE, Place("/srv/b.txt", exists=False), Landing("/srv", "b.txt")),
        (FILE, Place("/b.txt", exists=False), Landing("/", "b.txt")),
        (FILE, Place("b.txt", exists=False), Landing(".", "b.txt")),
        (FOLDER, Place("/srv", exists=True, is_dir=True), Landing("/srv", "dir")),
        (FOLDER, Place("/srv/new", exists=False), Landing("/srv", "new")),
        (FOLDER, Place("/srv/new/", exists=False), Landing("/srv", "new")),
        (CONTENTS, Place("/srv", exists=True, is_dir=True), Landing("/srv", "")),
        (CONTENTS, Place("/srv/new", exists=False), Landing("/srv", "new")),
    ],
)
def test_landings(source: Origin, place: Place, expected: Landing) -> None:
    assert landing(source, place) == expected


def test_what_cannot_land() -> None:
    with pytest.raises(PlanError, match="cannot copy directory src/dir over the file /srv/b"):
        landing(FOLDER, Place("/srv/b", exists=True))
    with pytest.raises(PlanError, match="no such directory: /srv/new/"):
        landing(FILE, Place("/srv/new/", exists=False))


@pytest.mark.parametrize(
    ("path", "is_dir", "name", "contents"),
    [
        ("a/b", False, "b", False),
        ("a/b/", True, "b", False),
        ("a/b/.", True, "b", True),
        (".", True, ".", True),
        ("/", True, "", True),
    ],
)
def test_names_of_what_is_copied(path: str, is_dir: bool, name: str, contents: bool) -> None:
    assert origin(path, is_dir=is_dir) == Origin(path, name, is_dir, contents)


def test_a_followed_link_keeps_its_name() -> None:
    assert origin("/srv/target", is_dir=False, name="link").name == "link"


@pytest.mark.parametrize(
    ("path", "folder", "name"), [("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/a/b/.", "/a", "b")]
)
def test_split(path: str, folder: str, name: str) -> None:
    assert split(path) == (folder, name)
