"""The command group: global flags, and the table of verbs, each loaded only when it is called.

Owns parsing up to the verb and the translation of every expected failure to an exit status.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import click
import typer
from typer.core import TyperGroup

from composer.cli.options import GlobalOptions
from composer.cli.switches import plain_switches
from composer.errors import ComposerError, Interrupted, UsageError

# verb → what `composer --help` says; the module is `composer.cli.commands.<verb>`
VERBS: dict[str, str] = {
    "attach": "Attach to a service's running container.",
    "build": "Build the images of services.",
    "commit": "Make an image of a service's container.",
    "completion": "Print a script that completes commands, flags and services.",
    "config": "Print the project as Composer understands it.",
    "cp": "Copy files between containers and this machine.",
    "create": "Create containers without starting them.",
    "down": "Stop and remove containers and networks.",
    "events": "Tell what happens to containers.",
    "exec": "Run a command in a running container.",
    "export": "Write a container's file system as a tar archive.",
    "images": "List the images of the project's containers.",
    "kill": "Kill running containers.",
    "logs": "Show the output of containers.",
    "ls": "List running projects.",
    "pause": "Freeze running containers.",
    "plan": "Say what a command would do and why.",
    "port": "Print where a container's port leads.",
    "ps": "List the project's containers.",
    "pull": "Pull the images of services.",
    "push": "Push the images of services.",
    "restart": "Restart containers.",
    "rm": "Remove stopped containers.",
    "run": "Run a one-off command in a new container.",
    "scale": "Change how many containers services have.",
    "start": "Start existing containers.",
    "stats": "Show what containers use.",
    "stop": "Stop running containers.",
    "top": "Show the processes in containers.",
    "unpause": "Let paused containers go on.",
    "up": "Create, update and start the project.",
    "version": "Show Composer's version.",
    "why": "Tell what the last run did to containers, and why.",
    "volumes": "List the project's volumes.",
    "wait": "Wait until containers have ended.",
    "watch": "Follow changed files: sync, rebuild or restart.",
}
ALIASES = {"convert": "config"}
# Commands that change nothing: a dry run of them is the command itself.
READING = frozenset(
    {"completion", "config", "events", "images", "logs", "ls", "port", "ps", "stats", "top", "version", "volumes"}
)
PROGRESS = ("auto", "tty", "plain", "json", "quiet")
ANSI = ("auto", "never", "always")
EXIT_CODES = ("compose", "fine")
# Commands of docker compose that there will not be here, and what to use.
REFUSED = {
    "publish": "push the images with `composer push`, and keep the file in your repository",
    "bridge": "it converts to other formats; `composer config` gives the whole file to whatever does that",
    "alpha": "experiments of docker compose",
}


class LazyGroup(TyperGroup):
    """A group that knows its verbs by name and imports a verb's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        verb = ALIASES.get(cmd_name, cmd_name)
        if verb not in VERBS:
            return None
        module = import_module(f"composer.cli.commands.{verb}")
        command = typer.main.get_command(module.app)
        command.name = verb
        if verb in READING:
            harmless = "Changes nothing, as without it."
            command.params.append(click.Option(["--dry-run"], is_flag=True, expose_value=False, help=harmless))
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, plain_switches(self, args))

    def invoke(self, ctx: click.Context) -> Any:
        """The verb, with what it refuses told in the way the global flags ask for."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            return _refuse(error, ctx.obj or _shown_as(ctx))
        except BrokenPipeError:
            return _closed_pipe()
        except ComposerError as error:
            from composer.cli.context import tell_error  # noqa: PLC0415 - only when something went wrong

            return tell_error(error, ctx.obj or GlobalOptions())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and args[0] not in ALIASES and not args[0].startswith("-"):
            if args[0] in REFUSED:
                raise UsageError(f"'{args[0]}' is not supported by Composer", hint=REFUSED[args[0]])
            from composer.suggest import nearest  # noqa: PLC0415 - only for a misspelt command

            near = nearest(args[0], [*VERBS, *ALIASES])
            hint = f" (did you mean '{near}'?)" if near else ""
            ctx.fail(f"unknown command '{args[0]}'{hint}")
        name, command, rest = super().resolve_command(ctx, args)
        return name, command, plain_switches(command, rest) if command else rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """By what they are for, each group with an example."""
        from composer.cli.exitcodes import TABLE  # noqa: PLC0415 - only for help
        from composer.cli.groups import grouped  # noqa: PLC0415

        for title, example, verbs in grouped(VERBS):
            with formatter.section(title):
                formatter.write_dl([(verb, VERBS[verb]) for verb in verbs])
                formatter.write_text(f"Example: {example}")
        with formatter.section("Exit status (with --exit-codes fine; without it, every failure is 1)"):
            formatter.write_dl([(str(code), meaning) for code, meaning in TABLE.items()])

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # typer's own help imports every command to print one line of each; the table above suffices.
        click.Group.format_help(self, ctx, formatter)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Run 'composer COMMAND --help' to read more about a command.",
)


@app.callback(invoke_without_command=True)
def composer(
    ctx: typer.Context,
    *,
    file: Annotated[
        list[str] | None,
        typer.Option("--file", "-f", metavar="FILE", help="Compose file; repeat to merge; - is stdin."),
    ] = None,
    project_name: Annotated[str, typer.Option("--project-name", "-p", metavar="NAME", help="Project name.")] = "",
    profile: Annotated[
        list[str] | None,
        typer.Option("--profile", metavar="NAME", help="Enable a profile; repeat for more; * for all."),
    ] = None,
    env_file: Annotated[
        list[str] | None, typer.Option("--env-file", metavar="FILE", help="Variables instead of .env; repeatable.")
    ] = None,
    project_directory: Annotated[
        str, typer.Option("--project-directory", metavar="DIR", help="Base of relative paths.")
    ] = "",
    progress: Annotated[
        str | None,
        typer.Option(
            "--progress",
            metavar="[auto|tty|plain|json|quiet]",
            help="How progress is shown.",
            click_type=click.Choice((*PROGRESS, "none")),
        ),
    ] = None,
    ansi: Annotated[str | None, typer.Option("--ansi", help="Use of colour.", click_type=click.Choice(ANSI))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done and why; change nothing.")] = False,
    parallel: Annotated[
        int | None,
        typer.Option(
            "--parallel", metavar="N", help="At most N pulls, stops or other calls at once; -1 is for no limit."
        ),
    ] = None,
    all_resources: Annotated[
        bool, typer.Option("--all-resources", help="Keep networks, volumes … that no service uses.")
    ] = False,
    compatibility: Annotated[
        bool, typer.Option("--compatibility", help="Names with _ in place of -, as the first docker-compose made them.")
    ] = False,
    host: Annotated[
        str, typer.Option("--host", "-H", metavar="ADDRESS", help="The engine: unix://, tcp:// or ssh://.")
    ] = "",
    context: Annotated[str, typer.Option("--context", metavar="NAME", help="The Docker context of the engine.")] = "",
    exit_codes: Annotated[
        str | None,
        typer.Option(
            "--exit-codes", help="One status for every failure, or one a kind.", click_type=click.Choice(EXIT_CODES)
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say which engine is used, and who chose it.")] = False,
    workdir: Annotated[str, typer.Option("--workdir", hidden=True)] = "",
    no_ansi: Annotated[bool, typer.Option("--no-ansi", hidden=True)] = False,
    version: Annotated[bool, typer.Option("--version", "-v", help="Show the version and exit.")] = False,
) -> None:
    """Bring up, watch and take down a project of containers described by a Compose file.

    Example: composer -f compose.yaml -p shop up -d --wait
    """
    if version:
        from composer.cli import VERSION_TEXT  # noqa: PLC0415 - rare

        typer.echo(VERSION_TEXT)
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        return
    from composer.cli.surroundings import (  # noqa: PLC0415 - not for help
        ansi_mode,
        choose_engine,
        folder,
        parallel_limit,
        take_in,
        tell_engine,
    )

    choose_engine(host=host, context=context)
    beside = next((os.path.dirname(path) for path in file or () if path != "-"), "")  # noqa: PTH120 - no pathlib yet
    take_in(env_files=env_file or (), folder=project_directory or workdir or beside, exit_codes=exit_codes)
    ctx.obj = GlobalOptions(
        files=tuple(file or ()),
        project_name=project_name,
        profiles=tuple(profile or ()),
        env_files=tuple(env_file or ()),
        project_directory=folder(project_directory, workdir),
        progress=progress or "",
        ansi=ansi_mode(ansi, progress, no_ansi=no_ansi),
        dry_run=dry_run,
        all_resources=all_resources,
        compatibility=compatibility,
        parallel=parallel_limit(parallel),
        verbose=verbose,
    )
    if verbose:
        tell_engine()


def run(arguments: Sequence[str]) -> int:
    """Runs the command line `arguments` (without the program's name) and returns the exit status.

    0 success, 1 any expected error, 130 interrupted, else the status a command chose (a container's).
    """
    try:
        result = typer.main.get_command(app).main(args=list(arguments), prog_name="composer", standalone_mode=False)
    except click.UsageError as error:
        return _refuse(error, GlobalOptions())
    except (click.Abort, KeyboardInterrupt):
        return Interrupted.exit_code
    return result if isinstance(result, int) else 0


def _shown_as(ctx: click.Context) -> GlobalOptions:
    """How errors are to be told, before the global flags have been taken in."""
    return GlobalOptions(progress=ctx.params.get("progress") or "", ansi=ctx.params.get("ansi") or "")


def _refuse(error: click.UsageError, options: GlobalOptions) -> int:
    """Wrong flags, as the parser sees them, in the form of every other error."""
    from composer.cli.context import tell_error  # noqa: PLC0415 - only when something went wrong

    message = error.format_message().removesuffix(".")
    if isinstance(error, click.NoSuchOption):
        from difflib import get_close_matches  # noqa: PLC0415 - only for a misspelt flag; it knows half names

        near = get_close_matches(error.option_name, error.possibilities or (), n=1)
        message = f"no such flag '{error.option_name}'" + (f" (did you mean '{near[0]}'?)" if near else "")
    where = f"See '{error.ctx.command_path} --help'." if error.ctx is not None else ""
    return tell_error(UsageError(f"{message[:1].lower()}{message[1:]}", hint=where), options)


def _closed_pipe() -> int:
    """`composer ps | head`: the reader left; that is no error of ours, but nothing more can be written."""
    import os  # noqa: PLC0415 - rare

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
