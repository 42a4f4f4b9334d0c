"""`composer pull`."""

from typing import Annotated

import click
import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)

POLICIES = ("missing", "always")


@app.command()
def pull(
    ctx: typer.Context,
    services: Services = None,
    *,
    include_deps: Annotated[
        bool, typer.Option("--include-deps", help="Pull images of the services' dependencies too.")
    ] = False,
    ignore_buildable: Annotated[
        bool, typer.Option("--ignore-buildable", help="Leave out images that can be built.")
    ] = False,
    ignore_pull_failures: Annotated[
        bool, typer.Option("--ignore-pull-failures", help="Pull what can be pulled; the rest is no error.")
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option("--policy", help="For all images, in place of pull_policy.", click_type=click.Choice(POLICIES)),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress of the pulls.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Pull the images of services from their registries.

    Example: composer pull --policy missing
    """
    from composer.cli.images import run_pull  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import PullOptions  # noqa: PLC0415

    request = PullOptions(
        services=tuple(services or ()),
        include_deps=include_deps,
        ignore_buildable=ignore_buildable,
        ignore_failures=ignore_pull_failures,
        policy=policy or "",
    )
    return run_pull(ctx.obj, request, quiet=quiet, dry_run=dry_run)
