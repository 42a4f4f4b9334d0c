"""The verbs that ask the engine one thing: `top`, `port`, `volumes`, `events`. All work by project name alone.

Must not know: how the engine is asked (that is `api`'s) or how answers look (the views').
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from composer import labels
from composer.cli.context import project_name
from composer.cli.listing import check_services, row_form, screen_columns
from composer.cli.moments import moment
from composer.errors import EngineError, EngineRefused, Interrupted, NotFound, UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.cli.options import GlobalOptions
    from composer.engine.port import EngineEvent, EngineReader
    from composer.plan.observed import ObservedContainer
    from composer.plan.readings import Processes


@value(kw_only=True)
class PortRequest:
    """`index` 0: the first replica that runs."""

    service: str
    port: int
    protocol: str = "tcp"
    index: int = 0


@value(kw_only=True)
class VolumesRequest:
    """`output`: `table`, `json` or a template (see `views.formats`)."""

    services: tuple[str, ...] = ()
    quiet: bool = False
    output: str = "table"


@value(kw_only=True)
class EventsRequest:
    """`since` and `until` as the user wrote them (see `moments`)."""

    services: tuple[str, ...] = ()
    json: bool = False
    since: str = ""
    until: str = ""


def open_project(options: GlobalOptions, services: Sequence[str]) -> tuple[EngineReader, tuple[ObservedContainer, ...]]:
    """The engine and the project's containers, by service and number. Raises UsageError for an unknown service."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good

    engine = open_reader(os.environ)
    found = engine.containers(project=project_name(options))
    check_services(options, services, found)
    return engine, tuple(sorted(found, key=lambda one: (one.oneoff, one.service, one.number, one.name)))


def run_top(options: GlobalOptions, services: Sequence[str]) -> int:
    """`composer top`: what runs in the containers that do."""
    from composer.views.top_rows import top_table  # noqa: PLC0415 - after the flags are known good

    engine, found = open_project(options, services)
    told = []
    for container in found:
        if container.is_running and (not services or container.service in services):
            processes = _processes(engine, container)
            if processes is not None:
                told.append((container.service, container.number, processes))
    sys.stdout.write(top_table(told, columns=screen_columns()))
    return 0


def _processes(engine: EngineReader, container: ObservedContainer) -> Processes | None:
    """None if it has ended meanwhile."""
    try:
        return engine.processes(container.id)
    except NotFound:
        return None
    except EngineError as error:
        if error.status in (409, 500) and "not running" in error.message:
            return None
        raise EngineRefused(f"{container.name}: {error.message}", status=error.status) from error


def run_port(options: GlobalOptions, request: PortRequest) -> int:
    """`composer port`: the address that leads to a container's port. Raises UsageError if there is none."""
    _, found = open_project(options, (request.service,))
    container = _replica(found, request)
    for port in container.ports:
        fits = (port.get("PrivatePort"), port.get("Type")) == (request.port, request.protocol)
        if fits and port.get("PublicPort"):
            sys.stdout.write(f"{port.get('IP') or ''}:{port['PublicPort']}\n")
            return 0
    from composer.views.ps_rows import ports_text  # noqa: PLC0415 - only for the error

    hint = f"It has {ports_text(container.ports)}." if container.ports else "It has no ports."
    raise UsageError(f"no port {request.port}/{request.protocol} of {container.name} is published", hint=hint)


def _replica(found: Sequence[ObservedContainer], request: PortRequest) -> ObservedContainer:
    running = [one for one in found if one.service == request.service and one.is_running and not one.oneoff]
    for container in running:
        if request.index in (0, container.number):
            return container
    if request.index and running:
        raise UsageError(f"there is no running container {labels.replica_label(request.service, request.index)}")
    raise UsageError(f"service '{request.service}' is not running", hint=f"Start it: composer up -d {request.service}")


def run_volumes(options: GlobalOptions, request: VolumesRequest) -> int:
    """`composer volumes`: the project's named volumes; with services, those their containers mount."""
    from composer.views import volume_rows  # noqa: PLC0415 - after the flags are known good

    form = row_form(request.output, raw=lambda: volume_rows.RAW)
    engine, containers = open_project(options, request.services)
    volumes = sorted(engine.volumes(project=project_name(options)), key=lambda volume: volume.name)
    if request.services:
        used = {name for one in containers if one.service in request.services for name in one.volumes}
        volumes = [volume for volume in volumes if volume.name in used]
    if request.quiet:
        sys.stdout.write("".join(f"{volume.name}\n" for volume in volumes))
    elif form is not None:
        sys.stdout.write(volume_rows.volumes_formatted(volumes, form))
    elif request.output == "json":
        sys.stdout.write(volume_rows.volumes_json(volumes))
    else:
        sys.stdout.write(volume_rows.volumes_table(volumes, columns=screen_columns()))
    return 0


def run_events(options: GlobalOptions, request: EventsRequest) -> int:
    """`composer events`: what happens to the project's containers, until `--until` or Ctrl-C (130)."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.execute.interrupt import Interrupts  # noqa: PLC0415
    from composer.execute.steady import RESUMED, SteadyEvents  # noqa: PLC0415

    now = time.time()
    since, until = moment(request.since, now=now), moment(request.until, now=now)
    engine = open_reader(os.environ)
    name = project_name(options)
    stream = SteadyEvents(
        lambda start: engine.events(project=name, since=start, until=until, every=True),
        since=float(since) if since else None,
    )
    interrupted = []

    def stop(_: object) -> None:
        interrupted.append(True)
        stream.close()

    with Interrupts(stop):
        for event in stream:
            if event.action != RESUMED and _is_shown(event, request.services):
                sys.stdout.write(_event_line(event, as_json=request.json))
                sys.stdout.flush()
    return Interrupted.exit_code if interrupted else 0


def _is_shown(event: EngineEvent, services: Sequence[str]) -> bool:
    marks = event.attributes
    return marks.get(labels.ONEOFF, "").lower() != "true" and (not services or marks.get(labels.SERVICE) in services)


def _event_line(event: EngineEvent, *, as_json: bool) -> str:
    from composer.views.event_lines import event_json, event_text  # noqa: PLC0415 - with the first event

    action = f"{event.action}: {event.health}" if event.health else event.action
    form = event_json if as_json else event_text
    return form(action, event.container, event.time, event.attributes)
