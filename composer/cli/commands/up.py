"""`composer up`: flags → `UpRequest`; the work is `api`'s."""

from __future__ import annotations

from typing import Annotated

import click
import typer

from composer.cli.options import (
    AllowEnv,
    DryRun,
    RemoveOrphans,
    Services,
    StrictEnv,
    Timeout,
    Yes,
    with_strict_env,
)
from composer.errors import UsageError

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
    scale: Annotated[
        list[str] | None, typer.Option("--scale", metavar="SERVICE=N", help="Number of replicas; repeatable.")
    ] = None,
    quiet_pull: Annotated[bool, typer.Option("--quiet-pull", help="Show no progress of pulls.")] = False,
    pull: Annotated[str, typer.Option("--pull", help="When to pull images.", click_type=click.Choice(PULL))] = "policy",
    build: Annotated[bool, typer.Option("--build", help="Build images before starting containers.")] = False,
    no_build: Annotated[bool, typer.Option("--no-build", help="Build nothing, even if an image is missing.")] = False,
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
    from composer.cli.request import LogOptions, UpRequest  # noqa: PLC0415
    from composer.execute.attached import AttachPolicy  # noqa: PLC0415
    from composer.plan.options import UpOptions  # noqa: PLC0415

    attached = not (detach or wait or no_start)
    attaching = {
        "--abort-on-container-exit": abort_on_container_exit,
        "--abort-on-container-failure": abort_on_container_failure,
        "--exit-code-from": bool(exit_code_from),
        "--attach": bool(attach),
        "--attach-dependencies": attach_dependencies,
    }
    _refuse("--detach", detach, attaching)
    _refuse("--wait", wait, attaching)
    failure = {"--abort-on-container-failure": abort_on_container_failure}
    _refuse("--abort-on-container-exit", abort_on_container_exit, failure)
    kept = {
        "--force-recreate": force_recreate,
        "--always-recreate-deps": always_recreate_deps,
        "--renew-anon-volumes": renew_anon_volumes,
    }
    _refuse("--no-recreate", no_recreate, kept)
    options = UpOptions(
        services=tuple(services or ()),
        start=not no_start,
        no_deps=no_deps,
        recreate="force" if force_recreate else "never" if no_recreate else "diverged",
        recreate_deps="force" if always_recreate_deps else "never" if no_recreate else "diverged",
        renew_volumes=renew_anon_volumes,
        remove_orphans=remove_orphans,
        pull=pull,
        build=_build_policy(build=build, no_build=no_build),
        timeout=timeout,
        scale=_replica_counts(scale or []),
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
    request = UpRequest(
        options=options, attached=attached, policy=policy, logs=logs, readiness=readiness or "", quiet_pull=quiet_pull
    )
    return run_up(with_strict_env(ctx.obj, strict_env=strict_env, allow_env=allow_env), request, dry_run=dry_run)


def _refuse(flag: str, is_given: bool, others: dict[str, bool]) -> None:
    """`flag` makes no sense with any of `others`."""
    clash = next((other for other, other_is_given in others.items() if other_is_given), "")
    if is_given and clash:
        raise UsageError(f"{flag} and {clash} cannot be used together")


def _build_policy(*, build: bool, no_build: bool) -> str:
    _refuse("--build", build, {"--no-build": no_build})
    return "always" if build else "never" if no_build else "policy"


def _replica_counts(items: list[str]) -> dict[str, int]:
    """`["web=3"]` → `{"web": 3}`; UsageError for anything else."""
    counts: dict[str, int] = {}
    for item in items:
        service, sign, number = item.partition("=")
        if not (service and sign and number.isdecimal()):
            raise UsageError(f"invalid --scale value '{item}'", hint="Write it as SERVICE=NUMBER, e.g. --scale web=3.")
        counts[service] = int(number)
    return counts
