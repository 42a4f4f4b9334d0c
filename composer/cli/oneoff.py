"""`run` behind its flags: dependencies and container by a plan, then the talk with it.

Must not know: how a plan is made or carried out, how bytes go.
"""

from __future__ import annotations

import os
import secrets
import shlex
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from composer import labels
from composer.cli.agreement import Agreement
from composer.cli.carryout import carry_out, exit_code, show_plan, tell_warnings
from composer.cli.context import load
from composer.cli.talking import resolved
from composer.errors import EngineError, UsageError
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.api import Stack
    from composer.cli.options import GlobalOptions
    from composer.execute.oneoff import Attachment
    from composer.model.project import Project
    from composer.plan.confirmation import Confirmation
    from composer.plan.observed import ObservedState
    from composer.plan.options import UpOptions
    from composer.plan.plan import Plan
    from composer.plan.run import RunOptions, RunPlan


@value(kw_only=True)
class RunFlags:
    """What the command line says, as it says it. `tty`: None for "if there is one here". `unsaid`: kinds of steps whose
    progress is not shown."""

    service: str
    command: tuple[str, ...] = ()
    entrypoint: str | None = None
    environment: tuple[str, ...] = ()
    env_files: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    name: str = ""
    user: str = ""
    working_dir: str = ""
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    service_ports: bool = False
    aliases: bool = False
    detach: bool = False
    remove: bool = False
    stdin: bool = True
    tty: bool | None = None
    no_deps: bool = False
    quiet: bool = False
    unsaid: frozenset[str] = frozenset()
    up: UpOptions


def run_one_off(options: GlobalOptions, flags: RunFlags, *, dry_run: bool) -> int:
    """The exit status of what was run. Raises LoadError, PlanError, EngineError, ProjectBusy, UsageError."""
    from composer.api import Stack, open_engine, open_reader  # noqa: PLC0415 - after the flags are known good
    from composer.plan.run import with_one_off  # noqa: PLC0415

    if flags.quiet:
        options = replace(options, progress="quiet")
    declared = load(options, services=(flags.service,), no_deps=flags.no_deps).project
    wanted = _run_options(options, flags, declared)
    project = with_one_off(declared, wanted)
    dry = dry_run or options.dry_run
    engine = open_reader(os.environ) if dry else open_engine(os.environ)
    with Stack(engine, name=project.name, project=project, environment=os.environ) as stack:
        if dry:
            plan = _plan(stack, stack.observe(), replace(wanted, start=True), frozenset()).plan
            return show_plan(plan, verb="run", stack=stack, options=options)
        return _OneOffRun(stack, wanted, flags, options).run()


class _OneOffRun:
    def __init__(self, stack: Stack, wanted: RunOptions, flags: RunFlags, options: GlobalOptions) -> None:
        self._stack = stack
        self._wanted = wanted
        self._flags = flags
        self._options = options
        self._pulled: frozenset[str] = frozenset()
        self._agreement = Agreement(yes=False, verb="run")
        self._made: RunPlan | None = None

    def run(self) -> int:
        from composer.cli.persist import project_lock  # noqa: PLC0415 - not for dry runs

        with project_lock(self._stack, "run", self._options):
            code = self._bring_up()
        made = self._made
        if code or made is None or made.start is None:
            return code
        engine = self._stack.acting_engine
        container = engine.inspect_container(made.name).id
        if self._flags.detach:
            from composer.execute.oneoff import run_detached  # noqa: PLC0415 - only for -d

            run_detached(engine, container, made.start)
            sys.stdout.write(f"{container}\n")
            return 0
        from composer.cli.talking import exit_status  # noqa: PLC0415 - not for -d
        from composer.cli.terminal import StandardConsole  # noqa: PLC0415
        from composer.execute.oneoff import run_attached  # noqa: PLC0415

        console = StandardConsole(with_stdin=self._flags.stdin)
        return exit_status(run_attached(engine, container, self._attachment(), made.start, console))

    def _bring_up(self) -> int:
        from composer.api import pulled_by  # noqa: PLC0415 - loaded already
        from composer.cli.persist import Undertaking, carry_out_persistently  # noqa: PLC0415
        from composer.execute.policy import RunPolicy  # noqa: PLC0415

        stack, options, policy = self._stack, self._options, RunPolicy(verb="run")
        events = stack.watch()
        observed = self._observe()
        pulls = stack.plan_refresh(observed, _for_service(self._wanted))
        if pulls:
            result = carry_out(stack, pulls, policy, observed=observed, options=options, unsaid=self._flags.unsaid)
            if not result.ok:
                return exit_code(result)
            self._pulled = pulled_by(pulls)
            observed = self._observe()
        begun = Undertaking(self._plan(observed), observed, self._plan_anew, events)
        tell_warnings(begun.plan, options)
        own = f"create:{self._wanted.service}-1"
        if [str(step.id) for step in begun.plan.steps] == [own]:
            options = replace(options, progress="quiet")  # what it says is all that its user wants to see
        unsaid = {*self._flags.unsaid, own}
        _, result = carry_out_persistently(stack, begun, policy, options=options, unsaid=unsaid)
        if not result.ok:
            self._remove_unstarted()
        return exit_code(result)

    def _observe(self) -> ObservedState:
        from composer.plan.run import without_replicas  # noqa: PLC0415 - loaded already

        return without_replicas(self._stack.observe(), self._wanted.service)

    def _plan(self, observed: ObservedState) -> Plan:
        def plan(declined: tuple[Confirmation, ...]) -> Plan:
            wanted = replace(self._wanted, up=replace(self._wanted.up, declined=declined))
            self._made = _plan(self._stack, observed, wanted, self._pulled)
            return self._made.plan

        return self._agreement.settle(plan)

    def _plan_anew(self) -> tuple[ObservedState, Plan]:
        observed = self._observe()
        return observed, self._plan(observed)

    def _attachment(self) -> Attachment:
        from composer.cli.talking import detach_sequence  # noqa: PLC0415 - not for -d
        from composer.execute.oneoff import Attachment  # noqa: PLC0415

        keys, configured = detach_sequence("")
        return Attachment(
            tty=self._wanted.tty,
            stdin=self._flags.stdin,
            keys=keys,
            detach_keys=configured,
            remove=self._wanted.oneoff.remove,
        )

    def _remove_unstarted(self) -> None:
        """A container that was made, when what it depends on or its user did not let it start: nobody will."""
        name = self._made.name if self._made is not None else ""
        for found in self._stack.engine.containers(project=self._stack.name):
            if found.name == name and found.labels.get(labels.SLUG) == self._wanted.oneoff.slug:
                with suppress(EngineError):
                    self._stack.acting_engine.remove_container(found.id, volumes=True, force=True)


def _plan(stack: Stack, observed: ObservedState, wanted: RunOptions, pulled: frozenset[str]) -> RunPlan:
    from composer.api import contents_of  # noqa: PLC0415 - loaded already
    from composer.plan.run import plan_run  # noqa: PLC0415

    if stack.project is None:
        raise TypeError("run needs a project")
    api_version = stack.engine.info().api_version
    return plan_run(
        stack.project,
        observed,
        wanted,
        pulled=pulled,
        provided=stack.provided,
        served_at=stack.served_at(),
        contents=contents_of(stack.project),
        api_version=api_version,
    )


def _for_service(wanted: RunOptions) -> UpOptions:
    return replace(wanted.up, services=(wanted.service,))


def _run_options(options: GlobalOptions, flags: RunFlags, project: Project) -> RunOptions:
    """Raises UsageError for what cannot be understood, or makes no sense here."""
    from composer.api import mounts_and_ports  # noqa: PLC0415 - after the flags are known good
    from composer.cli.terminal import StandardConsole, is_interactive  # noqa: PLC0415
    from composer.plan.actions import OneOff  # noqa: PLC0415
    from composer.plan.run import RunOptions  # noqa: PLC0415

    if flags.tty and not flags.detach and not (sys.stdin is not None and sys.stdin.isatty()):
        raise UsageError("the input device is not a TTY", hint="Leave -t out: a terminal is used where there is one.")
    tty = is_interactive() if flags.tty is None else flags.tty
    size = StandardConsole(with_stdin=False).size() if tty else None
    oneoff = OneOff(
        slug=secrets.token_hex(32), stdin=flags.stdin, aliases=flags.aliases, remove=flags.remove, size=size
    )
    mounts, ports = mounts_and_ports(flags.volumes, flags.ports, base=project.working_dir)
    return RunOptions(
        service=flags.service,
        oneoff=oneoff,
        name=flags.name,
        command=flags.command or None,
        entrypoint=None if flags.entrypoint is None else _words(flags.entrypoint),
        environment=_environment(flags, options),
        labels=_labels(flags.labels),
        user=flags.user,
        working_dir=flags.working_dir,
        cap_add=flags.cap_add,
        cap_drop=flags.cap_drop,
        volumes=mounts,
        ports=ports,
        service_ports=flags.service_ports,
        tty=tty,
        up=flags.up,
    )


def _words(text: str) -> tuple[str, ...]:
    """As a shell would take it apart."""
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"invalid --entrypoint '{text}': {error}") from None


def _labels(entries: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        key, sign, text = entry.partition("=")
        if not sign:
            raise UsageError(f"label must be set as KEY=VALUE, not '{entry}'")
        found[key] = text
    return found


def _environment(flags: RunFlags, options: GlobalOptions) -> dict[str, str]:
    """Files first, then `-e`; a name without a value, for which there is none here either, changes nothing."""
    found: dict[str, str] = {}
    for file in flags.env_files:
        found |= _file_variables(file)
    for entry in resolved(flags.environment, options):
        name, sign, text = entry.partition("=")
        if sign:
            found[name] = text
    return found


def _file_variables(file: str) -> dict[str, str]:
    from composer.api import env_file_variables  # noqa: PLC0415 - rare

    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as opened:  # noqa: PTH123 - as the user wrote it
            text = opened.read()
    except OSError as error:
        raise UsageError(f"cannot read --env-from-file {file}: {error.strerror}") from error
    return env_file_variables(text, file, os.environ.get)
