"""Flags that several commands share, as annotated types, and the global flags as one value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from composer.values import value


@value(kw_only=True)
class PlanForm:
    """How `composer plan` shows a plan. `exit_code`: whether there is something to do shows in the exit status."""

    json: bool = False
    exit_code: bool = False


@value(kw_only=True)
class GlobalOptions:
    """What stands before the command. `progress` and `ansi`: "" when not given (the
    environment decides then). `parallel`: at most so many pulls, stops or other calls at once; not positive for no
    limit but our own. `plan`: a dry run for `composer plan`."""

    files: tuple[str, ...] = ()
    project_name: str = ""
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    project_directory: str = ""
    progress: str = ""
    ansi: str = ""
    dry_run: bool = False
    all_resources: bool = False
    compatibility: bool = False
    parallel: int = -1
    verbose: bool = False
    strict_env: bool = False
    allowed_env: tuple[str, ...] = ()
    plan: PlanForm | None = None


# Not listed below the options: the usage line says it, and not every click shows an argument's help.
Services = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE...]", hidden=True, show_default=False)]
Format = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORM",
        help="table, json, a Go template for each row, or a table of your own: 'table {{.Name}}\\t{{.State}}'.",
    ),
]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="Only what came later: 2026-01-02T03:04:05Z, or 10m for ago.")
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Only what came earlier.")]
Timeout = Annotated[
    int | None, typer.Option("--timeout", "-t", metavar="SECONDS", help="Seconds a container gets to stop.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")]
Scale = Annotated[
    list[str] | None, typer.Option("--scale", metavar="SERVICE=N", help="Number of replicas; repeatable.")
]
Build = Annotated[bool, typer.Option("--build", help="Build images before starting containers.")]
NoBuild = Annotated[bool, typer.Option("--no-build", help="Build nothing, even if an image is missing.")]
QuietPull = Annotated[bool, typer.Option("--quiet-pull", help="Pull without telling of every layer.")]
RemoveOrphans = Annotated[
    bool, typer.Option("--remove-orphans", help="Remove containers of services that the file does not know.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to what loses data, instead of being asked.")]
StrictEnv = Annotated[
    bool, typer.Option("--strict-env", help="Undefined variables are errors; those of the shell are not used.")
]
AllowEnv = Annotated[
    list[str] | None,
    typer.Option("--allow-env", metavar="NAME", help="A variable of the shell that --strict-env lets in."),
]

Index = Annotated[int, typer.Option("--index", metavar="N", help="The replica of this number.", show_default=False)]
NoTty = Annotated[
    bool, typer.Option("--no-tty", "--no-TTY", "-T", help="No terminal for the command, even if there is one here.")
]
# Habits from `docker run -it`: on by default here, so not listed.
Interactive = Annotated[bool, typer.Option("--interactive/--no-interactive", "-i", hidden=True)]
Tty = Annotated[bool, typer.Option("--tty", "-t", hidden=True)]


def with_strict_env(options: GlobalOptions, *, strict_env: bool, allow_env: Sequence[str] | None) -> GlobalOptions:
    """`options` with what a command was told of the shell's variables. `--allow-env` alone implies strictness."""
    if not (strict_env or allow_env):
        return options
    names = tuple(name for given in allow_env or () for name in given.split(","))
    return replace(options, strict_env=True, allowed_env=names)
