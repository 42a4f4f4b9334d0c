"""`composer scale`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def scale(
    ctx: typer.Context,
    replicas: Annotated[list[str], typer.Argument(metavar="SERVICE=N...", hidden=True, show_default=False)],
    *,
    no_deps: Annotated[bool, typer.Option("--no-deps", help="Leave the services' dependencies alone.")] = False,
    dry_run: DryRun = False,
) -> int:
    """Change how many containers services have.

    Example: composer scale web=3 worker=2
    """
    from composer.cli.bringup import run_up  # noqa: PLC0415 - after the flags are known good
    from composer.cli.request import LogOptions, UpRequest, replica_counts  # noqa: PLC0415
    from composer.execute.attached import AttachPolicy  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    counts = replica_counts(replicas, flag="")
    options = UpOptions(services=tuple(counts), scale=counts, no_deps=no_deps)
    request = UpRequest(options=options, attached=False, policy=AttachPolicy(), logs=LogOptions(), verb="scale")
    return run_up(ctx.obj, request, dry_run=dry_run)
