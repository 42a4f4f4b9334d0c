"""`composer logs`: choose containers, read them, write prefixed lines. Works by project name alone."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from composer import labels
from composer.cli.context import is_coloured, project_name, tell_warning
from composer.cli.moments import moment
from composer.errors import Interrupted, UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from composer.cli.options import GlobalOptions
    from composer.engine.port import EngineReader, EventStream, LogRequest
    from composer.execute.session import Session
    from composer.plan.observed import ObservedContainer
    from composer.views.logs import LogWriter


@value(kw_only=True)
class LogsRequest:
    """`tail` None = all; `since`/`until` as the user wrote them (see `moment`); `index` 0 = every replica."""

    services: tuple[str, ...] = ()
    follow: bool = False
    tail: int | None = None
    timestamps: bool = False
    since: str = ""
    until: str = ""
    index: int = 0
    colour: bool = True
    prefix: bool = True


def run_logs(options: GlobalOptions, request: LogsRequest) -> int:
    """Raises UsageError for an unknown service or an unreadable time. 130 when Ctrl-C ends a follow."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.engine.port import LogRequest  # noqa: PLC0415

    if request.index and len(request.services) != 1:
        raise UsageError("--index needs one service", hint="Write it as: composer logs --index 2 web.")
    now = time.time()
    wanted = LogRequest(
        follow=request.follow,
        tail=request.tail,
        timestamps=request.timestamps,
        since=moment(request.since, now=now),
        until=moment(request.until, now=now),
    )
    engine = open_reader(os.environ)
    name = project_name(options)
    events = engine.events(project=name) if request.follow else None
    found = [c for c in engine.containers(project=name) if not c.oneoff]
    _check_services(options, request.services, found)
    chosen = [c for c in found if _is_chosen(c.service, c.number, request)]
    if request.index and not chosen:
        raise UsageError(f"there is no container {labels.replica_label(request.services[0], request.index)}")
    writer = _writer(options, request, sorted({c.service for c in found}), chosen)
    if events is None:
        return _show(engine, wanted, chosen, writer, options)
    return _follow(_session(engine, events, wanted, request), chosen, writer)


def _show(
    engine: EngineReader,
    wanted: LogRequest,
    chosen: Sequence[ObservedContainer],
    writer: LogWriter,
    options: GlobalOptions,
) -> int:
    from composer.execute.follow import LogBatch, LogEnded, LogFollower, LogSource  # noqa: PLC0415

    follower = LogFollower(engine, wanted)
    for container in chosen:
        follower.attach(LogSource(container.id, container.name, container.service, container.number))
    for item in follower:
        if isinstance(item, LogBatch):
            writer.write(_label(item.source.service, item.source.number), item.stream, item.data)
        elif isinstance(item, LogEnded) and item.trouble:
            tell_warning(f"{item.source.name}: {item.trouble}", options)
    return 0


def _session(engine: EngineReader, events: EventStream, wanted: LogRequest, request: LogsRequest) -> Session:
    """New and restarted containers of the wanted services are followed as they come."""
    from composer.execute.attached import Attached, AttachPolicy  # noqa: PLC0415
    from composer.execute.follow import LogFollower  # noqa: PLC0415
    from composer.execute.session import Session  # noqa: PLC0415

    def is_wanted(service: str) -> bool:
        return not request.services or service in request.services

    attached = Attached(AttachPolicy(), settled=False)
    return Session(engine, events, attached, LogFollower(engine, wanted), watched=is_wanted, shown=is_wanted)


def _follow(session: Session, chosen: Sequence[ObservedContainer], writer: LogWriter) -> int:
    """Until every container has ended, or Ctrl-C."""
    from composer.execute.attached import Over  # noqa: PLC0415
    from composer.execute.interrupt import Interrupts  # noqa: PLC0415
    from composer.execute.session import Lost, Unread  # noqa: PLC0415

    with Interrupts(session.put):
        session.begin(chosen, only_new=False)
        session.show(writer)
        session.settle()
        ending = session.wait()
    if isinstance(ending, Over):
        return session.finish(0, stopped=True)
    session.finish(0, stopped=False)
    if isinstance(ending, Lost):
        raise ending.error
    if isinstance(ending, Unread):
        raise BrokenPipeError
    return Interrupted.exit_code


def _is_chosen(service: str, number: int, request: LogsRequest) -> bool:
    return (not request.services or service in request.services) and request.index in (0, number)


def _check_services(options: GlobalOptions, services: Sequence[str], found: Sequence[ObservedContainer]) -> None:
    from composer.cli.listing import check_services  # noqa: PLC0415

    check_services(options, services, found)


def _label(service: str, number: int) -> str:
    return labels.replica_label(service, number)


def _writer(
    options: GlobalOptions, request: LogsRequest, services: Sequence[str], chosen: Sequence[ObservedContainer]
) -> LogWriter:
    from composer.views.logs import LogWriter  # noqa: PLC0415

    return LogWriter(
        sys.stdout.buffer,
        services=services,
        labels=[_label(c.service, c.number) for c in chosen],
        colour=request.colour and is_coloured(sys.stdout, options),
        prefix=request.prefix,
    )
