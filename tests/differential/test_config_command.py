"""`config` of both tools on the same files: the YAML text character by character, the lists line by line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from composer.errors import LoadError
from composer.load.render import render_yaml
from composer.model.dump import full_document
from tests.support.compose_cases import PROJECT, Case, loaded_case, read_cases
from tests.support.registry import Registry

pytestmark = pytest.mark.peer

HERE = Path(__file__).parent
EXAMPLES = sorted(path.parent for path in (HERE.parents[1] / "examples").glob("*/compose.yaml"))
CASES = [case for path in sorted((HERE / "config").glob("*.cases")) for case in read_cases(path) if not case.intended]
# Cases that are read the same, but whose YAML differs on purpose.
OTHERWISE = ("variables: in lists and keys", "mixed: interp2", "mixed: nets", "mixed: x everywhere")

PROJECT_FILE = """
name: lists
services:
  web:
    image: nginx:${TAG:-1}
    depends_on: [db, cache]
    environment: {LOG: "${LOG:-info}", NEED: "${NEED:?must be set}", MAYBE: "${MAYBE:+there}"}
    volumes: ["data:/data"]
    networks: [back, front]
    models: [model]
  cache: {image: redis, profiles: []}
  db: {build: ., networks: [back]}
  tool: {image: tool, profiles: [tools, dev], volumes: ["cold:/cold"]}
  worker: {image: "nginx:1"}
networks: {back: , front: , unused: }
volumes: {data: , cold: }
models: {model: {model: ai/small}}
"""


def reference(arguments: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return _ran(["docker", "compose", *arguments], folder, variables)


def composer(arguments: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return _ran([sys.executable, "-m", "composer", *arguments], folder, variables)


def _ran(command: list[str], folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    shell = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG") if name in os.environ}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**shell, **variables}, timeout=60, check=False
    )


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_text_is_the_same(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    flags = [word for name in case.named for word in ("-f", name)]
    flags += [word for profile in case.profiles for word in ("--profile", profile)]
    theirs = reference(["-p", PROJECT, *flags, "config", *case.services], tmp_path, **case.environment)
    try:
        ours = render_yaml(full_document(loaded_case(case, tmp_path).project))
    except LoadError:
        assert theirs.returncode != 0
        return
    assert (ours == theirs.stdout) == (case.name not in OTHERWISE)


def test_what_is_printed_otherwise_is_listed_with_its_reason() -> None:
    listed = (HERE / "INTENDED.md").read_text(encoding="utf-8")
    assert [name for name in OTHERWISE if f"`{name}` as YAML" not in listed] == []


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_examples_print_the_same(folder: Path) -> None:
    for form in ([], ["--format", "json"]):
        assert composer(["config", *form], folder).stdout.rstrip("\n") == reference(
            ["config", *form], folder
        ).stdout.rstrip("\n")


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text(PROJECT_FILE)
    (tmp_path / ".env").write_text("NEED=1\nLOG=debug\n")
    return tmp_path


@pytest.mark.parametrize(
    "flags",
    [
        ["--volumes"],
        ["--profiles"],
        ["--models"],
        ["--hash", "*"],
        ["--hash", "web,db"],
        ["--hash", "nobody"],
        ["-q"],
        ["web", "--volumes"],
        ["nobody"],
        ["--format", "toml"],
        ["--no-normalize"],
        ["--no-path-resolution"],
        ["--no-consistency"],
        ["--no-normalize", "--format", "json"],
        ["--no-path-resolution", "--format", "json", "db"],
    ],
    ids=" ".join,
)
def test_every_list_and_switch_says_the_same(lists: Path, flags: list[str]) -> None:
    ours, theirs = composer(["config", *flags], lists), reference(["config", *flags], lists)
    assert (ours.returncode, ours.stdout.rstrip("\n")) == (theirs.returncode, theirs.stdout.rstrip("\n"))


@pytest.mark.parametrize("flag", ["--services", "-q --services", "--images", "--networks", "--variables"])
def test_lists_that_the_reference_prints_in_any_order_hold_the_same(lists: Path, flag: str) -> None:
    ours, theirs = composer(["config", *flag.split()], lists), reference(["config", *flag.split()], lists)
    assert rows(ours.stdout) == rows(theirs.stdout)


@pytest.mark.parametrize("flag", ["--services", "--images", "--networks", "--volumes", "--profiles"])
def test_lists_of_files_whose_variables_are_missing(tmp_path: Path, flag: str) -> None:
    (tmp_path / "compose.yaml").write_text("""
services:
  a: {image: "x:${TAG:?}", volumes: ["data:/v"], networks: [back], profiles: []}
  b: {build: "${WHERE:?}", volumes: ["cold:/v"], networks: [cold], profiles: [p]}
networks: {back: , cold: , unused: }
volumes: {data: , cold: , unused: }
""")
    for profile in ([], ["--profile", "p"]):
        command = [*profile, "config", "--no-interpolate", flag]
        ours, theirs = composer(command, tmp_path), reference(command, tmp_path)
        assert (ours.returncode, rows(ours.stdout)) == (theirs.returncode, rows(theirs.stdout))


def rows(text: str) -> list[list[str]]:
    return sorted(line.split() for line in text.splitlines())


def test_what_interpolation_sees_is_the_same(lists: Path) -> None:
    given = {"EXTRA": "1", "PWD": str(lists), "LC_ALL": "C.UTF-8"}
    ours, theirs = (run(["config", "--environment"], lists, **given) for run in (composer, reference))
    own = "DOCKER_CLI_PLUGIN_"  # what the docker command tells its plugin
    assert ours.stdout.splitlines() == [line for line in theirs.stdout.splitlines() if not line.startswith(own)]


def test_files_are_written_the_same(lists: Path) -> None:
    for run, name in ((composer, "ours"), (reference, "theirs")):
        assert run(["config", "-o", name], lists).stdout == ""
    assert (lists / "ours").read_text() == (lists / "theirs").read_text()


@pytest.mark.engine
@pytest.mark.parametrize("flags", [["--resolve-image-digests"], ["--lock-image-digests"]], ids=" ".join)
def test_digests_are_those_of_the_registry(tmp_path: Path, flags: list[str]) -> None:
    registry = Registry("shop/web")
    try:
        (tmp_path / "compose.yaml").write_text(
            f"services: {{a: {{image: '{registry.host}/shop/web'}}, b: {{build: .}}}}"
        )
        ours, theirs = composer(["config", *flags], tmp_path), reference(["config", *flags], tmp_path)
    finally:
        registry.close()
    assert "@sha256:" in ours.stdout
    assert (ours.returncode, ours.stdout) == (theirs.returncode, theirs.stdout)
