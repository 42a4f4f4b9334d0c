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
    from collections.abc import Callable, Sequence

    from composer.cli.options import GlobalOptions
    from composer.engine.port import EngineReader, EventStream, LogRequest
    from composer.execute.follow import LogSource
    from composer.execute.session import Session
    from composer.plan.observed import ObservedContainer
    from composer.views.logs import LogForm, LogOutput

STREAMS = {"": (1, 2), "stdout": (1,), "stderr": (2,)}


@value(kw_only=True)
class LogsRequest:
    """`tail` None = all; `since`/`until` as the user wrote them (see `moment`); `index` 0 = every replica. `sort`: in
    the order of time, without `follow`. `grep`: a regular expression, "" for none. `stream`: only `stdout` or `stderr`.
    `split`: what containers wrote to stderr goes to ours."""

    services: tuple[str, ...] = ()
    follow: bool = False
    tail: int | None = None
    timestamps: bool = False
    since: str = ""
    until: str = ""
    index: int = 0
    colour: bool = True
    prefix: bool = True
    sort: bool = True
    json: bool = False
    grep: str = ""
    stream: str = ""
    split: bool = False


def run_logs(options: GlobalOptions, request: LogsRequest) -> int:
    """Raises UsageError for an unknown service or an unreadable time. 130 when Ctrl-C ends a follow."""
    from composer.api import open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.engine.port import LogRequest  # noqa: PLC0415

    if request.index and len(request.services) != 1:
        raise UsageError("--index needs one service", hint="Write it as: composer logs --index 2 web.")
    keep = _keep(request.grep)
    now = time.time()
    wanted = LogRequest(
        follow=request.follow,
        tail=request.tail,
        streams=STREAMS[request.stream],
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
    form = _form(options, request, sorted({c.service for c in found}), chosen)
    writer = _output(form, request, keep)
    if events is None:
        show = _show_sorted if request.sort else _show
        show(engine, wanted, chosen, writer, options)
        return 0
    return _follow(_session(engine, events, wanted, request, project=name), chosen, writer)


def _show_sorted(
    engine: EngineReader,
    wanted: LogRequest,
    chosen: Sequence[ObservedContainer],
    output: LogOutput,
    options: GlobalOptions,
) -> None:
    """All lines in the order in which they were written."""
    from composer.execute.follow import LogEnded  # noqa: PLC0415 - with the first output
    from composer.execute.inorder import InOrder  # noqa: PLC0415
    from composer.execute.printer import label_of  # noqa: PLC0415
    from composer.views.logs import Said  # noqa: PLC0415

    for items in InOrder(engine, wanted, map(_source, chosen)):
        groups = []
        for item in items:
            if isinstance(item, LogEnded):
                tell_warning(f"{item.source.name}: {item.trouble}", options)
                continue
            source = item.source
            said = Said(
                label=label_of(source),
                service=source.service,
                container=source.name,
                stream=item.stream,
                lines=item.lines,
            )
            groups.append(said)
        output.write_together(groups)


def _show(
    engine: EngineReader,
    wanted: LogRequest,
    chosen: Sequence[ObservedContainer],
    output: LogOutput,
    options: GlobalOptions,
) -> None:
    """Lines as they come, all containers at once."""
    from composer.execute.follow import LogBatch, LogEnded, LogFollower  # noqa: PLC0415 - with the first output
    from composer.execute.printer import label_of  # noqa: PLC0415

    follower = LogFollower(engine, wanted)
    for container in chosen:
        follower.attach(_source(container))
    for item in follower:
        source = item.source
        if isinstance(item, LogBatch):
            output.write(label_of(source), item.stream, item.data, service=source.service, container=source.name)
        elif isinstance(item, LogEnded) and item.trouble:
            tell_warning(f"{source.name}: {item.trouble}", options)


def _source(container: ObservedContainer) -> LogSource:
    from composer.execute.follow import LogSource  # noqa: PLC0415 - with the first output

    return LogSource(container.id, container.name, container.service, container.number)


def _session(
    engine: EngineReader, events: EventStream, wanted: LogRequest, request: LogsRequest, *, project: str
) -> Session:
    """New and restarted containers of the wanted services are followed as they come."""
    from composer.execute.attached import Attached, AttachPolicy  # noqa: PLC0415
    from composer.execute.follow import LogFollower  # noqa: PLC0415
    from composer.execute.session import Session  # noqa: PLC0415

    def is_wanted(service: str) -> bool:
        return not request.services or service in request.services

    attached = Attached(AttachPolicy(), settled=False)
    return Session(
        engine,
        events,
        attached,
        LogFollower(engine, wanted),
        watched=is_wanted,
        shown=is_wanted,
        reopen=lambda since: engine.events(project=project, since=since),
    )


def _follow(session: Session, chosen: Sequence[ObservedContainer], writer: LogOutput) -> int:
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


def _form(
    options: GlobalOptions, request: LogsRequest, services: Sequence[str], chosen: Sequence[ObservedContainer]
) -> LogForm:
    from composer.views.logs import JsonForm, TextForm  # noqa: PLC0415

    if request.json:
        return JsonForm()
    return TextForm(
        services=services,
        labels=[_label(c.service, c.number) for c in chosen],
        colour=request.colour and is_coloured(sys.stdout, options),
        prefix=request.prefix,
        timestamps=request.timestamps,
        marks=request.split,
    )


def _output(form: LogForm, request: LogsRequest, keep: Callable[[bytes], bool] | None) -> LogOutput:
    from composer.views.logs import LogOutput  # noqa: PLC0415

    return LogOutput(
        sys.stdout.buffer,
        form,
        errors=sys.stderr.buffer if request.split else None,
        remarks=sys.stderr.buffer if request.json else None,
        keep=keep,
    )


def _keep(grep: str) -> Callable[[bytes], bool] | None:
    """Raises UsageError."""
    if not grep:
        return None
    import re  # noqa: PLC0415 - only for --grep

    from composer.views.logs import keeping  # noqa: PLC0415

    try:
        return keeping(re.compile(grep).search)
    except re.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        hint = "It is a regular expression as Python has them; \\ takes a character literally."
        raise UsageError(f"--grep '{grep}': {error.msg}{where}", hint=hint) from None
