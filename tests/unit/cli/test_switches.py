"""Switches as Go programs accept them."""

from __future__ import annotations

import click
import pytest

from composer.cli.switches import plain_switches

COMMAND = click.Command(
    "ps",
    params=[
        click.Option(["--all", "-a"], is_flag=True),
        click.Option(["--orphans/--no-orphans"], default=True),
        click.Option(["--format"]),
        click.Option(["--tail", "-n"]),
    ],
)
PROXY = click.Command("exec", params=[click.Option(["--tty", "-T"], is_flag=True)])
PROXY.allow_interspersed_args = False


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (["--all", "web"], ["--all", "web"]),
        (["--all=true", "web"], ["--all", "web"]),
        (["-a=1"], ["--all"]),
        (["--all=false", "web"], ["web"]),
        (["--orphans=false"], ["--no-orphans"]),
        (["--orphans=T"], ["--orphans"]),
        (["--format=true"], ["--format=true"]),
        (["-n=5", "web"], ["-n", "5", "web"]),
        (["-n="], ["-n", ""]),
        (["--all=maybe"], ["--all=maybe"]),
        (["--", "--all=false"], ["--", "--all=false"]),
    ],
)
def test_switches_with_a_value(given: list[str], plain: list[str]) -> None:
    assert plain_switches(COMMAND, given) == plain


def test_what_another_program_is_told_stays_as_it_is() -> None:
    assert plain_switches(PROXY, ["--tty=true", "web", "ls", "-T=false"]) == ["--tty", "web", "ls", "-T=false"]
