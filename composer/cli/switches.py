"""Flags written as Go programs accept them: `--orphans=false`, `-d=true`, `-t=0`. Must not know: any command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

_YES = ("1", "t", "T", "true", "TRUE", "True")
_NO = ("0", "f", "F", "false", "FALSE", "False")


def plain_switches(command: click.Command, arguments: Sequence[str]) -> list[str]:
    """The arguments with every `--switch=true` written as `--switch`, and `--switch=false` as its opposite, or left
    out if it has none; `-t=0` as `-t 0`. What belongs to another program (after `--`, or after the service of `exec`)
    stays as it is."""
    if not any("=" in argument for argument in arguments):
        return list(arguments)
    switches = {
        name: (option.opts[0], next(iter(option.secondary_opts), ""))
        for option in command.params
        if isinstance(option, click.Option) and option.is_flag and not option.count
        for name in option.opts
    }
    valued = {
        name
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
        for name in option.opts
    }
    stays_mixed = command.context_settings.get("allow_interspersed_args", command.allow_interspersed_args)
    said: list[str] = []
    for place, argument in enumerate(arguments):
        if place and arguments[place - 1] in valued:
            said.append(argument)
            continue
        if argument == "--" or not (stays_mixed or argument.startswith("-")):
            return [*said, *arguments[place:]]
        name, sign, text = argument.partition("=")
        if sign and name in valued and not name.startswith("--"):
            said += (name, text)
            continue
        if not sign or name not in switches or text not in (*_YES, *_NO):
            said.append(argument)
        elif text in _YES:
            said.append(switches[name][0])
        elif switches[name][1]:
            said.append(switches[name][1])
    return said
