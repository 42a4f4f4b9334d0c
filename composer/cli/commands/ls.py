"""`composer ls`."""

from typing import Annotated

import click
import typer

from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def ls(
    ctx: typer.Context,
    *,
    every: Annotated[bool, typer.Option("--all", "-a", help="Show stopped projects too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only project names.")] = False,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", metavar="name=REGEX", help="Only projects whose name fits.")
    ] = None,
    output: Annotated[
        str, typer.Option("--format", help="Output form.", click_type=click.Choice(["table", "json"]))
    ] = "table",
) -> int:
    """List Compose projects on this engine, whichever tool started them.

    Example: composer ls --all
    """
    from composer.cli.listing import LsRequest, run_ls  # noqa: PLC0415 - after the flags are known good

    names = []
    for item in filters or []:
        key, sign, value = item.partition("=")
        if key != "name" or not sign:
            raise UsageError(f"unsupported filter '{item}'", hint="Only name=REGEX can be filtered for.")
        names.append(_checked(value))
    return run_ls(ctx.obj, LsRequest(every=every, quiet=quiet, names=tuple(names), output=output))


def _checked(expression: str) -> str:
    import re  # noqa: PLC0415 - only for --filter

    try:
        re.compile(expression)
    except re.error as error:
        raise UsageError(f"invalid filter 'name={expression}': {error}", hint="It is a regular expression.") from None
    return expression
