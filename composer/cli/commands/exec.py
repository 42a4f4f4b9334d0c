"""`composer exec`."""

from typing import Annotated

import typer

from composer.cli.options import Index, Interactive, NoTty, Tty
from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"allow_interspersed_args": False})
def exec_(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True, show_default=False)],
    command: Annotated[list[str], typer.Argument(metavar="COMMAND [ARGS...]", hidden=True, show_default=False)],
    *,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Leave the command running, and return.")] = False,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", "-e", metavar="NAME[=VALUE]", help="Set a variable; repeatable. Without value: ours."),
    ] = None,
    index: Index = 0,
    privileged: Annotated[bool, typer.Option("--privileged", help="Give the command extended privileges.")] = False,
    no_tty: NoTty = False,
    user: Annotated[
        str, typer.Option("--user", "-u", metavar="USER[:GROUP]", help="Run the command as this user.")
    ] = "",
    workdir: Annotated[
        str, typer.Option("--workdir", "-w", metavar="DIR", help="Directory in which the command is run.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which container it would be; run nothing.")] = False,
    interactive: Interactive = True,
    tty: Tty = False,
) -> int:
    """Run a command in a running container of a service: the first replica, unless --index says otherwise.

    With a terminal on both sides the command gets one too; ctrl-p ctrl-q leaves it running. Ends with the
    command's exit status.

    Example: composer exec web sh
    """
    from composer.cli.talking import ExecFlags, run_exec  # noqa: PLC0415 - after the flags are known good

    del tty  # as in docker compose: a terminal is the default, the flag a habit from docker exec
    if not command:
        raise UsageError("a command to run is missing")
    flags = ExecFlags(
        service=service,
        command=tuple(command),
        index=index,
        detach=detach,
        no_tty=no_tty,
        stdin=interactive,
        environment=tuple(env or ()),
        user=user,
        working_dir=workdir,
        privileged=privileged,
    )
    return run_exec(ctx.obj, flags, dry_run=dry_run)
