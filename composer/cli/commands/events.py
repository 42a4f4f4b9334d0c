"""`composer events`."""

from typing import Annotated

import typer

from composer.cli.options import Services, Since, Until

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def events(
    ctx: typer.Context,
    services: Services = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="An object on each line.")] = False,
    since: Since = "",
    until: Until = "",
) -> int:
    """Tell what happens to the project's containers, as it happens.

    Example: composer events --json --since 10m
    """
    from composer.cli.reading import EventsRequest, run_events  # noqa: PLC0415 - after the flags are known good

    request = EventsRequest(services=tuple(services or ()), json=as_json, since=since, until=until)
    return run_events(ctx.obj, request)
