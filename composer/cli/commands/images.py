"""`composer images`."""

from typing import Annotated

import typer

from composer.cli.options import Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def images(
    ctx: typer.Context,
    services: Services = None,
    *,
    output: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORM",
            help="table, json, or a Go template for each row: '{{.ContainerName}} {{.Repository}}:{{.Tag}}'.",
        ),
    ] = "table",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only image ids.")] = False,
) -> int:
    """List the images that the project's containers are made from.

    Example: composer images --format json
    """
    from composer.cli.images import ImagesRequest, run_images  # noqa: PLC0415 - after the flags are known good

    return run_images(ctx.obj, ImagesRequest(services=tuple(services or ()), quiet=quiet, output=output))
