"""Names in files, read in a hurry."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from composer.load.outline import outline
from composer.load.request import LoadRequest, Outline


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "Shop"
    folder.mkdir()
    return folder


def look(folder: Path, *files: str, name: str = "", **environment: str) -> Outline:
    return outline(LoadRequest(cwd=str(folder), environment=environment, files=files, project_name=name))


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(dedent(text))


def test_services_profiles_and_the_name(shop: Path) -> None:
    write(
        shop,
        "compose.yaml",
        """
        services:
          db: &base {image: postgres, profiles: [data, "$X"]}
          web: {<<: *base, build: !reset null, ports: !override ["80:80"]}
          job: {image: busybox, profiles: [jobs]}
        """,
    )
    assert look(shop) == Outline("shop", ("db", "web", "job"), ("data", "jobs"))
    (shop / "deep").mkdir()
    assert look(shop / "deep").services == ("db", "web", "job"), "found upwards"
    write(shop, "compose.override.yaml", "{name: other, services: {cache: {}}}")
    assert look(shop) == Outline("other", ("db", "web", "job", "cache"), ("data", "jobs"))
    assert look(shop, name="mine").name == "mine"
    assert look(shop, COMPOSE_PROJECT_NAME="theirs").name == "theirs"


def test_files_that_are_named(shop: Path) -> None:
    write(shop, "a.yaml", "services: {a: {}}")
    write(shop, "b.yaml", "services: {b: {}}")
    assert look(shop, "a.yaml", "b.yaml").services == ("a", "b")
    assert look(shop, COMPOSE_FILE="b.yaml:a.yaml").services == ("b", "a")
    (shop / ".env").write_text("COMPOSE_FILE=a.yaml\n")
    assert look(shop).services == ("a",)


def test_included_files(shop: Path) -> None:
    write(shop, "compose.yaml", "{include: [a.yaml, {path: [b.yaml, '${X}.yaml']}, 3], services: {web: {}}}")
    write(shop, "a.yaml", "{include: [compose.yaml], services: {a: {}}}")
    write(shop, "b.yaml", "services: {b: {}}")
    assert set(look(shop).services) == {"web", "a", "b"}


@pytest.mark.parametrize("text", ["", "services: [", "- a", "services: [a]", "services: {1: {}, null: {}}", "{a: b"])
def test_what_gives_no_names(shop: Path, text: str) -> None:
    write(shop, "compose.yaml", text)
    assert look(shop) == Outline("shop")
    assert look(shop, "gone.yaml") == Outline("shop")
