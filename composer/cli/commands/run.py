"""`composer run`."""

from typing import Annotated

import click
import typer

from composer.cli.options import DryRun, Interactive, NoTty, RemoveOrphans, Tty
from composer.errors import UsageError

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PULL = ("always", "missing", "never", "policy")


def spelling(name: str) -> str:
    """`--volumes` and `--labels` are accepted too, as docker compose does."""
    return {"volumes": "volume", "labels": "label"}.get(name, name)


@app.command(context_settings={"allow_interspersed_args": False, "token_normalize_func": spelling})
def run(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(metavar="SERVICE", hidden=True, show_default=False)],
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND [ARGS...]]", hidden=True, show_default=False)
    ] = None,
    *,
    build: Annotated[bool, typer.Option("--build", help="Build images before, even if they exist.")] = False,
    cap_add: Annotated[
        list[str] | None, typer.Option("--cap-add", metavar="CAPABILITY", help="Add a Linux capability; repeatable.")
    ] = None,
    cap_drop: Annotated[
        list[str] | None, typer.Option("--cap-drop", metavar="CAPABILITY", help="Take one away; repeatable.")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Leave it running, and print its id.")] = False,
    entrypoint: Annotated[
        str | None, typer.Option("--entrypoint", metavar="COMMAND", help="In place of the image's entrypoint.")
    ] = None,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", "-e", metavar="NAME[=VALUE]", help="Set a variable; repeatable. Without value: ours."),
    ] = None,
    env_from_file: Annotated[
        list[str] | None,
        typer.Option("--env-from-file", metavar="FILE", help="Set the variables of an env file; repeatable."),
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="KEY=VALUE", help="Set a label; repeatable.")
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the container is called.")] = "",
    no_tty: NoTty = False,
    no_deps: Annotated[bool, typer.Option("--no-deps", help="Leave the services it depends on alone.")] = False,
    publish: Annotated[
        list[str] | None,
        typer.Option("--publish", "-p", metavar="[[IP:]HOST:]PORT", help="Publish a port; repeatable."),
    ] = None,
    pull: Annotated[str, typer.Option("--pull", help="When to pull images.", click_type=click.Choice(PULL))] = "policy",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only what the command says.")] = False,
    quiet_build: Annotated[bool, typer.Option("--quiet-build", help="No progress of builds.")] = False,
    quiet_pull: Annotated[bool, typer.Option("--quiet-pull", help="No progress of pulls.")] = False,
    remove_orphans: RemoveOrphans = False,
    rm: Annotated[bool, typer.Option("--rm", help="Remove the container when it ends.")] = False,
    service_ports: Annotated[
        bool, typer.Option("--service-ports", "-P", help="Publish the service's own ports.")
    ] = False,
    use_aliases: Annotated[
        bool, typer.Option("--use-aliases", help="Let networks find it under the service's names.")
    ] = False,
    user: Annotated[str, typer.Option("--user", "-u", metavar="USER[:GROUP]", help="Run as this user.")] = "",
    volume: Annotated[
        list[str] | None,
        typer.Option("--volume", "-v", metavar="[SOURCE:]TARGET[:ro]", help="Mount a folder or volume; repeatable."),
    ] = None,
    workdir: Annotated[
        str, typer.Option("--workdir", "-w", metavar="DIR", help="Directory in which the command is run.")
    ] = "",
    dry_run: DryRun = False,
    interactive: Interactive = True,
    tty: Tty = False,
) -> int:
    """Run a one-off command in a new container of a service, with what the service depends on up and ready.

    It gets a terminal where there is one, and none of the service's ports. Ends with the command's exit status.

    Example: composer run --rm web ./manage.py migrate
    """
    from composer.cli.bringup import with_environment  # noqa: PLC0415 - after the flags are known good
    from composer.cli.oneoff import RunFlags, run_one_off  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    if service_ports and publish:
        raise UsageError("--service-ports and --publish are incompatible")
    if tty and no_tty:
        raise UsageError("--tty and --no-tty cannot be used together")
    up = UpOptions(no_deps=no_deps, remove_orphans=remove_orphans, pull=pull, build="always" if build else "policy")
    flags = RunFlags(
        service=service,
        command=tuple(command or ()),
        entrypoint=entrypoint,
        environment=tuple(env or ()),
        env_files=tuple(env_from_file or ()),
        labels=tuple(label or ()),
        volumes=tuple(volume or ()),
        ports=tuple(publish or ()),
        name=name,
        user=user,
        working_dir=workdir,
        cap_add=tuple(cap_add or ()),
        cap_drop=tuple(cap_drop or ()),
        service_ports=service_ports,
        aliases=use_aliases,
        detach=detach,
        remove=rm,
        stdin=interactive,
        tty=True if tty else False if no_tty else None,
        no_deps=no_deps,
        quiet=quiet,
        unsaid=frozenset(kind for kind, is_quiet in (("build", quiet_build), ("pull", quiet_pull)) if is_quiet),
        up=with_environment(up),
    )
    return run_one_off(ctx.obj, flags, dry_run=dry_run)
