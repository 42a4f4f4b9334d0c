"""`composer push`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def push(
    ctx: typer.Context,
    services: Services = None,
    *,
    include_deps: Annotated[
        bool, typer.Option("--include-deps", help="Push images of the services' dependencies too.")
    ] = False,
    ignore_push_failures: Annotated[
        bool, typer.Option("--ignore-push-failures", help="Push what can be pushed; the rest is no error.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress of the pushes.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Push the images of services that are built to their registries.

    Example: composer push web
    """
    from composer.cli.images import run_push  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import PushOptions  # noqa: PLC0415

    request = PushOptions(
        services=tuple(services or ()), include_deps=include_deps, ignore_failures=ignore_push_failures
    )
    return run_push(ctx.obj, request, quiet=quiet, dry_run=dry_run)
