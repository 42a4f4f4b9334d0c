"""`composer start`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def start(
    ctx: typer.Context,
    services: Services = None,
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is running or healthy.")] = False,
    wait_timeout: Annotated[
        int | None,
        typer.Option("--wait-timeout", metavar="SECONDS", min=0, help="How long waiting may take; 0 is for ever."),
    ] = None,
    dry_run: DryRun = False,
) -> int:
    """Start existing containers, in dependency order.

    Example: composer start --wait
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import StartOptions  # noqa: PLC0415
    from composer.plan.start import plan_start  # noqa: PLC0415

    options = StartOptions(services=tuple(services or ()), wait=wait, wait_timeout=wait_timeout or None)
    return run_verb(
        ctx.obj,
        "start",
        lambda stack, seen: plan_start(stack.project, seen, options),
        dry_run=dry_run,
        runs_hooks=True,
    )
