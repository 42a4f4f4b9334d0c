"""`composer why`."""

from typing import Annotated

import click
import typer

from composer.cli.options import Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def why(
    ctx: typer.Context,
    services: Services = None,
    *,
    runs: Annotated[
        int, typer.Option("--runs", "-n", metavar="NUMBER", min=1, help="How many of the last runs to tell.")
    ] = 1,
    output: Annotated[
        str, typer.Option("--format", help="Output form.", click_type=click.Choice(["text", "json"]))
    ] = "text",
) -> int:
    """Tell what the last run that did something to the services did, why, and how it ended.

    Example: composer why web
    """
    from composer.cli.reasons import WhyRequest, run_why  # noqa: PLC0415 - after the flags are known good

    return run_why(ctx.obj, WhyRequest(services=tuple(services or ()), runs=runs, output=output))
