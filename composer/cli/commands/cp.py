"""`composer cp`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Index

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def cp(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", hidden=True, show_default=False)],
    destination: Annotated[str, typer.Argument(metavar="DESTINATION", hidden=True, show_default=False)],
    *,
    every: Annotated[bool, typer.Option("--all", help="Containers made by run too.")] = False,
    archive: Annotated[bool, typer.Option("--archive", "-a", help="Keep owners.")] = False,
    follow_link: Annotated[
        bool, typer.Option("--follow-link", "-L", help="Copy what a link at SOURCE leads to.")
    ] = False,
    index: Index = 0,
    dry_run: DryRun = False,
) -> int:
    """Copy files and folders between a service's containers and this machine: into all replicas, or out of the first.

    One side is SERVICE:PATH, the other a local path, or - for a tar archive on standard input or output.

    Example: composer cp web:/var/log/app.log .
    """
    from composer.cli.copying import CopyFlags, run_copy  # noqa: PLC0415 - after the flags are known good

    flags = CopyFlags(
        source=source, destination=destination, archive=archive, follow=follow_link, every=every, index=index
    )
    return run_copy(ctx.obj, flags, dry_run=dry_run)
