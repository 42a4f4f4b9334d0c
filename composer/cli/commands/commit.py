"""`composer commit`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Index

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def commit(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True, show_default=False)],
    image: Annotated[str, typer.Argument(metavar="[REPOSITORY[:TAG]]", hidden=True, show_default=False)] = "",
    *,
    author: Annotated[str, typer.Option("--author", "-a", metavar="TEXT", help="Who made it.")] = "",
    change: Annotated[
        list[str] | None,
        typer.Option("--change", "-c", metavar="INSTRUCTION", help="Apply a Dockerfile instruction; repeatable."),
    ] = None,
    index: Index = 0,
    message: Annotated[str, typer.Option("--message", "-m", metavar="TEXT", help="What it is.")] = "",
    pause: Annotated[bool, typer.Option("--pause/--no-pause", "-p", help="Let the container stand still.")] = True,
    dry_run: DryRun = False,
) -> int:
    """Make an image of what has changed in a service's container.

    Example: composer commit -m 'with tools' web web:debug
    """
    from composer.cli.copying import run_commit  # noqa: PLC0415 - after the flags are known good
    from composer.engine.filing import CommitRequest  # noqa: PLC0415

    repository, tag = _reference(image)
    request = CommitRequest(
        repository=repository, tag=tag, author=author, message=message, changes=tuple(change or ()), pause=pause
    )
    return run_commit(ctx.obj, service, request, index=index, dry_run=dry_run)


def _reference(text: str) -> tuple[str, str]:
    """A colon before a slash belongs to the registry's address."""
    name, sign, tag = text.rpartition(":")
    return (name, tag) if sign and "/" not in tag else (text, "")
