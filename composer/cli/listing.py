"""The verbs that list containers: `ps` and `ls`. One list call each; nothing of the model is loaded.

Must not know: how the engine is asked (that is `api`'s) or how rows look (the views').
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from composer.cli.context import load_or_name, no_such_service, project_name, tell_warning
from composer.errors import UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from composer.cli.options import GlobalOptions
    from composer.plan.observed import ObservedContainer
    from composer.views.formats import RowFormat


@value(kw_only=True)
class PsRequest:
    """`every`: stopped ones too; `states`: only these (they imply `every`); `truncate`: short ids and commands;
    `output`: `table`, `json` or a template (see `views.formats`); "": `psFormat` of Docker's configuration, as
    docker compose has it."""

    services: tuple[str, ...] = ()
    every: bool = False
    quiet: bool = False
    list_services: bool = False
    states: tuple[str, ...] = ()
    output: str = "table"
    truncate: bool = True
    orphans: bool = True


@value(kw_only=True)
class LsRequest:
    """`names`: regular expressions of which one must be found in a project's name."""

    every: bool = False
    quiet: bool = False
    names: tuple[str, ...] = ()
    output: str = "table"


def run_ps(options: GlobalOptions, request: PsRequest) -> int:
    """`composer ps`: stdout only. Raises UsageError for a service that nobody knows, or a wrong template."""
    if not request.output:
        from dataclasses import replace  # noqa: PLC0415 - rare

        from composer.glance import ps_format  # noqa: PLC0415

        request = replace(request, output=ps_format(os.environ) or "table")
    form = row_form(request.output, raw=_ps_raw)
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good

    engine = open_reader(os.environ)
    found = engine.containers(project=project_name(options))
    check_services(options, request.services, found)
    if not request.orphans:
        found = _known(options, found)
    sys.stdout.write(ps_text(_chosen(found, request), request, form, now=time.time(), columns=screen_columns()))
    return 0


def ps_text(
    containers: Sequence[ObservedContainer],
    request: PsRequest,
    form: RowFormat | None = None,
    *,
    now: float,
    columns: int | None = None,
) -> str:
    """What `ps` prints for these containers. `form`: the template, if `request.output` is one; `now`: seconds since
    1970; `columns`: None for unlimited width."""
    if request.quiet:
        return _lines(one.id for one in sorted(containers, key=lambda one: one.name))
    if request.list_services:
        return _lines(sorted({c.service for c in containers}))
    from composer.views.ps_rows import ps_formatted, ps_json, ps_table  # noqa: PLC0415 - not for -q

    if form is not None:
        return ps_formatted(containers, form, now=now, truncate=request.truncate)
    if request.output == "json":
        return ps_json(containers, now=now, truncate=request.truncate)
    return ps_table(containers, now=now, truncate=request.truncate, columns=columns)


def run_ls(options: GlobalOptions, request: LsRequest) -> int:
    """`composer ls`: every Compose project of the engine."""
    del options
    from composer.api import open_reader  # noqa: PLC0415
    from composer.views.ls_rows import ls_json, ls_objects, ls_table  # noqa: PLC0415

    engine = open_reader(os.environ)
    projects = ls_objects(engine.containers(project=None, all_states=request.every))
    if request.names:
        import re  # noqa: PLC0415 - only for --filter

        projects = [p for p in projects if any(re.search(name, p["Name"]) for name in request.names)]
    if request.quiet:
        sys.stdout.write(_lines(p["Name"] for p in projects))
    elif request.output == "json":
        sys.stdout.write(ls_json(projects))
    else:
        sys.stdout.write(ls_table(projects, columns=screen_columns()))
    return 0


def _chosen(found: Iterable[ObservedContainer], request: PsRequest) -> list[ObservedContainer]:
    """One-off containers are listed only with --all and --status, as docker compose does."""
    return [
        container
        for container in found
        if (not request.services or container.service in request.services)
        and (not request.states or container.state in request.states)
        and (request.every or request.states or container.is_running)
        and (request.every or request.states or not container.oneoff)
    ]


def check_services(options: GlobalOptions, services: Sequence[str], found: Sequence[ObservedContainer]) -> None:
    """A service without containers may still be in the file: only then the project is loaded. Without a file nobody
    knows, as with docker compose; it is remarked on. Raises UsageError for a service that the file does not have."""
    unknown = set(services) - {container.service for container in found}
    if not unknown:
        return
    declared = _declared(options)
    if declared is None:
        for service in sorted(unknown):
            tell_warning(f"no container of a service '{service}', and no file that could tell of it", options)
    elif unknown - declared:
        raise no_such_service(min(unknown - declared), declared)


def _declared(options: GlobalOptions) -> set[str] | None:
    """None if there is no file."""
    project, _ = load_or_name(options)
    return {*project.services, *project.disabled} if project else None


def _known(options: GlobalOptions, found: Sequence[ObservedContainer]) -> tuple[ObservedContainer, ...]:
    declared = _declared(options)
    return tuple(one for one in found if declared is None or one.service in declared)


def row_form(output: str, *, raw: Callable[[], str] = lambda: "") -> RowFormat | None:
    """The template in `--format`; None for `table` and `json`. `raw` gives the template that `raw` stands for."""
    if output in ("table", "json"):
        return None
    raw_text = raw() if output == "raw" else ""
    if "{{" not in output and not raw_text:
        hint = "Use table, json, or a Go template such as '{{.Name}}' or 'table {{.Name}}\\t{{.State}}'."
        raise UsageError(f"--format '{output}' is not supported", hint=hint)
    from composer.views.formats import RowFormat  # noqa: PLC0415 - only for templates

    return RowFormat.parse(output, raw=raw_text)


def _ps_raw() -> str:
    from composer.views.ps_rows import RAW  # noqa: PLC0415 - only for templates

    return RAW


def screen_columns() -> int | None:
    """The width of standard output, None if it is no terminal."""
    if not sys.stdout.isatty():
        return None
    from composer.views.choose import screen_size  # noqa: PLC0415 - terminals only

    return screen_size(sys.stdout)[0]


def _lines(items: Iterable[str]) -> str:
    return "".join(f"{item}\n" for item in items)
