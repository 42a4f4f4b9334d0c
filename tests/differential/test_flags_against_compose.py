"""Every command and flag that docker compose tells of in its help: honoured here, or refused by name.

The reference's own `--help` is asked, so that a new release with a new flag is noticed. Flags are compared by their
names, their short forms, and whether they take a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import click
import pytest
from typer.main import get_command

from composer.cli.app import REFUSED, app
from tests.support.scenario import Scenario
from tests.support.tool import PEER

pytestmark = [pytest.mark.engine, pytest.mark.peer]

COMMAND = re.compile(r"^  ([a-z]+)  ", re.MULTILINE)
FLAG = re.compile(r"^ {2,6}(?:-(\w), )?--([\w-]+)(?: (\w+))?(?:  |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """`short`: "" for none. `valued`: takes a value."""

    name: str
    short: str
    valued: bool


def test_every_flag_of_the_reference(scenario: Scenario, peer: str, subtests: pytest.Subtests) -> None:
    group = get_command(app)
    assert isinstance(group, click.Group)
    told = _help(scenario)
    with subtests.test("docker compose"):
        assert sorted(_flags(told) - _ours(group)) == []
    verbs = COMMAND.findall(told[told.index("Commands:") :])
    assert len(verbs) > 30, told
    for verb in verbs:
        with subtests.test(verb):
            command = group.get_command(click.Context(group), verb)
            flags = _flags(_help(scenario, verb))
            assert flags, "every command has flags"
            if command is None:
                _refused_by_name(scenario, verb)
            else:
                assert sorted(flags - _ours(command)) == []


def _refused_by_name(scenario: Scenario, verb: str) -> None:
    """Also with flags that nobody here knows: what is said is that the command is not there."""
    ran = scenario.composer(verb, "--some-flag", code=1)
    first, *rest = ran.stderr.splitlines()
    assert first.startswith(f"error: '{verb}' is not supported by Composer")
    assert REFUSED[verb] in " ".join(line.strip() for line in rest)


def _help(scenario: Scenario, *verb: str) -> str:
    return scenario.run(PEER, *verb, "--help").stdout


def _flags(told: str) -> set[Flag]:
    return {Flag(name, short, bool(value)) for short, name, value in FLAG.findall(told[told.index("Options:") :])}


def _ours(command: click.Command) -> set[Flag]:
    """With each flag also without its short form: the reference does not tell of every one."""
    return {flag for option in command.params if isinstance(option, click.Option) for flag in _ways(option)}


def _ways(option: click.Option) -> Iterator[Flag]:
    spellings = [*option.opts, *option.secondary_opts]
    for name in spellings:
        if name.startswith("--"):
            for short in ("", *(other[1:] for other in spellings if not other.startswith("--"))):
                yield Flag(name[2:], short, not option.is_flag)
