"""Compose files in git repositories: addresses, and what is fetched for them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from composer.errors import LoadError
from composer.load.pipeline import load_project
from composer.load.reader import RemoteError
from composer.load.remote import Repository, fetch, repository
from composer.load.request import LoadRequest
from tests.support.repositories import HOST, leading_to, make_repository

ADDRESS = f"{HOST}app.git"
FILES = {
    "compose.yaml": "services: {web: {image: web, volumes: [./data:/data], env_file: [e.env]}}\n",
    "e.env": "A=b\n",
    "deploy/docker-compose.yml": "services: {job: {image: '${IMAGE:-job}'}}\n",
    "deploy/.env": "IMAGE=from-there\n",
    "empty/readme": "",
}


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    make_repository(tmp_path / "served", "app", FILES)
    return {
        **leading_to(tmp_path / "served"),
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://host/app.git", Repository("https://host/app.git")),
        ("http://host:1/app.git#v1:a/b", Repository("http://host:1/app.git", "v1", "a/b")),
        ("git://host/app#:deploy", Repository("git://host/app", "HEAD", "deploy")),
        ("ssh://git@host/app", Repository("ssh://git@host/app")),
        ("git@host:team/app.git#dev", Repository("git@host:team/app.git", "dev")),
        ("github.com/team/app", Repository("https://github.com/team/app")),
        ("https://github.com/team/app#v2", Repository("https://github.com/team/app", "v2")),
        ("https://host/compose.yaml", None),
        ("oci://host/app:1", None),
        ("git@host://app", None),
        ("-x@host:app", None),
        ("git@-host:app", None),
    ],
)
def test_addresses(address: str, expected: Repository | None) -> None:
    assert repository(address) == expected


def test_a_commit_is_fetched_once(tmp_path: Path, variables: dict[str, str]) -> None:
    commit = make_repository(tmp_path / "served", "other", {"compose.yaml": "services: {}\n"})
    clone = tmp_path / "cache" / "docker-compose" / commit
    for ref in ("", "#main", "#v1", f"#{commit}"):
        assert fetch(f"{HOST}other.git{ref}", variables) == str(clone)
    (clone / "mark").touch()
    shutil.rmtree(tmp_path / "served")
    assert fetch(f"{HOST}other.git#{commit}:compose.yaml", variables) == str(clone / "compose.yaml")
    assert (clone / "mark").exists()
    assert [path.name for path in clone.parent.iterdir()] == [commit], "nothing half fetched is left"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (f"{ADDRESS}#nope", f"repository {ADDRESS} does not contain nope"),
        (f"{HOST}none.git", f"cannot access repository {HOST}none.git"),
        (f"{ADDRESS}#{'0' * 40}", f"cannot fetch {'0' * 40} of {ADDRESS}"),
        (f"{ADDRESS}#main:../..", f"../.. is outside of the repository {ADDRESS}"),
        ("oci://host/app:1", "remote file 'oci://host/app:1' is not supported"),
    ],
)
def test_what_cannot_be_had(tmp_path: Path, variables: dict[str, str], address: str, message: str) -> None:
    with pytest.raises(RemoteError) as failure:
        fetch(address, variables)
    assert failure.value.message == message
    left = tmp_path / "cache" / "docker-compose"
    assert not left.exists() or all(len(path.name) == 40 for path in left.iterdir())


def test_a_clone_that_cannot_be_kept(tmp_path: Path, variables: dict[str, str]) -> None:
    commit = make_repository(tmp_path / "served", "other", {"a": ""})
    kept = tmp_path / "cache" / "docker-compose"
    kept.mkdir(parents=True)
    (kept / commit).touch()
    with pytest.raises(RemoteError, match=r"cannot keep .* in .*: Not a directory"):
        fetch(f"{HOST}other.git", variables)
    assert [path.name for path in kept.iterdir()] == [commit]


def test_no_git_and_switched_off(variables: dict[str, str]) -> None:
    with pytest.raises(RemoteError, match="cannot run git: No such file or directory"):
        fetch(ADDRESS, {**variables, "PATH": "/nowhere"})
    with pytest.raises(RemoteError, match="switched off by COMPOSE_EXPERIMENTAL_GIT_REMOTE"):
        fetch(ADDRESS, {**variables, "COMPOSE_EXPERIMENTAL_GIT_REMOTE": "false"})


def test_a_repository_that_the_variables_speak_of_is_left_alone(tmp_path: Path, variables: dict[str, str]) -> None:
    """As within a hook of git."""
    make_repository(tmp_path, "mine", {"a": "b"})
    mine = tmp_path / "mine.git" / ".git"
    before = {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()}
    within = {"GIT_DIR": str(mine), "GIT_WORK_TREE": str(mine.parent), "GIT_INDEX_FILE": str(mine / "index")}
    clone = Path(fetch(ADDRESS, {**variables, **within}))
    assert sorted(path.name for path in clone.iterdir()) == [".git", "compose.yaml", "deploy", "e.env", "empty"]
    assert {path: path.read_bytes() for path in mine.rglob("*") if path.is_file()} == before


def load(folder: Path, variables: dict[str, str], *files: str, text: str = "") -> tuple[str, str, dict[str, list[str]]]:
    """The name, the folder below the clone, and of each service its image, host folders and variables."""
    here = folder / "here"
    here.mkdir(exist_ok=True)
    (here / "compose.yaml").write_text(text)
    project = load_project(LoadRequest(cwd=str(here), environment=variables, files=files)).project
    cache = str(folder / "cache" / "docker-compose")
    services = {
        name: [
            str(service.image),
            *(str(mount.source).removeprefix(cache)[41:] for mount in service.volumes),
            *(f"{key}={text}" for key, text in service.environment.items()),
        ]
        for name, service in project.services.items()
    }
    return project.name, project.working_dir.removeprefix(cache)[41:], services


def test_as_the_projects_file(tmp_path: Path, variables: dict[str, str]) -> None:
    """It is named after the folder that the user is in, whose `.env` counts; paths lie beside the file."""
    assert load(tmp_path, variables, ADDRESS) == ("here", "", {"web": ["web", "/data", "A=b"]})
    assert load(tmp_path, variables, f"{ADDRESS}#v1:deploy") == ("here", "/deploy", {"job": ["job"]})


def test_included(tmp_path: Path, variables: dict[str, str]) -> None:
    text = f"include: ['{ADDRESS}', {{path: '{ADDRESS}#main:deploy'}}]\nservices: {{own: {{image: own}}}}\n"
    _, _, services = load(tmp_path, variables, text=text)
    assert services == {"web": ["web", "/data", "A=b"], "job": ["from-there"], "own": ["own"]}


def test_extended(tmp_path: Path, variables: dict[str, str]) -> None:
    text = f"services: {{mine: {{extends: {{file: '{ADDRESS}', service: web}}}}}}\n"
    assert load(tmp_path, variables, text=text)[2] == {"mine": ["web", "/data", "A=b"]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"include: ['{ADDRESS}#main:empty']\n", "compose.yaml:1:11"),
        (f"services: {{a: {{extends: {{file: '{ADDRESS}#main:empty', service: x}}}}}}\n", "compose.yaml:1:32"),
    ],
)
def test_what_cannot_be_had_is_told_where_it_is_named(
    tmp_path: Path, variables: dict[str, str], text: str, place: str
) -> None:
    with pytest.raises(LoadError) as failure:
        load(tmp_path, variables, text=text)
    told = [(str(one.span), one.message) for one in failure.value.diagnostics]
    assert told == [(place, f"there is no Compose file at {ADDRESS}#main:empty")]


def test_several_files_that_cannot_be_had_are_told_at_once(tmp_path: Path, variables: dict[str, str]) -> None:
    with pytest.raises(LoadError) as failure:
        load(tmp_path, variables, f"{ADDRESS}#nope", "none.yaml")
    assert [one.code for one in failure.value.diagnostics] == ["CMP-1044", "CMP-1041"]
