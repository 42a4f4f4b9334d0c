"""Flags that several commands share, as annotated types, and the global flags as one value."""

from __future__ import annotations

from typing import Annotated

import typer

from composer.values import value


@value(kw_only=True)
class GlobalOptions:
    """What stands before the command. `progress` and `ansi`: "" when not given (the
    environment decides then)."""

    files: tuple[str, ...] = ()
    project_name: str = ""
    profiles: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    project_directory: str = ""
    progress: str = ""
    ansi: str = ""
    dry_run: bool = False


Services = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE...]", show_default=False)]
Timeout = Annotated[
    int | None, typer.Option("--timeout", "-t", metavar="SECONDS", help="Seconds a container gets to stop.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")]
RemoveOrphans = Annotated[
    bool, typer.Option("--remove-orphans", help="Remove containers of services that the file does not know.")
]
