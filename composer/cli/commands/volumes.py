"""`composer volumes`."""

from typing import Annotated

import typer

from composer.cli.options import Format, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def volumes(
    ctx: typer.Context,
    services: Services = None,
    *,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only volume names.")] = False,
    output: Format = "table",
) -> int:
    """List the project's volumes; with services, those that they mount.

    Example: composer volumes --quiet
    """
    from composer.cli.reading import VolumesRequest, run_volumes  # noqa: PLC0415 - after the flags are known good

    return run_volumes(ctx.obj, VolumesRequest(services=tuple(services or ()), quiet=quiet, output=output))
