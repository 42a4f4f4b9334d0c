"""`composer create`."""

from typing import Annotated

import click
import typer

from composer.cli.options import Build, DryRun, NoBuild, QuietPull, RemoveOrphans, Scale, Services, Yes

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PULL = ("policy", "always", "missing", "never", "build")


@app.command()
def create(
    ctx: typer.Context,
    services: Services = None,
    *,
    force_recreate: Annotated[bool, typer.Option("--force-recreate", help="Recreate even if nothing changed.")] = False,
    no_recreate: Annotated[bool, typer.Option("--no-recreate", help="Keep existing containers as they are.")] = False,
    pull: Annotated[str, typer.Option("--pull", help="When to pull images.", click_type=click.Choice(PULL))] = "policy",
    quiet_pull: QuietPull = False,
    build: Build = False,
    no_build: NoBuild = False,
    remove_orphans: RemoveOrphans = False,
    scale: Scale = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Create containers without starting them.

    Example: composer create --pull always web
    """
    from composer.cli.bringup import run_up  # noqa: PLC0415 - after the flags are known good
    from composer.cli.request import LogOptions, UpRequest, build_policy, refuse_together, replica_counts  # noqa: PLC0415
    from composer.execute.attached import AttachPolicy  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    refuse_together("--no-recreate", no_recreate, {"--force-recreate": force_recreate})
    refuse_together("--build", build, {"--no-build": no_build})
    options = UpOptions(
        services=tuple(services or ()),
        start=False,
        recreate="force" if force_recreate else "never" if no_recreate else "diverged",
        recreate_deps="never" if no_recreate else "diverged",
        remove_orphans=remove_orphans,
        pull="policy" if pull == "build" else pull,
        build=build_policy(build=build or pull == "build", no_build=no_build),
        scale=replica_counts(scale or []),
        yes=yes,
    )
    request = UpRequest(
        options=options,
        attached=False,
        policy=AttachPolicy(),
        logs=LogOptions(),
        verb="create",
        quiet_pull=quiet_pull,
    )
    return run_up(ctx.obj, request, dry_run=dry_run)
