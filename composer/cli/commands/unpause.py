"""`composer unpause`."""

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def unpause(ctx: typer.Context, services: Services = None, *, dry_run: DryRun = False) -> int:
    """Let paused containers go on.

    Example: composer unpause worker
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.pause import plan_unpause  # noqa: PLC0415

    named = tuple(services or ())
    return run_verb(ctx.obj, "unpause", lambda stack, seen: plan_unpause(stack.project, seen, named), dry_run=dry_run)
