"""`composer up`: flags → `UpRequest`; the work is `api`'s."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import click
import typer

from composer.cli.options import (
    AllowEnv,
    Build,
    DryRun,
    NoBuild,
    QuietPull,
    RemoveOrphans,
    Scale,
    Services,
    StrictEnv,
    Timeout,
    Yes,
    with_strict_env,
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PULL = ("policy", "always", "missing", "never")
READINESS = ("eager", "engine")


@app.command()
def up(
    ctx: typer.Context,
    services: Services = None,
    *,
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Start in the background and return.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return when all is running or healthy; implies -d.")] = False,
    wait_timeout: Annotated[
        int | None,
        typer.Option(
            "--wait-timeout",
            metavar="SECONDS",
            min=0,
            help="How long each wait may take, for --wait and for dependencies; 0 is for ever.",
        ),
    ] = None,
    no_deps: Annotated[bool, typer.Option("--no-deps", help="Leave the services' dependencies alone.")] = False,
    no_start: Annotated[bool, typer.Option("--no-start", help="Create containers, do not start them.")] = False,
    force_recreate: Annotated[bool, typer.Option("--force-recreate", help="Recreate even if nothing changed.")] = False,
    no_recreate: Annotated[bool, typer.Option("--no-recreate", help="Keep existing containers as they are.")] = False,
    always_recreate_deps: Annotated[
        bool, typer.Option("--always-recreate-deps", help="Recreate dependencies too.")
    ] = False,
    renew_anon_volumes: Annotated[
        bool, typer.Option("--renew-anon-volumes", "-V", help="Fresh anonymous volumes for recreated containers.")
    ] = False,
    remove_orphans: RemoveOrphans = False,
    scale: Scale = None,
    pull: Annotated[str, typer.Option("--pull", help="When to pull images.", click_type=click.Choice(PULL))] = "policy",
    build: Build = False,
    no_build: NoBuild = False,
    quiet_pull: QuietPull = False,
    quiet_build: Annotated[bool, typer.Option("--quiet-build", help="No progress of builds.")] = False,
    abort_on_container_exit: Annotated[
        bool, typer.Option("--abort-on-container-exit", help="Stop everything when one container ends.")
    ] = False,
    abort_on_container_failure: Annotated[
        bool, typer.Option("--abort-on-container-failure", help="Stop everything when one container fails.")
    ] = False,
    exit_code_from: Annotated[
        str, typer.Option("--exit-code-from", metavar="SERVICE", help="End with this service's exit status.")
    ] = "",
    attach: Annotated[
        list[str] | None, typer.Option("--attach", metavar="SERVICE", help="Show only these services' output.")
    ] = None,
    no_attach: Annotated[
        list[str] | None, typer.Option("--no-attach", metavar="SERVICE", help="Do not show these services' output.")
    ] = None,
    attach_dependencies: Annotated[
        bool, typer.Option("--attach-dependencies", help="Show the dependencies' output too.")
    ] = False,
    timestamps: Annotated[bool, typer.Option("--timestamps", help="Show timestamps in the output.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="Output without colour.")] = False,
    no_log_prefix: Annotated[
        bool, typer.Option("--no-log-prefix", help="Output without the container's name.")
    ] = False,
    readiness: Annotated[
        str | None,
        typer.Option(
            "--readiness",
            help="Who decides that a service is healthy: also Composer's own probes (eager), or the engine alone.",
            click_type=click.Choice(READINESS),
        ),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Follow changed files, as `develop.watch` says.")
    ] = False,
    menu: Annotated[
        bool | None, typer.Option("--menu/--no-menu", help="Keys while attached: d, l, s, w, q, ? (on in a terminal).")
    ] = None,
    timeout: Timeout = None,
    yes: Yes = False,
    strict_env: StrictEnv = False,
    allow_env: AllowEnv = None,
    dry_run: DryRun = False,
) -> int:
    """Create, update and start the project's services, in dependency order.

    Example: composer up -d --wait
    """
    from composer.cli.bringup import run_up  # noqa: PLC0415 - after the flags are known good
    from composer.cli.request import LogOptions, UpRequest, build_policy, replica_counts  # noqa: PLC0415
    from composer.execute.attached import AttachPolicy  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    attached = not (detach or wait or no_start)
    _check_conflicts(ctx.params)
    options = UpOptions(
        services=tuple(services or ()),
        start=not no_start,
        no_deps=no_deps,
        recreate="force" if force_recreate else "never" if no_recreate else "diverged",
        recreate_deps="force" if always_recreate_deps else "never" if no_recreate else "diverged",
        renew_volumes=renew_anon_volumes,
        remove_orphans=remove_orphans,
        pull=pull,
        build=build_policy(build=build, no_build=no_build),
        timeout=timeout,
        scale=replica_counts(scale or []),
        wait=wait,
        wait_timeout=wait_timeout or None,
        yes=yes,
    )
    policy = AttachPolicy(
        abort_on_exit=abort_on_container_exit,
        abort_on_failure=abort_on_container_failure,
        exit_code_from=exit_code_from,
    )
    logs = LogOptions(
        attach=tuple(attach or ()),
        no_attach=tuple(no_attach or ()),
        dependencies=attach_dependencies,
        timestamps=timestamps,
        colour=not no_color,
        prefix=not no_log_prefix,
    )
    request = UpRequest(options=options, attached=attached, policy=policy, logs=logs, watch=watch)
    request = replace(request, readiness=readiness or "", menu=menu, quiet_pull=quiet_pull, quiet_build=quiet_build)
    return run_up(with_strict_env(ctx.obj, strict_env=strict_env, allow_env=allow_env), request, dry_run=dry_run)


def _check_conflicts(given: Mapping[str, object]) -> None:
    """Flags that make no sense together. Raises UsageError."""
    from composer.cli.request import refuse_together  # noqa: PLC0415 - after the flags are known good

    abort, abort_on_failure = "abort_on_container_exit", "abort_on_container_failure"
    attaching = (abort, abort_on_failure, "exit_code_from", "attach", "attach_dependencies", "watch")
    for flag, others in (
        ("detach", attaching),
        ("wait", attaching),
        ("build", ("no_build",)),
        ("no_build", ("watch",)),
        (abort, (abort_on_failure,)),
        ("no_recreate", ("force_recreate", "always_recreate_deps", "renew_anon_volumes")),
    ):
        refuse_together(_written(flag), bool(given[flag]), {_written(other): bool(given[other]) for other in others})


def _written(name: str) -> str:
    return f"--{name.replace('_', '-')}"
