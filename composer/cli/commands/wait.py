"""`composer wait`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def wait(
    ctx: typer.Context,
    services: Annotated[list[str], typer.Argument(metavar="SERVICE...", hidden=True)],
    *,
    down_project: Annotated[
        bool, typer.Option("--down-project", help="Take the project down when all of them have ended.")
    ] = False,
    dry_run: DryRun = False,
) -> int:
    """Wait until the containers of services have ended.

    The exit status is that of the first that failed, in the order in which the services are named; 0 if none did.

    Example: composer wait migrate
    """
    from composer.cli.awaiting import run_wait  # noqa: PLC0415 - after the flags are known good

    return run_wait(ctx.obj, tuple(services), down=down_project, dry_run=dry_run)
