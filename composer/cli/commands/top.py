"""`composer top`."""

import typer

from composer.cli.options import Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def top(ctx: typer.Context, services: Services = None) -> int:
    """Show the processes in the project's containers.

    Example: composer top web
    """
    from composer.cli.reading import run_top  # noqa: PLC0415 - after the flags are known good

    return run_top(ctx.obj, tuple(services or ()))
