"""`composer export`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Index

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def export(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True, show_default=False)],
    *,
    index: Index = 0,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Write to a file instead of standard output.")
    ] = "",
    dry_run: DryRun = False,
) -> int:
    """Write the whole file system of a service's container as a tar archive.

    Example: composer export -o web.tar web
    """
    from composer.cli.copying import run_export  # noqa: PLC0415 - after the flags are known good

    return run_export(ctx.obj, service, index=index, output=output, dry_run=dry_run)
