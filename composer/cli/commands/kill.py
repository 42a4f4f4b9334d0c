"""`composer kill`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, RemoveOrphans, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def kill(
    ctx: typer.Context,
    services: Services = None,
    *,
    signal: Annotated[str, typer.Option("--signal", "-s", metavar="SIGNAL", help="Signal to send.")] = "SIGKILL",
    remove_orphans: RemoveOrphans = False,
    dry_run: DryRun = False,
) -> int:
    """Send a signal to running containers, in no particular order.

    Example: composer kill -s SIGHUP proxy
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.kill import plan_kill  # noqa: PLC0415
    from composer.plan.options import KillOptions  # noqa: PLC0415

    options = KillOptions(services=tuple(services or ()), signal=signal, remove_orphans=remove_orphans)
    return run_verb(ctx.obj, "kill", lambda stack, seen: plan_kill(stack.project, seen, options), dry_run=dry_run)
