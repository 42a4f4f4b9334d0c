"""`composer plan`: any verb that acts, with all its flags, shown instead of done."""

from dataclasses import replace
from typing import Annotated

import click
import typer

from composer.cli.options import PlanForm
from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)

# Those that act by a plan. (Another command must not be begun in the belief that it only shows one.)
PLANNED = (
    *("build", "create", "down", "kill", "pause", "pull", "push", "restart"),
    *("rm", "scale", "start", "stop", "unpause", "up"),
)


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def plan(
    ctx: typer.Context,
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND] [ARGUMENTS...]", hidden=True, show_default=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        str, typer.Option("--format", help="Output form.", click_type=click.Choice(["text", "json"]))
    ] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 0 if there is nothing to do, 2 if there is, 1 on an error.")
    ] = False,
) -> int:
    """Say what a command (up, if none is named) would do and why, key by key; change nothing.

    The command takes all its own flags: up, down, stop, start, restart, kill and so on.

    Example: composer plan up --scale web=3 --exit-code
    """
    group = ctx.parent.command if ctx.parent is not None else None
    if not isinstance(group, click.Group):
        raise UsageError("plan needs the command group that it is part of")
    verb, rest = _split(group, ctx, list(arguments or ()))
    command = group.get_command(ctx, verb)
    if command is None:
        raise UsageError(f"no such command: {verb}")
    form = PlanForm(json=as_json or output == "json", exit_code=exit_code)
    options = replace(ctx.obj, dry_run=True, plan=form)
    with command.make_context(verb, rest, parent=ctx.parent, obj=options) as inner:
        result = command.invoke(inner)
    return result if isinstance(result, int) else 0


def _split(group: click.Group, ctx: typer.Context, arguments: list[str]) -> tuple[str, list[str]]:
    """The command and its arguments. A first word that is no command is a service of `up`, or its first flag."""
    first = arguments[0] if arguments else ""
    if first not in group.list_commands(ctx):
        return "up", arguments
    if first not in PLANNED:
        raise UsageError(f"{first} has no plan to show", hint=f"It can be one of {', '.join(PLANNED)}.")
    return first, arguments[1:]
