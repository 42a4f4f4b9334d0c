"""`composer pause`."""

import typer

from composer.cli.options import DryRun, Services

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def pause(ctx: typer.Context, services: Services = None, *, dry_run: DryRun = False) -> int:
    """Freeze running containers where they stand.

    Example: composer pause worker
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.pause import plan_pause  # noqa: PLC0415

    named = tuple(services or ())
    return run_verb(ctx.obj, "pause", lambda stack, seen: plan_pause(stack.project, seen, named), dry_run=dry_run)
