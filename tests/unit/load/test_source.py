"""Rows 50 and 58-59 of the checklist: which files make a project, and where variables come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.diagnostics import Diagnostic
from composer.errors import LoadError, NoComposeFile
from composer.load.reader import MemoryReader
from composer.load.request import LoadRequest
from composer.load.source import Sources, decoded, is_remote, read

TEXT = "services: {}\n"


def found(disk: dict[str, str], **request: object) -> Sources:
    """What `read` finds on a disk, by absolute path, for a user in `/w/d`."""
    given = {"cwd": "/w/d", "environment": {}, **request}
    return read(LoadRequest(**given), MemoryReader(disk, cwd="/w/d"))  # type: ignore[arg-type]


def refused(disk: dict[str, str], **request: object) -> list[Diagnostic]:
    with pytest.raises(LoadError) as caught:
        found(disk, **request)
    return list(caught.value.diagnostics)


def names(sources: Sources) -> list[str]:
    return [file.name for file in sources.files]


@pytest.mark.parametrize(
    ("present", "used"),
    [
        (["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"], ["compose.yaml"]),
        (["compose.yml", "docker-compose.yml", "docker-compose.yaml"], ["compose.yml"]),
        (["docker-compose.yml", "docker-compose.yaml"], ["docker-compose.yml"]),
        (["docker-compose.yaml"], ["docker-compose.yaml"]),
        (["compose.yaml", "docker-compose.override.yml"], ["compose.yaml", "docker-compose.override.yml"]),
        (["compose.yaml", "compose.override.yaml", "compose.override.yml"], ["compose.yaml", "compose.override.yml"]),
        (["compose.yaml", "override.yaml"], ["compose.yaml"]),
    ],
)
def test_files_are_found_by_their_names(present: list[str], used: list[str]) -> None:
    sources = found({f"/w/d/{name}": TEXT for name in present})
    assert names(sources) == used
    assert [bool(warning.message) for warning in sources.warnings] == [True] * (
        (sum("override" not in name for name in present) > 1)
        + (sum("compose.override" in name for name in present) > 1)
    )


def test_several_candidates_are_told() -> None:
    sources = found({"/w/d/compose.yaml": TEXT, "/w/d/docker-compose.yml": TEXT})
    assert [warning.message for warning in sources.warnings] == [
        "Found multiple config files with supported names: compose.yaml, docker-compose.yml. Using compose.yaml"
    ]


def test_directories_above_are_searched_and_the_override_stands_beside_the_file() -> None:
    sources = found({"/w/compose.yaml": TEXT, "/w/compose.override.yml": TEXT, "/w/d/compose.override.yml": TEXT})
    assert names(sources) == ["../compose.yaml", "../compose.override.yml"]
    assert sources.working_dir == "/w"


def test_named_files_come_as_given_without_override() -> None:
    disk = {"/w/d/a.yaml": TEXT, "/w/b.yaml": TEXT, "/w/d/compose.override.yml": TEXT}
    sources = found(disk, files=("../b.yaml", "a.yaml"))
    assert (names(sources), sources.working_dir) == (["../b.yaml", "a.yaml"], "/w")
    assert found(disk, files=("a.yaml",), project_directory="..").working_dir == "/w"


def test_standard_input_is_a_file_too() -> None:
    sources = found({"/w/a.yaml": TEXT}, files=("-",), stdin_text="name: x\n")
    assert [(file.path, file.name, file.text) for file in sources.files] == [("-", "<stdin>", "name: x\n")]
    assert sources.working_dir == "/w/d"
    assert found({"/w/a.yaml": TEXT}, files=("-", "../a.yaml"), stdin_text="").working_dir == "/w"


@pytest.mark.parametrize("where", ["shell", ".env"])
def test_compose_file_lists_files(where: str) -> None:
    disk = {"/w/d/a.yaml": TEXT, "/w/b.yaml": TEXT, "/w/d/compose.yaml": TEXT}
    settings = {"COMPOSE_FILE": "../b.yaml,a.yaml", "COMPOSE_PATH_SEPARATOR": ","}
    if where == "shell":
        sources = found(disk, environment=settings)
    else:
        sources = found({**disk, "/w/d/.env": "".join(f"{name}={value}\n" for name, value in settings.items())})
    assert (names(sources), sources.working_dir) == (["../b.yaml", "a.yaml"], "/w")
    assert names(found(disk, environment={"COMPOSE_FILE": "a.yaml:../b.yaml"})) == ["a.yaml", "../b.yaml"]
    assert names(found(disk, files=("compose.yaml",), environment=settings)) == ["compose.yaml"]


@pytest.mark.parametrize(("value", "words"), [("", "is set but empty"), ("a.yaml:", "names an empty path")])
def test_compose_file_with_nothing_in_it(value: str, words: str) -> None:
    (problem,) = refused({"/w/d/a.yaml": TEXT}, environment={"COMPOSE_FILE": value})
    assert problem.message == f"COMPOSE_FILE {words}"


def test_nothing_found_says_where_it_looked_and_what_to_do() -> None:
    with pytest.raises(NoComposeFile) as caught:
        found({"/w/d/stack.yml": TEXT})
    assert caught.value.message == "no configuration file provided: not found"
    (problem,) = caught.value.diagnostics
    assert problem.hint == (
        "searched /w/d and the directories above it for compose.yaml, compose.yml, docker-compose.yml, "
        "docker-compose.yaml; name a file with -f (such as stack.yml)"
    )
    with pytest.raises(NoComposeFile) as caught:
        found({})
    assert caught.value.diagnostics[0].hint.endswith("create compose.yaml, or name one with -f")


def test_all_missing_files_are_told_with_the_nearest() -> None:
    problems = refused({"/w/d/compos.yaml": TEXT}, files=("compose.yaml", "zz.yaml", "../q/x.yaml", "."))
    assert [(one.message, one.hint) for one in problems] == [
        ("no such Compose file: compose.yaml", "did you mean 'compos.yaml'?"),
        ("no such Compose file: zz.yaml", "there: compos.yaml"),
        ("no such Compose file: ../q/x.yaml", "there is no directory /w/q"),
        ("cannot read Compose file .: is a directory", "name a file in it"),
    ]


def test_a_missing_file_of_compose_file_points_at_its_line() -> None:
    (problem,) = refused({"/w/d/.env": "A=1\nCOMPOSE_FILE=x.yaml\n"})
    assert (str(problem.span), problem.source) == (".env:2:1", "COMPOSE_FILE=x.yaml")


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("oci://host/image", True),
        ("https://example.com/x.git#main", True),
        ("git@example.com:x.git", True),
        ("github.com/a/b", True),
        ("compose.yaml", False),
        ("./https:/x", False),
    ],
)
def test_remote_files_are_told_apart(path: str, remote: bool) -> None:
    assert is_remote(path) is remote
    message = f"remote file {path!r} is not supported" if remote else f"no such Compose file: {path}"
    assert refused({}, files=(path,))[0].message == message


# --- variables


def settings(sources: Sources) -> dict[str, tuple[str, str]]:
    environment = sources.environment
    return {name: (value, environment.span(name).file) for name, value in environment.values.items() if name != "PWD"}


def test_the_shell_comes_before_the_env_file() -> None:
    sources = found({"/w/d/compose.yaml": TEXT, "/w/d/.env": "A=file\nB=$A\n"}, environment={"A": "shell"})
    assert settings(sources) == {"A": ("shell", "<environment>"), "B": ("shell", ".env")}
    assert sources.environment.get("PWD") == "/w/d"


def test_the_env_file_of_the_current_directory_comes_before_that_of_the_project() -> None:
    disk = {"/w/compose.yaml": TEXT, "/w/.env": "A=root\nB=root\nC=$A\n", "/w/d/.env": "A=sub\n"}
    assert settings(found(disk)) == {"A": ("sub", ".env"), "B": ("root", "../.env"), "C": ("sub", "../.env")}
    assert settings(found(disk, files=("../compose.yaml",)))["A"] == ("root", "../.env")
    assert settings(found(disk, project_directory="/w"))["A"] == ("root", "../.env")


@pytest.mark.parametrize("way", ["option", "variable"])
def test_named_env_files_replace_the_default_and_later_ones_win(way: str) -> None:
    disk = {"/w/d/compose.yaml": TEXT, "/w/d/.env": "Z=1\n", "/w/f1": "A=1\nB=$A\n", "/w/f2": "A=2\nC=$A\nD=$B\n"}
    if way == "option":
        sources = found(disk, env_files=("../f1", "../f2"))
    else:
        sources = found(disk, environment={"COMPOSE_ENV_FILES": "../f1,,../f2"})
    values = {name: value for name, (value, _) in settings(sources).items() if name != "COMPOSE_ENV_FILES"}
    assert values == {"A": "2", "B": "1", "C": "2", "D": "1"}


def test_missing_and_broken_env_files_are_errors() -> None:
    disk = {"/w/d/compose.yaml": TEXT, "/w/d/bad.env": "A B=1\nC$=1\n"}
    problems = refused(disk, env_files=("bed.env", "bad.env", "/w/d"))
    assert [(one.message, one.hint and "hint") for one in problems] == [
        ("couldn't find env file: /w/d/bed.env", "hint"),
        ("couldn't read env file: /w/d: is a directory", ""),
        ("failed to read bad.env: line 1: key cannot contain a space", "hint"),
        ('failed to read bad.env: line 2: unexpected character "$" in variable name "C$=1"', "hint"),
    ]


def test_the_default_env_file_can_be_switched_off() -> None:
    disk = {"/w/d/compose.yaml": TEXT, "/w/d/.env": "A=1\n"}
    assert "A" not in settings(found(disk, environment={"COMPOSE_DISABLE_ENV_FILE": "1"}))
    assert "A" in settings(found(disk, environment={"COMPOSE_DISABLE_ENV_FILE": "false"}))
    (problem,) = refused(disk, environment={"COMPOSE_DISABLE_ENV_FILE": "perhaps"})
    assert "is not a boolean" in problem.message


def test_a_directory_called_env_is_no_env_file() -> None:
    assert settings(found({"/w/d/compose.yaml": TEXT, "/w/d/.env/x": "A=1\n"})) == {}


# --- the disk


def test_the_disk_is_read_with_marks_and_encodings(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "compose.yaml").write_bytes("name: é\n".encode("utf-16"))
    (folder / ".env").write_bytes(b"A=caf\xe9\n")
    (tmp_path / "link").symlink_to(folder)
    sources = read(LoadRequest(cwd=str(tmp_path / "link"), environment={"BAD": "x\udcff"}))
    assert [(file.name, file.text) for file in sources.files] == [("compose.yaml", "name: é\n")]
    assert (sources.environment.get("A"), sources.environment.get("BAD")) == ("caf\ufffd", "x\ufffd")
    assert sources.linked
    assert not read(LoadRequest(cwd=str(folder), environment={})).linked


def test_undecodable_bytes_are_kept_for_the_parser() -> None:
    assert decoded(b"\xef\xbb\xbfa: caf\xe9") == "\ufeffa: caf\udce9"


def test_a_reader_answers_for_the_disk(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(TEXT)
    (tmp_path / "sub").mkdir()
    reader = read(LoadRequest(cwd=str(tmp_path), environment={})).reader
    path = str(tmp_path / "compose.yaml")
    assert [reader.kind(path), reader.kind(str(tmp_path / "sub")), reader.kind(str(tmp_path / "no"))] == [
        "file",
        "directory",
        "",
    ]
    assert reader.names(str(tmp_path)) == ["compose.yaml", "sub"]
    assert reader.names(str(tmp_path / "no")) == []
    assert reader.display(path) == "compose.yaml"
    with pytest.raises(FileNotFoundError):
        reader.read(str(tmp_path / "no"))
