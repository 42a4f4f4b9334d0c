"""`composer rm`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def rm(
    ctx: typer.Context,
    services: Services = None,
    *,
    force: Annotated[bool, typer.Option("--force", "-f", help="Do not ask.")] = False,
    stop: Annotated[bool, typer.Option("--stop", "-s", help="Stop containers that run, and remove them too.")] = False,
    volumes: Annotated[bool, typer.Option("--volumes", "-v", help="Remove their anonymous volumes too.")] = False,
    every: Annotated[bool, typer.Option("--all", "-a", hidden=True, help="No effect, as in docker compose.")] = False,  # noqa: ARG001
    dry_run: DryRun = False,
) -> int:
    """Remove stopped containers; networks and named volumes stay.

    Example: composer rm --stop --force worker
    """
    from composer.cli.removal import run_remove  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import RemoveOptions  # noqa: PLC0415

    options = RemoveOptions(services=tuple(services or ()), stop=stop, volumes=volumes)
    return run_remove(ctx.obj, options, force=force, dry_run=dry_run)
