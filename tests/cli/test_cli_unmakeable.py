"""Projects of which no container could be made: they can still be ended, listed and built; `up` says what is wrong."""

from __future__ import annotations

import pytest

from tests.support.command_line import CommandLine

NO_ENV_FILE = """
    services:
      web: {image: busybox, env_file: absent.env}
      db: {image: busybox}
"""
ONE_NAME_FOR_TWO = """
    services:
      web: {image: busybox, container_name: same}
      db: {image: busybox, container_name: same}
"""
ENDS = ("down", "stop", "stop db", "kill", "rm -f", "restart", "pause")
LISTS = ("config --services", "config --images", "config --volumes")


@pytest.mark.parametrize("text", [NO_ENV_FILE, ONE_NAME_FOR_TWO], ids=["env file", "container name"])
@pytest.mark.parametrize("line", [*ENDS, *LISTS, "build", "push"])
def test_what_only_new_containers_need_does_not_keep_a_project_from_being_ended(
    cli: CommandLine, text: str, line: str
) -> None:
    cli.write(text)
    code, _, err = cli.raw(line)
    assert (code, [row for row in err.splitlines() if "error" in row]) == (0, [])


@pytest.mark.parametrize("line", ["up -d", "create", "run web", "config", "plan"])
def test_an_env_file_that_is_missing_keeps_containers_from_being_made(cli: CommandLine, line: str) -> None:
    cli.write(NO_ENV_FILE)
    code, _, err = cli.raw(line)
    absent = f"env file {cli.folder / 'absent.env'} not found [CMP-1113]"
    assert (code, err.splitlines()[0].partition("error: ")[2]) == (1, absent)


@pytest.mark.parametrize("line", ["up -d", "create", "config", "plan"])
def test_two_containers_of_one_name_are_not_made(cli: CommandLine, line: str) -> None:
    cli.write(ONE_NAME_FOR_TWO)
    code, _, err = cli.raw(line)
    assert (code, "[CMP-1112]" in err.splitlines()[0], cli.changes()) == (1, True, [])
