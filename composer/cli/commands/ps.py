"""`composer ps`."""

from typing import Annotated

import typer

from composer.cli.options import Format, Services
from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)

STATES = ("paused", "restarting", "removing", "running", "dead", "created", "exited")


@app.command()
def ps(
    ctx: typer.Context,
    services: Services = None,
    *,
    every: Annotated[bool, typer.Option("--all", "-a", help="Show stopped containers too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only container ids.")] = False,
    list_services: Annotated[bool, typer.Option("--services", help="Only service names.")] = False,
    status: Annotated[
        list[str] | None, typer.Option("--status", metavar="STATE", help=f"Only these states: {', '.join(STATES)}.")
    ] = None,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", metavar="status=STATE", help="The same, as docker ps writes it.")
    ] = None,
    output: Format = "table",
    no_trunc: Annotated[bool, typer.Option("--no-trunc", help="Do not shorten ids and commands.")] = False,
    orphans: Annotated[
        bool, typer.Option("--orphans/--no-orphans", help="Show containers of services the file does not know.")
    ] = True,
) -> int:
    """List the project's containers.

    Example: composer ps --all --format json
    """
    from composer.cli.listing import PsRequest, run_ps  # noqa: PLC0415 - after the flags are known good

    request = PsRequest(
        services=tuple(services or ()),
        every=every,
        quiet=quiet,
        list_services=list_services,
        states=_states([*(status or []), *_filtered(filters or [])]),
        output=output,
        truncate=not no_trunc,
        orphans=orphans,
    )
    return run_ps(ctx.obj, request)


def _filtered(filters: list[str]) -> list[str]:
    values = []
    for item in filters:
        key, sign, value = item.partition("=")
        if key != "status" or not sign:
            raise UsageError(f"unsupported filter '{item}'", hint="Only status=STATE can be filtered for.")
        values.append(value)
    return values


def _states(values: list[str]) -> tuple[str, ...]:
    for value in values:
        if value not in STATES:
            raise UsageError(f"unknown state '{value}'", hint=f"States are: {', '.join(STATES)}.")
    return tuple(values)
