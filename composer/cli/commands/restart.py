"""`composer restart`."""

from typing import Annotated

import typer

from composer.cli.options import DryRun, Services, Timeout

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def restart(
    ctx: typer.Context,
    services: Services = None,
    *,
    no_deps: Annotated[
        bool, typer.Option("--no-deps", help="Leave services alone that depend on these with restart: true.")
    ] = False,
    timeout: Timeout = None,
    dry_run: DryRun = False,
) -> int:
    """Restart containers, and those that depend on them with `restart: true`.

    Example: composer restart web
    """
    from composer.cli.verbs import run_verb  # noqa: PLC0415 - after the flags are known good
    from composer.plan.options import RestartOptions  # noqa: PLC0415
    from composer.plan.restart import plan_restart  # noqa: PLC0415

    options = RestartOptions(services=tuple(services or ()), timeout=timeout, no_deps=no_deps)
    return run_verb(ctx.obj, "restart", lambda stack, seen: plan_restart(stack.project, seen, options), dry_run=dry_run)
