"""Global flags, and the variables that stand in for them."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

import composer
from composer.cli.surroundings import SETTINGS
from composer.cli.variables import HONOURED, LEFT_ASIDE
from tests.support.command_line import CommandLine

STACK = """
    services:
      db: {image: busybox}
      web: {image: busybox, depends_on: [db]}
"""
ROOT = Path(composer.__file__).parent
A_SETTING = re.compile(r"(COMPOSE|COMPOSER|DOCKER|BUILDX|BUILDKIT)_[A-Z_]+[A-Z]|NO_COLOR")


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    return cli


def test_every_variable_in_the_code_is_in_the_table_and_the_other_way_round() -> None:
    files = [file for file in ROOT.rglob("*.py") if file.name != "variables.py"]
    constants = (
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    read = {text for text in constants if A_SETTING.fullmatch(text)}
    assert read == HONOURED.keys(), "cli/variables.py and README list what is read"
    assert not HONOURED.keys() & LEFT_ASIDE.keys()
    assert set(SETTINGS) <= HONOURED.keys()


def test_readme_has_the_table() -> None:
    readme = ROOT.parent / "README.md"
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", readme.read_text(), re.MULTILINE)
    assert dict(rows) == HONOURED | LEFT_ASIDE


def test_the_engine_is_chosen_for_everything_that_is_started(stack: CommandLine) -> None:
    seen: list[dict[str, str]] = []

    def look(_: object) -> object:
        seen.append({name: text for name, text in os.environ.items() if name in ("DOCKER_HOST", "DOCKER_CONTEXT")})
        return stack.engine

    stack.patch.setattr(composer.api, "open_reader", look)
    stack.setenv(DOCKER_HOST="unix:///shell", DOCKER_CONTEXT="shell")
    for line in ("-H unix:///flag ps", "--context flag ps", "ps"):
        assert stack.raw(line)[0] == 0
    assert seen == [
        {"DOCKER_HOST": "unix:///flag"},
        {"DOCKER_CONTEXT": "flag"},
        {"DOCKER_HOST": "unix:///shell", "DOCKER_CONTEXT": "shell"},
    ]
    assert os.environ["DOCKER_HOST"] == "unix:///shell"


def test_verbose_says_which_engine(stack: CommandLine) -> None:
    assert stack.raw("--verbose -H unix:///run/x.sock ps -q")[2] == "engine: unix:///run/x.sock (DOCKER_HOST)\n"


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("-H unix:///x --context y ps", "error: --host and --context cannot be used together [CMP-0001]"),
        ("--workdir . --project-directory . ps", "error: --workdir and --project-directory cannot be used together"),
        ("--progress tty --ansi never ps", "error: can't use --progress tty while ANSI support is disabled"),
        ("--progress plain --ansi always ps", "error: can't use --progress plain while ANSI support is forced"),
        ("publish shop", "error: 'publish' is not supported by Composer [CMP-0001]"),
        ("bridge convert", "error: 'bridge' is not supported by Composer [CMP-0001]"),
        ("alpha viz", "error: 'alpha' is not supported by Composer [CMP-0001]"),
        ("--parallel many ps", "error: invalid value for '--parallel'"),
        ("--exit-codes coarse ps", "error: invalid value for '--exit-codes'"),
    ],
)
def test_what_is_refused(stack: CommandLine, line: str, trouble: str) -> None:
    code, out, err = stack.raw(line)
    assert (code, out) == (1, "")
    assert err.startswith(trouble)


@pytest.mark.parametrize(("name", "text"), [("COMPOSE_PARALLEL_LIMIT", "many"), ("COMPOSER_EXIT_CODES", "coarse")])
def test_settings_that_are_refused(stack: CommandLine, name: str, text: str) -> None:
    stack.setenv(**{name: text})
    code, _, err = stack.raw("ps")
    assert (code, err.splitlines()[0]) == (1, f"error: {name} is '{text}' [CMP-0001]")


def test_old_names_of_flags_still_work_and_say_so(stack: CommandLine) -> None:
    folder = stack.folder
    stack.patch.chdir(folder.parent)
    code, out, err = stack.raw(f"--no-ansi --workdir {folder} config --services")
    assert (code, sorted(out.split())) == (0, ["db", "web"])
    assert err.splitlines() == [
        "option '--workdir' is DEPRECATED at root level! Please use '--project-directory' instead.",
        "option '--no-ansi' is DEPRECATED ! Please use '--ansi' instead.",
    ]


def test_names_as_the_first_docker_compose_made_them(stack: CommandLine) -> None:
    stack("--compatibility up -d db")
    stack.setenv(COMPOSE_COMPATIBILITY="true")
    stack("up -d --scale web=2")
    assert set(stack.states()) == {"shop_db_1", "shop_web_1", "shop_web_2"}


def test_resources_that_nobody_uses(stack: CommandLine) -> None:
    stack.write(STACK + "    volumes: {spare: {}}\n    networks: {spare: {}}\n")
    assert "spare" not in stack.raw("up -d")[2]
    told = stack.raw("--all-resources up -d")[2]
    assert [line for line in told.splitlines() if "Created" in line] == [
        " Network shop_spare  Created",
        " Volume shop_spare  Created",
    ]


def test_no_more_at_once_than_was_asked_for(stack: CommandLine) -> None:
    stack.write("services: {a: {image: busybox}, b: {image: busybox}, c: {image: busybox}}")
    told = stack.raw("--parallel 1 up -d")[2].splitlines()
    begun = [line for line in told if line.endswith(("Creating", "Starting"))]
    ended = [line for line in told if line.endswith(("Created", "Started"))]
    assert [line for pair in zip(begun, ended, strict=True) for line in pair] == told
    stack.setenv(COMPOSE_PARALLEL_LIMIT="1")
    told = stack.raw("stop")[2].splitlines()
    assert [line.split()[-1] for line in told] == ["Stopping", "Stopped"] * 3


def test_settings_of_the_env_file(stack: CommandLine) -> None:
    stack.write("YES=1\nCOMPOSE_REMOVE_ORPHANS=${YES}\nexport COMPOSE_STATUS_STDOUT='1' # for scripts\n", ".env")
    stack("up -d")
    stack.write("services: {db: {image: busybox}}")
    code, out, err = stack.raw("up -d")
    assert (code, err) == (0, "")
    assert " Container shop-web-1  Removed" in out.splitlines()
    stack.setenv(COMPOSE_STATUS_STDOUT="0")
    assert stack.raw("up -d") == (0, "", " Container shop-db-1  Running\n")


def test_settings_beside_the_file_that_is_named(stack: CommandLine) -> None:
    stack.write("services: {web: {image: busybox}}", "elsewhere/compose.yaml")
    stack.write("COMPOSE_STATUS_STDOUT=1\n", "elsewhere/.env")
    code, out, err = stack.raw("-f=elsewhere/compose.yaml up -d")
    assert (code, err) == (0, "")
    assert " Container elsewhere-web-1  Started" in out.splitlines()
