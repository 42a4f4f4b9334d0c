"""`composer version`."""

import json
from typing import Annotated

import click
import typer

from composer import __version__
from composer.cli import VERSION_TEXT

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def version(
    *,
    short: Annotated[bool, typer.Option("--short", help="Only the number.")] = False,
    output: Annotated[
        str, typer.Option("--format", "-f", help="Output form.", click_type=click.Choice(["pretty", "json"]))
    ] = "pretty",
) -> None:
    """Show Composer's version.

    Example: composer version --short
    """
    if short:
        typer.echo(__version__)
    elif output == "json":
        typer.echo(json.dumps({"version": __version__}))
    else:
        typer.echo(VERSION_TEXT)
