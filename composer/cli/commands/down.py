"""`composer down`."""

from typing import Annotated

import click
import typer

from composer.cli.options import DryRun, RemoveOrphans, Services, Timeout, Yes

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def down(
    ctx: typer.Context,
    services: Services = None,
    *,
    volumes: Annotated[
        bool, typer.Option("--volumes", "-v", help="Remove named and anonymous volumes too; their data is lost.")
    ] = False,
    remove_orphans: RemoveOrphans = False,
    rmi: Annotated[
        str | None,
        typer.Option(
            "--rmi",
            help="Remove images: all, or local (those without a name in the file).",
            click_type=click.Choice(["local", "all"]),
        ),
    ] = None,
    timeout: Timeout = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> int:
    """Stop and remove the project's containers and networks.

    Example: composer down --volumes
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.down import plan_down  # noqa: PLC0415
    from composer.plan.options import DownOptions  # noqa: PLC0415

    options = DownOptions(
        services=tuple(services or ()),
        volumes=volumes,
        remove_orphans=remove_orphans,
        images=rmi or "",
        timeout=timeout,
        yes=yes,
    )
    return run_verb(
        ctx.obj,
        "down",
        lambda stack, seen: plan_down(stack.project, seen, options),
        dry_run=dry_run,
        yes=yes,
        images=bool(rmi),
    )
