"""`--help` of the whole and of every verb: complete, with an example, the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.cli.app import ALIASES, VERBS
from tests.support.command_line import CommandLine
from tests.support.golden import assert_same_as_file

TEXTS = Path(__file__).parent / "help"


@pytest.fixture
def help_of(cli: CommandLine) -> CommandLine:
    cli.setenv(COLUMNS="80")
    return cli


def test_the_whole(help_of: CommandLine) -> None:
    code, out, err = help_of.raw("--help")
    assert (code, err) == (0, "")
    assert_same_as_file(out, TEXTS / "composer.txt")
    assert help_of.raw("-h") == (0, out, "")


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb(help_of: CommandLine, verb: str) -> None:
    code, out, err = help_of.raw(f"{verb} --help")
    assert (code, err) == (0, "")
    assert f"Example: composer {verb}" in out
    assert_same_as_file(out, TEXTS / f"{verb}.txt")
    assert help_of.raw(f"{verb} -h") == (0, out, "")


def test_no_text_is_left_of_a_verb_that_is_gone() -> None:
    assert {file.stem for file in TEXTS.iterdir()} == {*VERBS, "composer"}


@pytest.mark.parametrize(("alias", "verb"), sorted(ALIASES.items()))
def test_an_alias_is_its_verb(help_of: CommandLine, alias: str, verb: str) -> None:
    assert help_of.raw(f"{alias} --help")[1].splitlines()[1:] == help_of.raw(f"{verb} --help")[1].splitlines()[1:]


@pytest.mark.parametrize("columns", ["20", "40", "200"])
def test_any_width_will_do(help_of: CommandLine, columns: str) -> None:
    help_of.setenv(COLUMNS=columns)
    assert [help_of.raw(f"{verb} --help")[0] for verb in VERBS] == [0] * len(VERBS)
