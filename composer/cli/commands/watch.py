"""`composer watch`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def watch(
    ctx: typer.Context,
    services: Services = None,
    *,
    no_up: Annotated[bool, typer.Option("--no-up", help="Do not build and start the services first.")] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Bring over what changed since the last watch, then end.")
    ] = False,
    prune: Annotated[bool, typer.Option("--prune/--no-prune", help="Remove the images that rebuilds replace.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress of builds, no output of commands.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Follow changed files: copy them into running containers, rebuild or restart, as `develop.watch` says.

    Example: composer watch web
    """
    from composer.cli.watch_actors import WatchRequest  # noqa: PLC0415 - after the flags are known good
    from composer.cli.watching import run_watch  # noqa: PLC0415

    request = WatchRequest(services=tuple(services or ()), up=not no_up, prune=prune, quiet=quiet, once=once)
    return run_watch(ctx.obj, request, dry_run=dry_run)
