"""`composer attach`."""

from typing import Annotated

import typer

from composer.cli.options import Index

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def attach(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True, show_default=False)],
    *,
    detach_keys: Annotated[
        str, typer.Option("--detach-keys", metavar="KEYS", help="Keys that leave it alone, such as ctrl-x,q.")
    ] = "",
    index: Index = 0,
    no_stdin: Annotated[bool, typer.Option("--no-stdin", help="Only watch: nothing is typed to it.")] = False,
    sig_proxy: Annotated[
        bool, typer.Option("--sig-proxy/--no-sig-proxy", help="Pass signals on to the process, or only leave.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say which container it would be; attach to none.")
    ] = False,
) -> int:
    """Attach to what runs in a service's container: see its output from now on, type its input.

    Ends with the container and its exit status, or with ctrl-p ctrl-q, which leaves it running.

    Example: composer attach --no-stdin web
    """
    from composer.cli.attaching import AttachFlags, run_attach  # noqa: PLC0415 - after the flags are known good

    flags = AttachFlags(service=service, index=index, detach_keys=detach_keys, stdin=not no_stdin, proxy=sig_proxy)
    return run_attach(ctx.obj, flags, dry_run=dry_run)
