"""`composer completion`."""

from pathlib import Path
from typing import Annotated

import click
import typer

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SCRIPTS = {"bash": "bash.sh", "zsh": "zsh.sh", "fish": "fish.fish"}


@app.command()
def completion(
    shell: Annotated[
        str,
        typer.Argument(
            metavar="bash|zsh|fish", click_type=click.Choice(tuple(SCRIPTS)), hidden=True, show_default=False
        ),
    ],
) -> None:
    """Print a script that completes commands, flags and services.

    Example: composer completion bash >> ~/.bashrc
    """
    typer.echo((Path(__file__).parent.parent / "shells" / SCRIPTS[shell]).read_text(), nl=False)
