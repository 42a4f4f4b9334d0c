"""The attached `up`: bring up, show the output, and take down again on Ctrl-C or when a container ends."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from composer.cli.carryout import carry_out, exit_code
from composer.cli.context import is_coloured, tell_event, terminal
from composer.cli.persist import carry_out_persistently, project_lock
from composer.cli.switch import Switch, WatchSwitch
from composer.errors import EngineError, Interrupted, ProjectBusy
from composer.events.types import HookSaid
from composer.execute.attached import Attached, AttachPolicy, Over, StopAll, jobs_of
from composer.execute.commands import InterruptedBy
from composer.execute.follow import LogFollower
from composer.execute.interrupt import Interrupts
from composer.execute.policy import RunPolicy
from composer.execute.session import Detached, Lost, Session, Unread
from composer.plan.subjects import started_replicas, stopped_containers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.cli.persist import Undertaking
    from composer.cli.request import LogOptions, UpRequest
    from composer.cli.watching import Beside
    from composer.events.types import Event
    from composer.execute.lock import ProjectLock
    from composer.execute.session import Ending
    from composer.model.project import Project
    from composer.views.logs import LogOutput

PATIENCE = 10.0  # seconds in which another command may end before a stop


def up_and_stay(
    stack: Stack,
    begun: Undertaking,
    policy: RunPolicy,
    request: UpRequest,
    *,
    options: GlobalOptions,
    lock: ProjectLock,
) -> int:
    """Carries the plan out, then shows the containers' output until all have ended; the exit status.

    A start that fails ends here with its story; what runs is left running, as with docker compose. `lock` is given
    back as soon as all is started: other commands may work on the project while its output is shown.
    """
    session = _session(stack, request)
    containers = (found for found in begun.observed.containers if not found.oneoff)
    # A live view redraws its place on the screen: output waits until it is done.
    live = _is_live(options)
    writer = Switch(_writer(stack, request, options))
    watch = _watch(stack, session, request, options)
    with Interrupts(session.put):  # a run has its own; these are for the moments before, between and after runs
        session.begin(containers, only_new=True, leaving=stopped_containers(begun.plan))
        if not live:
            _show(begun, session, writer)
        with _told_hooks(stack, session):
            plan, result = carry_out_persistently(
                stack, begun, policy, options=options, goes_on=True, unsaid=request.unsaid
            )
        lock.release()
        if not result.ok and not result.interrupted:
            return session.finish(exit_code(result), stopped=False)
        if live:
            _show(begun, session, writer)
        if result.interrupted or not request.watch:
            session.settle(started_replicas(plan, result.succeeded))
        else:
            watch.begin()
        wait = _menu(stack, session, writer, watch, request, options=options)
        ending = InterruptedBy(1) if result.interrupted else wait()
        watch.end()
        return _end(stack, session, ending, options=options, request=request)


@contextmanager
def _told_hooks(stack: Stack, session: Session) -> Iterator[None]:
    """What hooks put out stands among the output of the containers."""

    def take(event: Event) -> None:
        if isinstance(event, HookSaid):
            session.tell_hook(event.replica, event.data)

    stack.bus.subscribe(take)
    try:
        yield
    finally:
        stack.bus.unsubscribe(take)


def _show(begun: Undertaking, session: Session, output: Switch) -> None:
    """From now on output is seen; before any of it, on stdout, a line that scripts wait for: whose it is."""
    from composer.cli.attached_names import attached_names  # noqa: PLC0415 - as the writer

    if names := attached_names(begun.plan, begun.observed.containers, session.shows):
        sys.stdout.write(f"Attaching to {', '.join(names)}\n")
        sys.stdout.flush()
    session.show(output)


def _watch(stack: Stack, session: Session, request: UpRequest, options: GlobalOptions) -> WatchSwitch:
    """With `--watch` the first look is taken now: what changes during the builds is news to the containers."""

    def beside() -> Beside:
        from composer.cli.watching import Beside  # noqa: PLC0415 - `--watch` and its key only

        aside = session.held if _is_live(options) else nullcontext
        return Beside(stack, options, request.options.services, aside=aside, built=request.watch)

    return WatchSwitch(session, beside, first=beside() if request.watch else None)


def _end(stack: Stack, session: Session, ending: Ending, *, options: GlobalOptions, request: UpRequest) -> int:
    if isinstance(ending, Over):
        return session.finish(ending.exit_code, stopped=True)
    if isinstance(ending, Detached):
        code = session.finish(0, stopped=False)
        tell_event("detach", "Detached; `composer logs -f` shows the output again", options)
        return code
    if isinstance(ending, Lost):
        session.finish(1, stopped=False)
        raise ending.error
    if isinstance(ending, Unread):
        _stop(stack, session, Interrupted.exit_code, options=options, request=request)
        raise BrokenPipeError
    if isinstance(ending, StopAll):
        tell_event("abort", "Aborting on container exit...", options)
        return _stop(stack, session, ending.exit_code, options=options, request=request)
    tell_event("interrupt", "Gracefully stopping... (press Ctrl+C again to force)", options)
    return _stop(stack, session, Interrupted.exit_code, options=options, request=request)


def _stop(stack: Stack, session: Session, code: int, *, options: GlobalOptions, request: UpRequest) -> int:
    """Stops everything in reverse order under the same view; another Ctrl-C kills what is left."""
    if _is_live(options):
        session.hold()
    with _locked_for_a_while(stack, options):
        return _stop_all(stack, session, code, options=options, request=request)


def _locked_for_a_while(stack: Stack, options: GlobalOptions) -> AbstractContextManager[object]:
    """Ctrl-C is a wish to see it end: another command is waited for, but not for ever."""
    try:
        return project_lock(stack, "stop", options, patience=PATIENCE)
    except ProjectBusy:
        return nullcontext()


def _stop_all(stack: Stack, session: Session, code: int, *, options: GlobalOptions, request: UpRequest) -> int:
    from composer.plan.kill import plan_kill  # noqa: PLC0415 - at the end only
    from composer.plan.options import KillOptions, StopOptions  # noqa: PLC0415
    from composer.plan.stop import plan_stop  # noqa: PLC0415

    observed = stack.observe(images=False)
    timeout = request.options.timeout
    # Dependencies that were only brought along run on, as long as nobody looks at them.
    services = () if request.logs.dependencies else request.options.services
    plan = plan_stop(stack.project, observed, StopOptions(services=services, timeout=timeout))
    policy = RunPolicy(verb="stop", keep_going=True, impatient=True)
    result = carry_out(stack, plan, policy, observed=observed, options=options, goes_on=True)
    if result.interrupted:
        tell_event("kill", "Killing...", options)
        observed = stack.observe(images=False)
        plan = plan_kill(stack.project, observed, KillOptions(services=services))
        carry_out(stack, plan, RunPolicy(verb="kill", keep_going=True), observed=observed, options=options)
    return session.finish(code, stopped=True)


def _menu(
    stack: Stack,
    session: Session,
    switch: Switch,
    watch: WatchSwitch,
    request: UpRequest,
    *,
    options: GlobalOptions,
) -> Callable[[], Ending]:
    """How to wait for the end: with keys where somebody can press them."""
    from composer.cli.menu import Menu, is_wanted  # noqa: PLC0415 - when all is started

    live = _is_live(options)
    if stack.project is None or not (live and is_wanted(request.menu, os.environ.get("COMPOSE_MENU", ""))):
        return session.wait
    policy = request.policy
    restarts = not (policy.abort_on_exit or policy.abort_on_failure or policy.exit_code_from)
    services = sorted(_watched(stack.project, request))
    return Menu(stack, session, switch, watch, services, options=options, live=live, restarts=restarts).wait


def _session(stack: Stack, request: UpRequest) -> Session:
    from composer.engine.port import LogRequest  # noqa: PLC0415

    project = stack.project
    if project is None:
        raise EngineError("an attached up needs the project's file")
    shown = _shown(project, request.logs, _watched(project, request))
    counted = _counted(project, request, shown)
    policy = request.policy
    dependencies = {
        name: {to: edge.condition for to, edge in service.depends_on.items()}
        for name, service in project.services.items()
    }
    attached = Attached(
        AttachPolicy(
            abort_on_exit=policy.abort_on_exit,
            abort_on_failure=policy.abort_on_failure,
            exit_code_from=policy.exit_code_from,
            jobs=jobs_of(dependencies),
        ),
        settled=False,
    )
    follower = LogFollower(stack.engine, LogRequest(follow=True))
    return Session(
        stack.engine,
        stack.watch(),
        attached,
        follower,
        watched=counted.__contains__,
        shown=shown.__contains__,
        reopen=stack.watch,
    )


def _watched(project: Project, request: UpRequest) -> frozenset[str]:
    """The services named, else all; with --attach-dependencies always all."""
    named = request.options.services
    if not named or request.logs.dependencies:
        return frozenset(project.services)
    return frozenset({*named, request.policy.exit_code_from} - {""})


def _counted(project: Project, request: UpRequest, shown: frozenset[str]) -> frozenset[str]:
    """The services whose end may be the end of all. As docker compose has it: those that are named, else those whose
    output is shown; and the one that gives the exit status."""
    if request.options.services or not shown:
        return _watched(project, request)
    return shown | frozenset({request.policy.exit_code_from} - {""})


def _shown(project: Project, logs: LogOptions, watched: frozenset[str]) -> frozenset[str]:
    chosen = frozenset(logs.attach) or watched
    silent = {name for name, service in project.services.items() if getattr(service, "attach", True) is False}
    return chosen - frozenset(logs.no_attach) - (silent - frozenset(logs.attach))


def _writer(stack: Stack, request: UpRequest, options: GlobalOptions) -> LogOutput:
    """As docker compose: what containers write to stderr goes to ours."""
    from composer.views.logs import LogOutput, TextForm  # noqa: PLC0415

    logs, services = request.logs, stack.project.services if stack.project else {}
    shown = _shown(stack.project, logs, _watched(stack.project, request)) if stack.project else frozenset()
    form = TextForm(
        services=sorted(services),
        labels=[service.container_name or f"{name}-1" for name, service in services.items() if name in shown],
        colour=logs.colour and is_coloured(sys.stdout, options),
        prefix=logs.prefix,
        timestamps=logs.timestamps,
    )
    return LogOutput(sys.stdout.buffer, form, errors=sys.stderr.buffer)


def _is_live(options: GlobalOptions) -> bool:
    from composer.views.choose import progress_mode  # noqa: PLC0415

    return progress_mode(options.progress, os.environ, terminal(options)) == "tty"
