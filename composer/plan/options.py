"""What a verb was asked to do: typed requests, made by the CLI or by whoever embeds Composer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.plan.actions import ContainerId
from composer.plan.confirmation import Confirmation
from composer.plan.recipe import NO_WISHES, BuildWishes
from composer.values import value


@value(kw_only=True)
class UpOptions:
    """`services`: as named on the command line (() = all). `recreate`: diverged | force | never.
    `recreate_deps`: diverged | force | never, for services that were not named. `pull`: policy | always
    | missing | never | build. `build`: policy | always | never. `timeout`: seconds for stops, None = the container's
    own. `scale`: service → n. `yes`: all that loses data is agreed to; `declined`: what the user said no to (see
    `Plan.confirmations`). `made`: containers that this command has made before, when it is planned again: they are not
    forced to be recreated once more."""

    services: tuple[str, ...] = ()
    start: bool = True
    no_deps: bool = False
    recreate: str = "diverged"
    recreate_deps: str = "diverged"
    renew_volumes: bool = False
    remove_orphans: bool = False
    ignore_orphans: bool = False
    pull: str = "policy"
    build: str = "policy"
    timeout: int | None = None
    scale: Mapping[str, int] = field(default_factory=dict)
    wait: bool = False
    wait_timeout: float | None = None
    yes: bool = False
    declined: tuple[Confirmation, ...] = ()
    made: frozenset[ContainerId] = frozenset()


@value(kw_only=True)
class BuildOptions:
    """`services`: as named on the command line (() = all). `wishes`: what every build gets."""

    services: tuple[str, ...] = ()
    with_dependencies: bool = False
    wishes: BuildWishes = NO_WISHES


@value(kw_only=True)
class DownOptions:
    """`images`: "" | local | all (`--rmi`). `yes` and `declined` as in `UpOptions`."""

    services: tuple[str, ...] = ()
    volumes: bool = False
    remove_orphans: bool = False
    images: str = ""
    timeout: int | None = None
    yes: bool = False
    declined: tuple[Confirmation, ...] = ()


@value(kw_only=True)
class PullOptions:
    """`policy`: "" for the services' own, or always | missing for all. `ignore_failures`: what cannot be pulled fails
    nothing."""

    services: tuple[str, ...] = ()
    include_deps: bool = False
    ignore_buildable: bool = False
    ignore_failures: bool = False
    policy: str = ""


@value(kw_only=True)
class PushOptions:
    """As `PullOptions`."""

    services: tuple[str, ...] = ()
    include_deps: bool = False
    ignore_failures: bool = False


@value(kw_only=True)
class StopOptions:
    services: tuple[str, ...] = ()
    timeout: int | None = None


@value(kw_only=True)
class KillOptions:
    """`remove_orphans`: orphans get the signal too (the reference's name for it)."""

    services: tuple[str, ...] = ()
    signal: str = "SIGKILL"
    remove_orphans: bool = False


@value(kw_only=True)
class RemoveOptions:
    """`stop`: those that run are stopped and removed too. `volumes`: their anonymous volumes go with them."""

    services: tuple[str, ...] = ()
    stop: bool = False
    volumes: bool = False


@value(kw_only=True)
class StartOptions:
    services: tuple[str, ...] = ()
    wait: bool = False
    wait_timeout: float | None = None


@value(kw_only=True)
class RestartOptions:
    """`no_deps`: leave alone those that depend with `restart: true`."""

    services: tuple[str, ...] = ()
    no_deps: bool = False
    timeout: int | None = None
