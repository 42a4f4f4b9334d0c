"""`composer logs`."""

from typing import Annotated

import typer

from composer.cli.options import Services
from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def logs(
    ctx: typer.Context,
    services: Services = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new output until interrupted.")] = False,
    tail: Annotated[str, typer.Option("--tail", "-n", metavar="N|all", help="Only the last N lines of each.")] = "all",
    timestamps: Annotated[bool, typer.Option("--timestamps", "-t", help="Show timestamps.")] = False,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Only later output: 2026-01-02T03:04:05Z, or 10m for ago.")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Only earlier output.")] = "",
    index: Annotated[int, typer.Option("--index", metavar="N", help="Only the replica of this number.")] = 0,
    no_color: Annotated[bool, typer.Option("--no-color", help="Without colour.")] = False,
    no_log_prefix: Annotated[bool, typer.Option("--no-log-prefix", help="Without the container's name.")] = False,
    sort: Annotated[
        bool, typer.Option("--sort/--no-sort", help="All lines in the order of time (not with --follow).")
    ] = True,
    grep: Annotated[str, typer.Option("--grep", metavar="REGEX", help="Only lines in which this is found.")] = "",
    stream: Annotated[str, typer.Option("--stream", metavar="stdout|stderr", help="Only what was written there.")] = "",
    split: Annotated[
        bool, typer.Option("--split", help="What was written to stderr goes to stderr, marked ! instead of |.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="An object a line: time, service, container, stream, line.")
    ] = False,
) -> int:
    """Show the output of the project's containers.

    Example: composer logs --follow --tail 20 web
    """
    from composer.cli.showlogs import LogsRequest, run_logs  # noqa: PLC0415 - after the flags are known good

    request = LogsRequest(
        services=tuple(services or ()),
        follow=follow,
        tail=_line_count(tail),
        timestamps=timestamps,
        since=since,
        until=until,
        index=index,
        colour=not no_color,
        prefix=not no_log_prefix,
        sort=sort,
        json=json,
        grep=grep,
        stream=_stream(stream),
        split=split,
    )
    return run_logs(ctx.obj, request)


def _stream(name: str) -> str:
    if name not in ("", "stdout", "stderr"):
        raise UsageError(f"invalid --stream value '{name}'", hint="Give stdout or stderr.")
    return name


def _line_count(text: str) -> int | None:
    """`all` and negative numbers mean all lines (None); UsageError for anything else but a number."""
    if text == "all":
        return None
    try:
        number = int(text)
    except ValueError:
        raise UsageError(f"invalid --tail value '{text}'", hint="Give a number of lines, or all.") from None
    return None if number < 0 else number
