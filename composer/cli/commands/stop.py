"""`composer stop`."""

import typer

from composer.cli.options import DryRun, Services, Timeout

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def stop(ctx: typer.Context, services: Services = None, *, timeout: Timeout = None, dry_run: DryRun = False) -> int:
    """Stop running containers without removing them; dependents first.

    Example: composer stop -t 5 web
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import StopOptions  # noqa: PLC0415
    from composer.plan.stop import plan_stop  # noqa: PLC0415

    options = StopOptions(services=tuple(services or ()), timeout=timeout)
    return run_verb(ctx.obj, "stop", lambda stack, seen: plan_stop(stack.project, seen, options), dry_run=dry_run)
