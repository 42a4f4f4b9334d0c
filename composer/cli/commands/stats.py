"""`composer stats`."""

from typing import Annotated

import typer

from composer.cli.options import Format

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def stats(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="[SERVICE]", hidden=True, show_default=False)] = "",
    *,
    every: Annotated[bool, typer.Option("--all", "-a", help="Show stopped containers too.")] = False,
    output: Format = "table",
    no_stream: Annotated[bool, typer.Option("--no-stream", help="Only one reading.")] = False,
    no_trunc: Annotated[bool, typer.Option("--no-trunc", help="Do not shorten ids.")] = False,
) -> int:
    """Show what the project's containers use: processor, memory, network, disk.

    Example: composer stats --no-stream
    """
    from composer.cli.measuring import StatsRequest, run_stats  # noqa: PLC0415 - after the flags are known good

    request = StatsRequest(service=service, every=every, follow=not no_stream, output=output, truncate=not no_trunc)
    return run_stats(ctx.obj, request)
