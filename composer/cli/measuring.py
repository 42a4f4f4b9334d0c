"""`composer stats`: what the containers use, once or as it goes on."""

from __future__ import annotations

import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

from composer.cli.context import project_name
from composer.cli.listing import row_form, screen_columns
from composer.cli.reading import open_project
from composer.errors import EngineError, Interrupted
from composer.execute.gauges import Gauges
from composer.execute.interrupt import Interrupts
from composer.execute.steady import RESUMED, SteadyEvents
from composer.values import value
from composer.views.usage_rows import UsageRow, usage_formatted, usage_json, usage_table

if TYPE_CHECKING:
    from composer.cli.options import GlobalOptions
    from composer.engine.port import EngineEvent, EngineReader
    from composer.plan.observed import ObservedContainer
    from composer.views.formats import RowFormat

EVERY = 1.0  # seconds; the engine measures as often
FIRST = 3.0  # seconds for the first readings, which take the engine one or two


@value(kw_only=True)
class StatsRequest:
    """`service` "": all. `every`: containers that do not run too. `output`: see `views.formats`."""

    service: str = ""
    every: bool = False
    follow: bool = True
    output: str = "table"
    truncate: bool = True


def run_stats(options: GlobalOptions, request: StatsRequest) -> int:
    """Raises UsageError for an unknown service or a wrong template. 130 when Ctrl-C ends it."""
    form = row_form(request.output)
    engine, found = open_project(options, (request.service,) if request.service else ())
    gauges = Gauges(engine, follow=request.follow)
    for container in found:
        if _is_wanted(container, request):
            gauges.add(container.id, container.name)
    if not request.follow:
        gauges.wait()
        sys.stdout.write(_text(gauges, request, form))
        return 0
    return _go_on(engine, project_name(options), gauges, request, form)


def _is_wanted(container: ObservedContainer, request: StatsRequest) -> bool:
    return request.service in ("", container.service) and (request.every or container.is_running)


def _text(gauges: Gauges, request: StatsRequest, form: RowFormat | None, *, columns: int | None = None) -> str:
    rows = [UsageRow(gauge.container, gauge.name, gauge.usage) for gauge in gauges.now()]
    if form is not None:
        return usage_formatted(rows, form, truncate=request.truncate)
    if request.output == "json":
        return usage_json(rows, truncate=request.truncate)
    return usage_table(rows, truncate=request.truncate, columns=columns or screen_columns())


def _go_on(engine: EngineReader, project: str, gauges: Gauges, request: StatsRequest, form: RowFormat | None) -> int:
    """Until Ctrl-C. In a terminal the table stays in its place; elsewhere every reading follows the one before."""
    over = Event()
    events = SteadyEvents(lambda since: engine.events(project=project, since=since))
    Thread(target=_keep_up, args=(engine, project, events, gauges, request), name="containers", daemon=True).start()
    try:
        with Interrupts(lambda _: over.set()):
            gauges.wait(FIRST)
            if sys.stdout.isatty() and form is None and request.output == "table":
                from composer.views.board import Board  # noqa: PLC0415 - terminals only

                with Board(sys.stdout) as board:
                    while not over.is_set():
                        board.show(_text(gauges, request, form, columns=board.columns))
                        over.wait(EVERY)
            else:
                while not over.is_set():
                    sys.stdout.write(_text(gauges, request, form))
                    sys.stdout.flush()
                    over.wait(EVERY)
    finally:
        events.close()
        gauges.close()
    return Interrupted.exit_code


def _keep_up(engine: EngineReader, project: str, events: SteadyEvents, gauges: Gauges, request: StatsRequest) -> None:
    """Containers that start are read too, those that end no longer. A lost engine is told by the readings."""
    try:
        for event in events:
            if event.action in ("start", "die", "destroy", RESUMED):
                _adjust(engine, project, event, gauges, request)
    except EngineError:
        return


def _adjust(engine: EngineReader, project: str, event: EngineEvent, gauges: Gauges, request: StatsRequest) -> None:
    containers = engine.containers(project=project)
    wanted = {one.id: one.name for one in containers if _is_wanted(one, request)}
    if event.container and event.container not in wanted:
        gauges.remove(event.container)
    for container, name in wanted.items():
        gauges.add(container, name)
