"""Completion: what is offered, and how bash takes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from typer.main import get_command

from composer.cli import complete
from composer.cli.app import VERBS, app
from composer.cli.groups import GROUPS, grouped
from tests.support.absent import absent
from tests.support.command_line import CommandLine
from tests.support.machine import apt

STACK = """
    name: shop
    services:
      db: {image: busybox}
      web: {image: busybox, profiles: [front]}
      worker: {image: busybox}
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli.setenv(DOCKER_HOST="tcp://127.0.0.1:1")  # completion asks no engine that is elsewhere
    return cli


def offered(line: str) -> list[str]:
    return list(complete.candidates(line.split(" ")))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pau", ["pause"]),
        ("logs ", ["db", "web", "worker"]),
        ("logs w", ["web", "worker"]),
        ("logs -f web w", ["worker"]),
        ("logs web db worker ", []),
        ("exec ", ["db", "web", "worker"]),
        ("exec db ", []),
        ("ls ", []),
        ("scale w", ["web=", "worker="]),
        ("up --scale w", ["web=", "worker="]),
        ("up --exit-code-from d", ["db"]),
        ("up --exit-code-from db w", ["web", "worker"]),
        ("up --pull ", ["policy", "always", "missing", "never"]),
        ("up --wait-timeout ", []),
        ("up --wait w", ["web", "worker"]),
        ("up --abort", ["--abort-on-container-exit", "--abort-on-container-failure"]),
        ("--profile ", ["front"]),
        ("--prof", ["--profile"]),
        ("--progress p", ["plain"]),
        ("--exit-codes ", ["compose", "fine"]),
        ("--progress=plain --dry-run -p shop logs d", ["db"]),
        ("completion ", ["bash", "zsh", "fish"]),
        ("-f other.yaml up ", ["other"]),
        ("--file=other.yaml up ", ["other"]),
        ("-f gone.yaml up ", []),
        ("nonsense --", []),
    ],
)
def test_what_is_offered(stack: CommandLine, line: str, expected: list[str]) -> None:
    stack.write("services: {other: {image: busybox}}", "other.yaml")
    assert offered(line) == (expected if line != "nonsense --" else ["--help"])


def test_services_that_only_the_engine_knows(stack: CommandLine) -> None:
    stack.patch.setattr("composer.glance.services_seen", lambda _, project: ("gone",) if project == "shop" else ())
    assert offered("logs ") == ["db", "gone", "web", "worker"]
    assert offered("up ") == ["db", "web", "worker"], "what is only there cannot be brought up"
    (stack.folder / "compose.yaml").unlink()
    assert offered("-p shop stop ") == ["gone"]


def test_contexts(stack: CommandLine, tmp_path: Path) -> None:
    for key, text in (("a", '{"Name": "far"}'), ("b", "{"), ("c", '{"Name": "near"}')):
        folder = tmp_path / "contexts" / "meta" / key
        folder.mkdir(parents=True)
        (folder / "meta.json").write_text(text)
    stack.setenv(DOCKER_CONFIG=str(tmp_path))
    assert offered("--context ") == ["default", "far", "near"]


def test_trouble_is_not_told(stack: CommandLine, capsys: pytest.CaptureFixture[str]) -> None:
    stack.patch.setattr(complete, "candidates", lambda _: 1 / 0)
    complete.run(["logs", ""])
    assert capsys.readouterr() == ("", "")


def test_flags_that_bash_takes_apart(capsys: pytest.CaptureFixture[str], stack: CommandLine) -> None:
    complete.run(["up", "--pull", "=", "al"])
    complete.run(["up", "--pull", "="])
    assert capsys.readouterr().out.split() == ["always", "policy", "always", "missing", "never"]


def test_the_table_of_global_flags_is_that_of_the_parser() -> None:
    group = get_command(app)
    options = [one for one in group.params if isinstance(one, click.Option) and not one.is_flag]
    assert {name for one in options for name in one.opts} == complete.VALUED.keys()


def test_every_command_has_its_place_in_the_help() -> None:
    assert sorted(verb for _, _, verbs in grouped(VERBS) for verb in verbs) == sorted(VERBS)
    assert [examples for _, examples, _ in GROUPS if not examples.startswith("composer ")] == []


@pytest.mark.timeout(300)
def test_scripts_are_good_shell(cli: CommandLine, subtests: pytest.Subtests) -> None:
    shells = ("bash", "zsh", "fish")
    missing = [shell for shell in shells if shutil.which(shell) is None]
    if missing and apt.usable():
        apt.install(missing)
    for shell in shells:
        with subtests.test(shell):
            code, script, err = cli.raw(f"completion {shell}")
            assert (code, err) == (0, "")
            if shutil.which(shell) is None:
                absent(f"no {shell} here, and none can be installed")
            checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
            assert (checked.returncode, checked.stderr) == (0, "")


def test_a_shell_nobody_knows(cli: CommandLine) -> None:
    assert cli.raw("completion tcsh")[0] == 1


BASH = """
source <({program} completion bash)
offer() {{
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _composer {program} "${{@: -1}}" "${{@: -2:1}}" 2>/dev/null
    echo "${{COMPREPLY[*]}}"
}}
offer {program} logs w
offer {program} up --exit-code-from ''
offer {program} up --pul
offer {program} down --rmi ''
complete -p composer
"""


def test_bash_takes_what_is_offered(stack: CommandLine) -> None:
    program = Path(sys.executable).parent / "composer"
    script = BASH.format(program=program)
    environment = {**os.environ, "DOCKER_HOST": "tcp://127.0.0.1:1"}
    ran = subprocess.run(
        ["bash", "--norc", "-c", script], cwd=stack.folder, env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines() == [
        "web worker",
        "db web worker",
        "--pull",
        "local all",
        "complete -o default -F _composer composer",
    ]


def test_names_of_services_cost_neither_the_parser_nor_the_model(stack: CommandLine) -> None:
    program = (
        "import sys; from composer.cli import complete; complete.run(['logs', '']);"
        "print(sorted({'typer', 'click', 'pydantic', 'pydantic_core', 'docker', 'rich', 'networkx', 'composer.load.pipeline'}"
        " & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=stack.folder, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["db", "web", "worker", "[]"]
