"""Wrong flags, wrong commands, wrong values: an error that says what to write instead, exit 1, nothing done."""

from __future__ import annotations

import pytest

from composer import __version__
from tests.support.command_line import CommandLine

WEB = "services: {web: {image: busybox}}"


@pytest.fixture
def web(cli: CommandLine) -> CommandLine:
    cli.write(WEB)
    return cli


def test_an_unknown_command(cli: CommandLine) -> None:
    cli("pss").says("""
        exit 1
        2| error: unknown command 'pss' (did you mean 'ps'?) [CMP-0001]
        2|   hint: See 'composer --help'.
    """)
    cli("strat").says("""
        exit 1
        2| error: unknown command 'strat' (did you mean 'start'?) [CMP-0001]
        2|   hint: See 'composer --help'.
    """)
    cli("frobnicate").says("""
        exit 1
        2| error: unknown command 'frobnicate' [CMP-0001]
        2|   hint: See 'composer --help'.
    """)
    cli("--progress json dwon").says("""
        exit 1
        2| {"error": true, "message": "unknown command 'dwon' (did you mean 'down'?)", "code": "CMP-0001", "hint": "See 'composer --help'."}
    """)


@pytest.mark.parametrize("verb", ["logs", "ps", "stop", "up -d", "build", "run", "config --hash"])
def test_an_unknown_service(web: CommandLine, verb: str) -> None:
    code, _, err = web.raw(f"{verb} wbe")
    error, hint = err.splitlines()
    assert code == 1
    assert error.startswith("error: no such service: wbe")
    assert hint == "  hint: did you mean 'web'?"


def test_an_unknown_flag(cli: CommandLine) -> None:
    cli("up --detatch").says("""
        exit 1
        2| error: no such flag '--detatch' (did you mean '--detach'?) [CMP-0001]
        2|   hint: See 'composer up --help'.
    """)
    cli("--projct x ps").says("""
        exit 1
        2| error: no such flag '--projct' (did you mean '--project-name'?) [CMP-0001]
        2|   hint: See 'composer --help'.
    """)
    cli("logs -n").says("""
        exit 1
        2| error: option '-n' requires an argument [CMP-0001]
    """)
    cli("down --rmi some").says("""
        exit 1
        2| error: invalid value for '--rmi': 'some' is not one of 'local', 'all' [CMP-0001]
        2|   hint: See 'composer down --help'.
    """)
    cli("up -t soon").says("""
        exit 1
        2| error: invalid value for '--timeout' / '-t': 'soon' is not a valid integer [CMP-0001]
        2|   hint: See 'composer up --help'.
    """)
    cli("up --wait-timeout -1").says("""
        exit 1
        2| error: invalid value for '--wait-timeout': -1 is not in the range x>=0 [CMP-0001]
        2|   hint: See 'composer up --help'.
    """)
    cli("--progress fancy ps").says("""
        exit 1
        2| error: invalid value for '--progress': 'fancy' is not one of 'auto', 'tty', 'plain', 'json', 'quiet', 'none' [CMP-0001]
        2|   hint: See 'composer --help'.
    """)
    cli("version extra").says("""
        exit 1
        2| error: got unexpected extra argument (extra) [CMP-0001]
        2|   hint: See 'composer version --help'.
    """)


@pytest.mark.parametrize(
    "flags",
    [
        "--detach --abort-on-container-exit",
        "--detach --abort-on-container-failure",
        "--detach --exit-code-from=web",
        "--detach --attach=web",
        "--detach --attach-dependencies",
        "--wait --abort-on-container-exit",
        "--wait --exit-code-from=web",
        "--wait --attach=web",
        "--abort-on-container-exit --abort-on-container-failure",
        "--no-recreate --force-recreate",
        "--no-recreate --always-recreate-deps",
        "--no-recreate --renew-anon-volumes",
    ],
)
def test_contradictions(web: CommandLine, flags: str) -> None:
    one, other = (flag.partition("=")[0] for flag in flags.split())
    web(f"up {flags}").says(f"""
        exit 1
        2| error: {one} and {other} cannot be used together [CMP-0001]
    """)
    assert web.opened == []


def test_scale(web: CommandLine) -> None:
    web("up -d --scale web").says("""
        exit 1
        2| error: invalid --scale value 'web' [CMP-0001]
        2|   hint: Write it as SERVICE=NUMBER, e.g. --scale web=3.
    """)
    web("up -d --scale web=-1").says("""
        exit 1
        2| error: invalid --scale value 'web=-1' [CMP-0001]
        2|   hint: Write it as SERVICE=NUMBER, e.g. --scale web=3.
    """)
    web("up -d --scale web=many").says("""
        exit 1
        2| error: invalid --scale value 'web=many' [CMP-0001]
        2|   hint: Write it as SERVICE=NUMBER, e.g. --scale web=3.
    """)
    web("up -d --scale wbe=2").says("""
        exit 1
        2| error: no such service: wbe (from --scale) [CMP-0001]
        2|   hint: did you mean 'web'?
    """)
    assert web.changes() == []


def test_services_of_flags_must_exist(web: CommandLine) -> None:
    web("up --exit-code-from job").says("""
        exit 1
        2| error: no such service: job (from --exit-code-from) [CMP-0001]
    """)
    web("up --attach job").says("""
        exit 1
        2| error: no such service: job (from --attach) [CMP-0001]
    """)
    web("up --no-attach job").says("""
        exit 1
        2| error: no such service: job (from --no-attach) [CMP-0001]
    """)


def test_ps_and_ls_refuse_what_they_do_not_know(web: CommandLine) -> None:
    web("ps --status flying").says("""
        exit 1
        2| error: unknown state 'flying' [CMP-0001]
        2|   hint: States are: paused, restarting, removing, running, dead, created, exited.
    """)
    web("ps --filter state=exited").says("""
        exit 1
        2| error: unsupported filter 'state=exited' [CMP-0001]
        2|   hint: Only status=STATE can be filtered for.
    """)
    web("ps --format xml").says("""
        exit 1
        2| error: --format 'xml' is not supported [CMP-0001]
        2|   hint: Use table, json, or a Go template such as '{{.Name}}' or 'table {{.Name}}\\t{{.State}}'.
    """)
    web("ls --filter status=exited").says("""
        exit 1
        2| error: unsupported filter 'status=exited' [CMP-0001]
        2|   hint: Only name=REGEX can be filtered for.
    """)
    web("ls --filter name=[").says("""
        exit 1
        2| error: invalid filter 'name=[': unterminated character set at position 0 [CMP-0001]
        2|   hint: It is a regular expression.
    """)
    web("ls --format xml").says("""
        exit 1
        2| error: invalid value for '--format': 'xml' is not one of 'table', 'json' [CMP-0001]
        2|   hint: See 'composer ls --help'.
    """)


def test_the_environment_can_be_wrong_as_well(web: CommandLine) -> None:
    web.setenv(COMPOSER_READINESS="never")
    web("up -d").says("""
        exit 1
        2| error: COMPOSER_READINESS is 'never' [CMP-0001]
        2|   hint: Use eager or engine.
    """)
    web.setenv(COMPOSER_READINESS="", COMPOSE_PROGRESS="fancy")
    web("up -d").says("""
        exit 1
        2| error: unsupported --progress value 'fancy' [CMP-0001]
        2|   hint: Use auto, tty, plain, json or quiet.
    """)
    assert web.changes() == []


def test_a_project_name_must_be_one(web: CommandLine) -> None:
    web("-p My_Shop! ps").says("""
        exit 0
        1| NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS
    """)
    web.setenv(COMPOSE_PROJECT_NAME="-shop")
    web("ps").says("""
        exit 1
        2| <environment>: error: invalid project name "-shop": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number [CMP-1050]
        2|   hint: try shop
    """)


def test_without_a_command_the_help_is_shown(cli: CommandLine) -> None:
    code, out, err = cli.raw("--help")
    assert (code, err) == (0, "")
    assert cli.raw("") == cli.raw("--ansi never") == (0, out, "")


def test_version(cli: CommandLine) -> None:
    for line in ("version", "--version", "-v", "--ansi never --version"):
        assert cli.raw(line) == (0, f"Composer version {__version__}\n", "")
    assert cli.raw("version --short") == (0, f"{__version__}\n", "")
    assert cli.raw("version --format json") == (0, f'{{"version": "{__version__}"}}\n', "")
